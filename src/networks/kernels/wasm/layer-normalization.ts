import type { TensorInfo } from '@tensorflow/tfjs-core'
import { NORMALIZATION_EPSILON } from '../../layers/batch-normalization.js'
import { allocate, viewOf, type WasmBackend } from './heap.js'

/** Normalised values, and mean and inverse deviation of each vector along the last axis. Sums are in float64. */
export function layerNorm(
  backend: WasmBackend,
  { x, scale, offset }: Record<'x' | 'scale' | 'offset', TensorInfo>,
): TensorInfo[] {
  const width = x.shape[x.shape.length - 1]
  const outer = x.shape.slice(0, -1)
  const outputs = [allocate(backend, x.shape), allocate(backend, outer), allocate(backend, outer)]
  const [to, means, inverseDeviations] = outputs.map((output) => viewOf(backend, output))
  const [from, scales, offsets] = [x, scale, offset].map((tensor) => viewOf(backend, tensor))
  for (let row = 0, start = 0; row < means.length; row++, start += width) {
    let sum = 0
    let squares = 0
    for (let k = start; k < start + width; k++) {
      sum += from[k]
      squares += from[k] * from[k]
    }
    const mean = sum / width
    const spread = squares / width - mean * mean
    const inverse = 1 / Math.sqrt((spread < 0 ? 0 : spread) + NORMALIZATION_EPSILON)
    for (let k = 0; k < width; k++) to[start + k] = (from[start + k] - mean) * inverse * scales[k] + offsets[k]
    means[row] = mean
    inverseDeviations[row] = inverse
  }
  return outputs
}

/**
 * Gradients with respect to input, scale and offset. With x̂ the normalised vector and g = dy · scale,
 * dx = (g - mean of g - x̂ · mean of g·x̂) / deviation.
 */
export function layerNormGradient(
  backend: WasmBackend,
  inputs: Record<'dy' | 'x' | 'scale' | 'means' | 'inverseDeviations', TensorInfo>,
): TensorInfo[] {
  const { dy, x, scale } = inputs
  const width = x.shape[x.shape.length - 1]
  const gradients = [allocate(backend, x.shape), allocate(backend, [width]), allocate(backend, [width])]
  const [dx, dscale, doffset] = gradients.map((gradient) => viewOf(backend, gradient))
  const [outer, from, scales] = [dy, x, scale].map((tensor) => viewOf(backend, tensor))
  const [means, inverseDeviations] = [inputs.means, inputs.inverseDeviations].map((tensor) => viewOf(backend, tensor))
  const scaleSums = new Float64Array(width)
  const offsetSums = new Float64Array(width)
  for (let row = 0, start = 0; row < means.length; row++, start += width) {
    const mean = means[row]
    const inverse = inverseDeviations[row]
    let sum = 0
    let product = 0
    for (let k = 0; k < width; k++) {
      const d = outer[start + k]
      const normalized = (from[start + k] - mean) * inverse
      scaleSums[k] += d * normalized
      offsetSums[k] += d
      sum += d * scales[k]
      product += d * scales[k] * normalized
    }
    const constant = (-inverse * sum) / width
    const slope = (-inverse * product) / width
    for (let k = 0; k < width; k++) {
      dx[start + k] = outer[start + k] * scales[k] * inverse + constant + slope * (from[start + k] - mean) * inverse
    }
  }
  dscale.set(scaleSums)
  doffset.set(offsetSums)
  return gradients
}
