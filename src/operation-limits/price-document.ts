import { type DocumentNode, Kind, visit } from 'graphql'

/** Characters, and fields with the square of their number, that reading and validating a document takes a unit for. */
const CHARACTERS_A_UNIT = 2000
const FIELDS_OF_A_UNIT = 25

const known = new WeakMap<DocumentNode, number>()

/**
 * What reading and validating a document costs beside what it asks for, in whole units: 0 for what people write. A hundred
 * fields cost 16 units, a text of a megabyte 500. Fields of one name are compared with each other, so the square counts.
 */
export function priceDocument(document: DocumentNode): number {
  const price = known.get(document) ?? computePrice(document)
  known.set(document, price)
  return price
}

/** The same of a text that was not parsed, or does not parse. */
export function priceText(text: unknown): number {
  return typeof text === 'string' ? priceCharacters(text.length) : 0
}

/** And of so many characters in the texts of variables. */
export function priceCharacters(count: number): number {
  return Math.floor(count / CHARACTERS_A_UNIT)
}

function computePrice(document: DocumentNode): number {
  let fields = 0
  visit(document, {
    enter({ kind }) {
      if (kind === Kind.FIELD || kind === Kind.FRAGMENT_SPREAD || kind === Kind.INLINE_FRAGMENT) fields++
    },
  })
  return Math.floor((fields / FIELDS_OF_A_UNIT) ** 2) + priceText(document.loc?.source.body)
}
