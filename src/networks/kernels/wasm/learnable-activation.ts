import type { TensorInfo } from '@tensorflow/tfjs-core'
import {
  computeLearnableDerivatives,
  computeLearnableGradient,
  computeLearnableValues,
  type LearnableActivation,
} from '../../layers/learnable-activation.js'
import { allocate, viewOf, type WasmBackend } from './heap.js'

interface Attrs {
  activation: LearnableActivation
}

/** Values of an activation with these parameters. */
export function learnableValue(
  backend: WasmBackend,
  { x, parameters }: Record<'x' | 'parameters', TensorInfo>,
  { activation }: Attrs,
): TensorInfo {
  const value = allocate(backend, x.shape)
  computeLearnableValues(activation, viewOf(backend, parameters), viewOf(backend, x), viewOf(backend, value))
  return value
}

/** Values, and derivatives by the input. */
export function learnableValueAndDerivative(
  backend: WasmBackend,
  { x, parameters }: Record<'x' | 'parameters', TensorInfo>,
  { activation }: Attrs,
): TensorInfo[] {
  const outputs = [allocate(backend, x.shape), allocate(backend, x.shape)]
  const [value, derivative] = outputs.map((output) => viewOf(backend, output))
  computeLearnableDerivatives(activation, viewOf(backend, parameters), viewOf(backend, x), value, derivative)
  return outputs
}

/** The gradient by each parameter. */
export function learnableGradient(
  backend: WasmBackend,
  { dy, x, parameters }: Record<'dy' | 'x' | 'parameters', TensorInfo>,
  { activation }: Attrs,
): TensorInfo {
  const gradient = allocate(backend, parameters.shape)
  const [outer, inputs, values, to] = [dy, x, parameters, gradient].map((tensor) => viewOf(backend, tensor))
  computeLearnableGradient(activation, values, inputs, outer, to)
  return gradient
}
