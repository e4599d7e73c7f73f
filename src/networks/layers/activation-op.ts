import { customGrad, engine, type GradSaveFunc, mul, type NamedAttrMap, type Tensor } from '@tensorflow/tfjs-core'
import type { Expression } from '../../activations/expression.js'
import type { DerivativeForms } from '../../activations/operator-forms.js'
import type { Learnable } from './parameter-loops.js'

/**
 * An activation function as networks apply it to each element: (f(x) - mean) / standardDeviation. Both loops work on views
 * of equal length, which may lie on a wasm heap. `outputs` may be the same view as `inputs`.
 */
export interface LayerActivation {
  /** The function before it is normalised, for backends that generate their own code. */
  expression: Expression
  forms: DerivativeForms
  evaluate(inputs: Float32Array, outputs: Float32Array): void
  /** Outputs and derivatives in one pass. */
  differentiate(inputs: Float32Array, outputs: Float32Array, derivatives: Float32Array): void
  mean: number
  standardDeviation: number
  /** The parameters that layers learn; null without any, or if all stay at their initial values. */
  learnable: Learnable | null
}

/** Names of the kernels that each backend has for an activation: see `registerKernels`. */
export const ACTIVATION_VALUE = 'ActbenchActivationValue'
export const ACTIVATION_VALUE_AND_DERIVATIVE = 'ActbenchActivationValueAndDerivative'

/**
 * The activation of every element of x. With `differentiable`, the same loop computes the derivative and keeps it, so the
 * backward pass is one product. Without it, only the value is computed.
 */
export function applyActivation<T extends Tensor>(x: T, activation: LayerActivation, differentiable: boolean): T {
  const attrs = { activation } as unknown as NamedAttrMap
  if (!differentiable) return engine().runKernel(ACTIVATION_VALUE, { x }, attrs) as T
  const apply = customGrad((input, save) => {
    const [value, derivative] = engine().runKernel(ACTIVATION_VALUE_AND_DERIVATIVE, { x: input as Tensor }, attrs) as [
      Tensor,
      Tensor,
    ]
    ;(save as GradSaveFunc)([derivative])
    return { value, gradFunc: (dy: Tensor, saved: Tensor[]) => mul(dy, saved[0]) }
  })
  return apply(x) as T
}

/** Values of the normalised activation, into `outputs`. */
export function computeValues(activation: LayerActivation, inputs: Float32Array, outputs: Float32Array): void {
  activation.evaluate(inputs, outputs)
  normalize(activation, outputs)
}

/** Values and derivatives of the normalised activation. */
export function computeValuesAndDerivatives(
  activation: LayerActivation,
  inputs: Float32Array,
  outputs: Float32Array,
  derivatives: Float32Array,
): void {
  activation.differentiate(inputs, outputs, derivatives)
  normalizeWithDerivatives(activation, outputs, derivatives)
}

export function normalizeWithDerivatives(
  activation: LayerActivation,
  outputs: Float32Array,
  derivatives: Float32Array,
): void {
  normalize(activation, outputs)
  const { standardDeviation } = activation
  if (standardDeviation === 1) return
  const scale = 1 / standardDeviation
  for (let i = 0; i < derivatives.length; i++) derivatives[i] *= scale
}

export function normalize({ mean, standardDeviation }: LayerActivation, outputs: Float32Array): void {
  if (mean === 0 && standardDeviation === 1) return
  const scale = 1 / standardDeviation
  for (let i = 0; i < outputs.length; i++) outputs[i] = (outputs[i] - mean) * scale
}
