import { setImmediate as nextTurn } from 'node:timers/promises'
import { formatExpression } from '../../activations/expression.js'
import { computeIdentity } from '../../activations/identity.js'
import type { KnownFunction } from '../../activations/known-functions/known-function.js'
import { KNOWN_FUNCTIONS } from '../../activations/known-functions/known-functions.js'
import { parseText } from '../../activations/language/parse-text.js'

/** A function of the literature with the texts that a search looks into, in the form of `simplify`. */
interface Searchable extends KnownFunction {
  readonly texts: readonly string[]
}

/**
 * The functions whose name, other names or expression contain the text, in alphabetical order. Capital letters, spaces,
 * hyphens and underscores do not count. The expressions are in canonical form.
 */
export function findKnownFunctions(search: string | null): readonly KnownFunction[] {
  searchable ??= KNOWN_FUNCTIONS.map(toSearchable)
  const text = search === null ? '' : simplify(search)
  return searchable.filter(({ texts }) => texts.some((each) => each.includes(text)))
}

/**
 * The names in the literature of the function with this identity, whatever its spelling: usual names first. The first call
 * computes the identities of all known functions, and other requests get a turn of the event loop before each.
 */
export function namesOf(identity: string): readonly string[] | Promise<readonly string[]> {
  if (names) return names.get(identity) ?? []
  collecting ??= collectNames()
  return collecting.then((collected) => collected.get(identity) ?? [])
}

let searchable: readonly Searchable[] | undefined
let names: ReadonlyMap<string, readonly string[]> | undefined
let collecting: Promise<ReadonlyMap<string, readonly string[]>> | undefined

async function collectNames(): Promise<ReadonlyMap<string, readonly string[]>> {
  const functions = new Map<string, KnownFunction[]>()
  for (const known of KNOWN_FUNCTIONS) {
    await nextTurn()
    const { id } = computeIdentity(parseText(known.expression))
    functions.set(id, [...(functions.get(id) ?? []), known])
  }
  const listNames = (same: readonly KnownFunction[]) => [
    ...same.map(({ name }) => name),
    ...same.flatMap(({ aliases }) => aliases),
  ]
  names = new Map(Array.from(functions, ([id, same]) => [id, listNames(same)]))
  return names
}

function toSearchable(known: KnownFunction): Searchable {
  const expression = formatExpression(parseText(known.expression))
  const texts = [known.name, ...known.aliases, known.expression, expression].map(simplify)
  return { ...known, expression, texts }
}

function simplify(text: string): string {
  return text.toLowerCase().replace(/[\s_-]/g, '')
}
