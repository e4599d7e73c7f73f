import { ActbenchError } from '../errors.js'
import { findNearestNames } from './language/nearest-names.js'
import { listAliases } from './language/operator-aliases.js'
import { OPERATORS } from './operators.js'

const OPERATOR_OF = new Map(
  OPERATORS.flatMap(({ name }) => [name, ...listAliases(name)].map((alias): [string, string] => [alias, name])),
)

/**
 * Up to three operators whose names or aliases are similar to an unknown name, the nearest first: `swish` for `silu`, `relu`
 * for `Relu`. `others` are further names that would do.
 */
export function findNearestOperators(unknown: string, others: readonly string[] = []): string[] {
  const meant = OPERATOR_OF.get(unknown)
  if (meant !== undefined) return [meant]
  const nearest = findNearestNames(unknown, [...others, ...OPERATOR_OF.keys()])
  return [...new Set(nearest.map((name) => OPERATOR_OF.get(name) ?? name))]
}

/** The hint for an unknown name, such as `; did you mean swish or sinh?`; empty if all known names are very different. */
export function describeNearest(unknown: string, others: readonly string[] = []): string {
  const nearest = findNearestOperators(unknown, others)
  if (nearest.length === 0) return ''
  const last = nearest.slice(-1)
  return `; did you mean ${[nearest.slice(0, -1).join(', '), ...last].filter(Boolean).join(' or ')}?`
}

/** Throws BAD_USER_INPUT for an argument that should be the name of an operator. */
export function refuseOperator(argument: string, name: string): never {
  const shown = name.slice(0, 40)
  throw new ActbenchError(
    'BAD_USER_INPUT',
    `${argument}: unknown operator ${shown}; expected names of operators, such as relu, got ${JSON.stringify(shown)}${describeNearest(name)}`,
    { argument },
  )
}
