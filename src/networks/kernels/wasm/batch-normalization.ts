import type { TensorInfo } from '@tensorflow/tfjs-core'
import { NORMALIZATION_EPSILON } from '../../layers/batch-normalization.js'
import { allocate, viewOf, type WasmBackend } from './heap.js'

/** Normalised values, and mean and (biased) variance of each channel. Sums are in float64. */
export function batchNorm(
  backend: WasmBackend,
  { x, scale, offset }: Record<'x' | 'scale' | 'offset', TensorInfo>,
): TensorInfo[] {
  const channels = x.shape[x.shape.length - 1]
  const value = allocate(backend, x.shape)
  const mean = allocate(backend, [channels])
  const variance = allocate(backend, [channels])
  const from = viewOf(backend, x)
  const to = viewOf(backend, value)
  const sums = new Float64Array(channels)
  const squares = new Float64Array(channels)
  for (let i = 0; i < from.length; i += channels) {
    for (let c = 0; c < channels; c++) {
      const number = from[i + c]
      sums[c] += number
      squares[c] += number * number
    }
  }
  const [means, variances] = [viewOf(backend, mean), viewOf(backend, variance)]
  const [scales, offsets] = [viewOf(backend, scale), viewOf(backend, offset)]
  const [factors, terms] = [sums, squares]
  const count = from.length / channels
  for (let c = 0; c < channels; c++) {
    means[c] = sums[c] / count
    // Rounding may make it negative if a channel hardly varies. NaN stays NaN.
    const spread = squares[c] / count - (sums[c] / count) ** 2
    variances[c] = spread < 0 ? 0 : spread
    factors[c] = scales[c] / Math.sqrt(variances[c] + NORMALIZATION_EPSILON)
    terms[c] = offsets[c] - means[c] * factors[c]
  }
  for (let i = 0; i < from.length; i += channels) {
    for (let c = 0; c < channels; c++) to[i + c] = from[i + c] * factors[c] + terms[c]
  }
  return [value, mean, variance]
}

/**
 * Gradients with respect to input, scale and offset. With x̂ the normalised input and n values in a channel,
 * dx = scale / deviation · (dy - Σ dy / n - x̂ · Σ dy·x̂ / n).
 */
export function batchNormGradient(
  backend: WasmBackend,
  { dy, x, scale, mean, variance }: Record<'dy' | 'x' | 'scale' | 'mean' | 'variance', TensorInfo>,
): TensorInfo[] {
  const channels = x.shape[x.shape.length - 1]
  const gradients = [allocate(backend, x.shape), allocate(backend, [channels]), allocate(backend, [channels])]
  const [dx, dscale, doffset] = gradients.map((gradient) => viewOf(backend, gradient))
  const [outer, inputs, scales] = [dy, x, scale].map((tensor) => viewOf(backend, tensor))
  const [means, variances] = [viewOf(backend, mean), viewOf(backend, variance)]
  const sums = new Float64Array(channels)
  const products = new Float64Array(channels)
  for (let i = 0; i < inputs.length; i += channels) {
    for (let c = 0; c < channels; c++) {
      const number = outer[i + c]
      sums[c] += number
      products[c] += number * (inputs[i + c] - means[c])
    }
  }
  const count = inputs.length / channels
  const [ofOuter, ofInput, terms] = [new Float64Array(channels), products, sums]
  for (let c = 0; c < channels; c++) {
    const inverse = 1 / Math.sqrt(variances[c] + NORMALIZATION_EPSILON)
    dscale[c] = products[c] * inverse
    doffset[c] = sums[c]
    ofOuter[c] = scales[c] * inverse
    ofInput[c] = (-ofOuter[c] * inverse * inverse * products[c]) / count
    terms[c] = (-ofOuter[c] * sums[c]) / count - ofInput[c] * means[c]
  }
  for (let i = 0; i < inputs.length; i += channels) {
    for (let c = 0; c < channels; c++) dx[i + c] = outer[i + c] * ofOuter[c] + inputs[i + c] * ofInput[c] + terms[c]
  }
  return gradients
}
