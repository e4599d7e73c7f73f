import { parseExpression } from '../../src/activations/parse-expression.js'
import { computeProperties } from '../../src/activations/properties/compute-properties.js'
import type { RankedFunction } from './evaluations.js'

/** What the report asks of a function. */
export interface Traits {
  readonly isEven: boolean
  readonly isMonotone: boolean
  readonly isBounded: boolean
  /** Monotone, bounded, and not constant. */
  readonly isSigmoidal: boolean
}

/** The traits by expression. A process computes those of a function once. */
export function traitsOf({ expression }: Pick<RankedFunction, 'expression'>): Traits {
  const known = cache.get(expression)
  if (known) return known
  const { isEven, isMonotone, isBounded, turningPoints } = computeProperties(parseExpression(expression))
  const isConstant = isEven && isMonotone
  const isSigmoidal = isMonotone && isBounded && !isConstant && turningPoints === 0
  const traits = { isEven: isEven && !isConstant, isMonotone: isMonotone && !isConstant, isBounded, isSigmoidal }
  cache.set(expression, traits)
  return traits
}

const cache = new Map<string, Traits>()

/** How many of the best functions have a trait, and of all functions. */
export interface TraitCount {
  readonly best: number
  readonly bestWith: number
  readonly all: number
  readonly allWith: number
}

/** Counts a trait among the best functions and among all. */
export function countTrait(ranked: readonly RankedFunction[], best: number, trait: keyof Traits): TraitCount {
  const count = (functions: readonly RankedFunction[]) => functions.filter((own) => traitsOf(own)[trait]).length
  const first = ranked.slice(0, best)
  return { best: first.length, bestWith: count(first), all: ranked.length, allWith: count(ranked) }
}
