import { findNearestNames } from '../../activations/language/nearest-names.js'
import { ActbenchError } from '../../errors.js'

/** Throws BAD_USER_INPUT, which names the place in a file or an argument, the expected value and the value it has. */
export function refuseValue(place: string, expected: string, value: unknown): never {
  throw new ActbenchError('BAD_USER_INPUT', `${place}: expected ${expected}, got ${showValue(value)}`, {
    argument: place,
  })
}

/** The same for a name that is not among the known ones, with the nearest of them. */
export function refuseName(place: string, what: string, name: string, known: readonly string[]): never {
  const [nearest] = findNearestNames(name.slice(0, 80), known)
  const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`
  throw new ActbenchError(
    'BAD_USER_INPUT',
    `${place}: ${what}; expected one of ${known.join(', ')}, got ${showValue(name)}${hint}`,
    { argument: place },
  )
}

/** A value for a message: texts in quotes and shortened, lists and objects only by their kind. */
function showValue(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}...` : value)
  if (Array.isArray(value)) return value.length === 1 ? 'a list of 1 element' : `a list of ${value.length} elements`
  if (value !== null && typeof value === 'object') return 'an object'
  return String(value)
}
