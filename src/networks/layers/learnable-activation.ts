import {
  customGrad,
  engine,
  type GradSaveFunc,
  mul,
  type NamedAttrMap,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core'
import { type LayerActivation, normalize, normalizeWithDerivatives } from './activation-op.js'
import type { Elements, Learnable } from './parameter-loops.js'

/** Names of the kernels that each backend has for an activation with learnable parameters. */
export const LEARNABLE_VALUE = 'ActbenchLearnableValue'
export const LEARNABLE_VALUE_AND_DERIVATIVE = 'ActbenchLearnableValueAndDerivative'
export const LEARNABLE_GRADIENT = 'ActbenchLearnableGradient'

/** An activation whose parameters are trained. */
export interface LearnableActivation extends LayerActivation {
  learnable: Learnable
}

export function isLearnable(activation: LayerActivation): activation is LearnableActivation {
  return activation.learnable !== null
}

/**
 * The activation of every element of x with these parameters: a row for each parameter of the expression, and a column for
 * the layer or for each channel. The backward pass computes the derivatives by the parameters again instead of keeping
 * them, because they would take as much memory as x for each parameter.
 */
export function applyLearnable<T extends Tensor>(
  x: T,
  parameters: Tensor2D,
  activation: LearnableActivation,
  differentiable: boolean,
): T {
  const attrs = { activation } as unknown as NamedAttrMap
  if (!differentiable) return engine().runKernel(LEARNABLE_VALUE, { x, parameters }, attrs) as T
  const apply = customGrad((...args) => {
    const [input, values, save] = args as [Tensor, Tensor, GradSaveFunc]
    const inputs = { x: input, parameters: values }
    const [value, derivative] = engine().runKernel(LEARNABLE_VALUE_AND_DERIVATIVE, inputs, attrs) as [Tensor, Tensor]
    save([input, values, derivative])
    const gradFunc = (dy: Tensor, [kept, keptValues, slopes]: Tensor[]) => {
      const gradient = engine().runKernel(LEARNABLE_GRADIENT, { dy, x: kept, parameters: keptValues }, attrs) as Tensor
      return [mul(dy, slopes), gradient]
    }
    return { value, gradFunc }
  })
  return apply(x, parameters) as T
}

/** Values of the normalised activation, into `outputs`. */
export function computeLearnableValues(
  activation: LearnableActivation,
  parameters: Float32Array,
  inputs: Float32Array,
  outputs: Float32Array,
): void {
  const { loops } = activation.learnable
  for (const elements of listElements(activation, parameters)) loops.evaluate(inputs, outputs, elements)
  normalize(activation, outputs)
}

/** Values and derivatives by the input of the normalised activation. */
export function computeLearnableDerivatives(
  activation: LearnableActivation,
  parameters: Float32Array,
  inputs: Float32Array,
  outputs: Float32Array,
  derivatives: Float32Array,
): void {
  const { loops } = activation.learnable
  for (const elements of listElements(activation, parameters)) {
    loops.differentiate(inputs, outputs, derivatives, elements)
  }
  normalizeWithDerivatives(activation, outputs, derivatives)
}

/** The gradient by each parameter, into `gradient`, from that by the outputs of the normalised activation. */
export function computeLearnableGradient(
  activation: LearnableActivation,
  parameters: Float32Array,
  inputs: Float32Array,
  outer: Float32Array,
  gradient: Float32Array,
): void {
  const { learnable, standardDeviation } = activation
  for (const elements of listElements(activation, parameters)) {
    for (const [row, sum] of learnable.loops.sumGradients(inputs, outer, elements).entries()) {
      gradient[row * elements.stride + elements.start] = sum / standardDeviation
    }
  }
}

/** The elements of each column of the parameters, which is one for the layer or one for each channel. */
function listElements({ learnable }: LearnableActivation, parameters: Float32Array): Elements[] {
  const rows = learnable.parameters.length
  const columns = parameters.length / rows
  return Array.from({ length: columns }, (_, column) => ({
    start: column,
    stride: columns,
    values: Array.from({ length: rows }, (_, row) => parameters[row * columns + column]),
  }))
}
