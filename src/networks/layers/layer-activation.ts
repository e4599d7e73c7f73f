import { compileExpression } from '../../activations/compile-expression.js'
import { type Expression, parametersOf } from '../../activations/expression.js'
import { computeGaussianMoments } from '../../activations/gaussian-moments.js'
import type { DerivativeForms } from '../../activations/operator-forms.js'
import { parseExpression } from '../../activations/parse-expression.js'
import type { LayerActivation } from './activation-op.js'
import { compileParameterLoops, type Learnable } from './parameter-loops.js'

/** Below this, a deviation is the rounding noise of a constant. */
const LEAST_DEVIATION = 1e-6
const GRID_LIMIT = 5
const GRID_POINTS = 4001

/**
 * The function under test as layers apply it. If normalised, it has mean 0 and standard deviation 1 under standard normal
 * input, so signals neither vanish nor explode at initialisation for any function (arXiv 2109.08958).
 *
 * If the Gaussian integral is not finite (poles, growth faster than exp(x²/2)), the moments are taken under a standard
 * normal truncated to [-5, 5]. If these are not finite either, or if the function is constant, nothing is normalised.
 *
 * Parameters of the function have their initial values for this. With `learnable`, layers learn them.
 */
export function createLayerActivation(
  expression: string,
  isNormalized: boolean,
  forms: DerivativeForms = 'EXACT',
  learnable: 'none' | 'per layer' | 'per channel' = 'none',
): LayerActivation {
  const parsed = parseExpression(expression)
  const { evaluate, differentiate, value } = compileExpression(parsed, forms)
  const loops = {
    expression: parsed,
    forms,
    evaluate,
    differentiate,
    learnable: learnable === 'none' ? null : createLearnable(parsed, forms, learnable === 'per channel'),
  }
  if (!isNormalized) return { ...loops, mean: 0, standardDeviation: 1 }
  const moments = [computeGaussianMoments(parsed), computeCutMoments(value)].find(isUsable)
  return { ...loops, mean: moments?.mean ?? 0, standardDeviation: moments?.standardDeviation ?? 1 }
}

function createLearnable(expression: Expression, forms: DerivativeForms, isPerChannel: boolean): Learnable | null {
  const parameters = parametersOf(expression)
  if (parameters.length === 0) return null
  return { parameters, isPerChannel, loops: compileParameterLoops(expression, forms) }
}

interface Moments {
  readonly mean: number
  readonly standardDeviation: number
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
