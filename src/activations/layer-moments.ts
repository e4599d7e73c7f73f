import { compileExpression } from './compile-expression.js'
import type { Expression } from './expression.js'
import { computeGaussianMoments } from './gaussian-moments.js'

/** What a layer subtracts from its activation, and its divisor. */
export interface Moments {
  readonly mean: number
  readonly standardDeviation: number
}

/** Below this, a deviation is the rounding noise of a constant. */
const LEAST_DEVIATION = 1e-6
const GRID_LIMIT = 5
const GRID_POINTS = 4001

/**
 * The moments by which layers normalise an activation, so that signals neither vanish nor explode at initialisation for any
 * function (arXiv 2109.08958): those under standard normal input, at the initial values of its parameters.
 *
 * If the Gaussian integral is not finite (poles, growth faster than exp(x²/2)), the moments are taken under a standard
 * normal truncated to [-5, 5]. If these are not finite either, or if the function is constant: mean 0, deviation 1.
 */
export function computeLayerMoments(expression: Expression): Moments {
  const { value } = compileExpression(expression)
  const moments = [computeGaussianMoments(expression), computeCutMoments(value)].find(isUsable)
  return { mean: moments?.mean ?? 0, standardDeviation: moments?.standardDeviation ?? 1 }
}

function isUsable(moments: { readonly [Name in keyof Moments]: number | null }): moments is Moments {
  const { mean, standardDeviation } = moments
  if (mean === null || standardDeviation === null || !Number.isFinite(mean + standardDeviation)) return false
  return standardDeviation > LEAST_DEVIATION * Math.max(1, Math.abs(mean))
}

/** Moments under a standard normal truncated to [-5, 5], by the midpoint rule. */
function computeCutMoments(value: (x: number) => number): Moments {
  let total = 0
  let sum = 0
  let sumOfSquares = 0
  for (let i = 0; i < GRID_POINTS; i++) {
    const x = -GRID_LIMIT + (2 * GRID_LIMIT * (i + 0.5)) / GRID_POINTS
    const weight = Math.exp(-0.5 * x * x)
    const y = value(x)
    total += weight
    sum += weight * y
    sumOfSquares += weight * y * y
  }
  const mean = sum / total
  return { mean, standardDeviation: Math.sqrt(Math.max(0, sumOfSquares / total - mean * mean)) }
}
