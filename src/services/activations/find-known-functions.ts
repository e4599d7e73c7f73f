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

/** The names in the literature of the function with this identity, whatever its spelling: usual names first. */
export function namesOf(identity: string): readonly string[] {
  names ??= collectNames()
  return names.get(identity) ?? []
}

let searchable: readonly Searchable[] | undefined
/** Computed when it is first needed, in about 0.1 s, because many processes never need it. */
let names: ReadonlyMap<string, readonly string[]> | undefined

function collectNames(): ReadonlyMap<string, readonly string[]> {
  const functions = new Map<string, KnownFunction[]>()
  for (const known of KNOWN_FUNCTIONS) {
    const { id } = computeIdentity(parseText(known.expression))
    functions.set(id, [...(functions.get(id) ?? []), known])
  }
  const listNames = (same: readonly KnownFunction[]) => [
    ...same.map(({ name }) => name),
    ...same.flatMap(({ aliases }) => aliases),
  ]
  return new Map(Array.from(functions, ([id, same]) => [id, listNames(same)]))
}

function toSearchable(known: KnownFunction): Searchable {
  const expression = formatExpression(parseText(known.expression))
  const texts = [known.name, ...known.aliases, known.expression, expression].map(simplify)
  return { ...known, expression, texts }
}

function simplify(text: string): string {
  return text.toLowerCase().replace(/[\s_-]/g, '')
}
