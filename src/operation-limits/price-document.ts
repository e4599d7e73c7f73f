import { type DocumentNode, Kind, visit } from 'graphql'

/** Reading and validating a document costs a unit per this many characters, and the square of (fields / this number). */
const CHARACTERS_PER_UNIT = 2000
const FIELDS_PER_UNIT = 25

const known = new WeakMap<DocumentNode, number>()

/**
 * The price of reading and validating a document, in whole units, in addition to its fields. It is 0 for documents that
 * people write, 16 for a hundred fields and 500 for a text of a megabyte. Validation compares fields with each other, so the
 * price grows with their square.
 */
export function priceDocument(document: DocumentNode): number {
  const price = known.get(document) ?? computePrice(document)
  known.set(document, price)
  return price
}

/** The same for a text that was not parsed or does not parse. */
export function priceText(text: unknown): number {
  return typeof text === 'string' ? priceCharacters(text.length) : 0
}

/** The same for the characters in the texts of variables. */
export function priceCharacters(count: number): number {
  return Math.floor(count / CHARACTERS_PER_UNIT)
}

function computePrice(document: DocumentNode): number {
  let fields = 0
  visit(document, {
    enter({ kind }) {
      if (kind === Kind.FIELD || kind === Kind.FRAGMENT_SPREAD || kind === Kind.INLINE_FRAGMENT) fields++
    },
  })
  return Math.floor((fields / FIELDS_PER_UNIT) ** 2) + priceText(document.loc?.source.body)
}
