import { compileExpression } from '../../activations/compile-expression.js'
import { type Expression, parametersOf } from '../../activations/expression.js'
import { computeLayerMoments } from '../../activations/layer-moments.js'
import type { DerivativeForms } from '../../activations/operator-forms.js'
import { parseExpression } from '../../activations/parse-expression.js'
import type { LayerActivation } from './activation-op.js'
import { compileParameterLoops, type Learnable } from './parameter-loops.js'

/**
 * The function under test as layers apply it. If normalised, it has mean 0 and standard deviation 1 under standard normal
 * input (see `computeLayerMoments`).
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
  const { evaluate, differentiate } = compileExpression(parsed, forms)
  const loops = {
    expression: parsed,
    forms,
    evaluate,
    differentiate,
    learnable: learnable === 'none' ? null : createLearnable(parsed, forms, learnable === 'per channel'),
  }
  if (!isNormalized) return { ...loops, mean: 0, standardDeviation: 1 }
  return { ...loops, ...computeLayerMoments(parsed) }
}

function createLearnable(expression: Expression, forms: DerivativeForms, isPerChannel: boolean): Learnable | null {
  const parameters = parametersOf(expression)
  if (parameters.length === 0) return null
  return { parameters, isPerChannel, loops: compileParameterLoops(expression, forms) }
}
