import type { TensorInfo } from '@tensorflow/tfjs-core'
import { NORMALIZATION_EPSILON } from '../../layers/batch-normalization.js'
import { writeCombined, writeGradientSums, writeMoments, writeScaled } from './code/column-passes.js'
import { compiled } from './code/compiled.js'
import { addressOf, allocate, doublesOf, viewOf, type WasmBackend } from './heap.js'

/** Normalised values, and mean and (biased) variance of each channel. Sums are in float64. */
export function batchNorm(
  backend: WasmBackend,
  { x, scale, offset }: Record<'x' | 'scale' | 'offset', TensorInfo>,
): TensorInfo[] {
  const shape = rowsOf(x)
  const { rows, columns } = shape
  const outputs = [allocate(backend, x.shape), allocate(backend, [columns]), allocate(backend, [columns])]
  const scratch = allocate(backend, [4 * columns])
  const at = (tensor: TensorInfo) => addressOf(backend, tensor)
  compiled(backend, writeMoments, shape)(at(x), 0, at(scratch))
  const [means, variances] = outputs.slice(1).map((output) => viewOf(backend, output))
  const [scales, offsets] = [viewOf(backend, scale), viewOf(backend, offset)]
  const numbers = doublesOf(backend, scratch)
  const [factors, terms] = [numbers.subarray(0, columns), numbers.subarray(columns)]
  for (let c = 0; c < columns; c++) {
    const mean = factors[c] / rows
    means[c] = mean
    // Rounding may make it negative if a channel hardly varies. NaN stays NaN.
    const spread = terms[c] / rows - mean ** 2
    variances[c] = spread < 0 ? 0 : spread
    factors[c] = scales[c] / Math.sqrt(variances[c] + NORMALIZATION_EPSILON)
    terms[c] = offsets[c] - means[c] * factors[c]
  }
  compiled(backend, writeScaled, shape)(at(x), at(scratch), at(outputs[0]))
  backend.disposeData(scratch.dataId)
  return outputs
}

/**
 * Gradients with respect to input, scale and offset. With x̂ the normalised input and n values in a channel,
 * dx = scale / deviation · (dy - Σ dy / n - x̂ · Σ dy·x̂ / n).
 */
export function batchNormGradient(
  backend: WasmBackend,
  { dy, x, scale, mean, variance }: Record<'dy' | 'x' | 'scale' | 'mean' | 'variance', TensorInfo>,
): TensorInfo[] {
  const shape = rowsOf(x)
  const { rows, columns } = shape
  const gradients = [allocate(backend, x.shape), allocate(backend, [columns]), allocate(backend, [columns])]
  const scratch = allocate(backend, [6 * columns])
  const at = (tensor: TensorInfo) => addressOf(backend, tensor)
  const [dscale, doffset] = gradients.slice(1).map((gradient) => viewOf(backend, gradient))
  const [means, variances, scales] = [mean, variance, scale].map((tensor) => viewOf(backend, tensor))
  const numbers = doublesOf(backend, scratch)
  const [first, second, third] = [0, 1, 2].map((i) => numbers.subarray(i * columns, (i + 1) * columns))
  third.set(means)
  compiled(backend, writeGradientSums, shape)(at(dy), at(x), third.byteOffset, at(scratch))
  const [sums, products] = [first.slice(), second]
  const [ofOuter, ofInput, terms] = [first, second, third]
  for (let c = 0; c < columns; c++) {
    const inverse = 1 / Math.sqrt(variances[c] + NORMALIZATION_EPSILON)
    dscale[c] = products[c] * inverse
    doffset[c] = sums[c]
    ofOuter[c] = scales[c] * inverse
    ofInput[c] = (-ofOuter[c] * inverse * inverse * products[c]) / rows
    terms[c] = (-ofOuter[c] * sums[c]) / rows - ofInput[c] * means[c]
  }
  compiled(backend, writeCombined, shape)(at(dy), at(x), at(scratch), at(gradients[0]))
  backend.disposeData(scratch.dataId)
  return gradients
}

/** All axes before the channels as one. */
function rowsOf({ shape }: TensorInfo): { rows: number; columns: number } {
  const columns = shape[shape.length - 1]
  return { rows: shape.slice(0, -1).reduce((product, length) => product * length, 1), columns }
}
