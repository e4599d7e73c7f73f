import type { LayerCapture } from '../networks/training/layer-capture.js'
import { computeGram } from './gram.js'
import {
  computePatchGeometry,
  countPositions,
  type PatchPadding,
  toDepthwisePatchRows,
  toPatchRows,
} from './patch-rows.js'
import { toMatrixColumns, toMatrixRows } from './row-sources.js'

/**
 * One Kronecker factor of a layer's Fisher block: a covariance (mean not subtracted) with `dimension` eigenvalues. The
 * matrix is size x size, row-major, lower triangle. If there are fewer samples than dimensions, it is the Gram matrix of the
 * samples, which has the same eigenvalues except for dimension - size exact zeros.
 */
export interface KroneckerFactor {
  matrix: Float64Array
  size: number
  dimension: number
}

/**
 * The two factors A (inputs) and G (output gradients) whose Kronecker product approximates the layer's Fisher information
 * matrix: Martens & Grosse 2015 (arXiv 1503.05671), and for convolutions Grosse & Martens 2016 (arXiv 1602.01407). The
 * normalisation is that of the published implementation:
 *
 * - conv2d: A = sum of patch patchᵀ over batch and positions / batch; G = sum of g gᵀ / (batch · positions);
 * - depthwise: each channel has its own patches; A / batch; G (channels x channels) / (batch · positions · channels);
 * - dense: all axes except the batch are flattened into one vector; both are divided by the length of the *input* vector.
 *
 * A patch or input vector begins with 1 if the layer has a bias. Values that are not finite remain not finite on the
 * diagonal.
 *
 * @throws RangeError if the shapes of the capture do not fit together.
 */
export function computeKroneckerFactors(
  layer: LayerCapture,
  padding: PatchPadding = 'tensorflow',
): { input: KroneckerFactor; gradient: KroneckerFactor } {
  requireElements(layer.name, layer.input, layer.inputShape)
  requireElements(layer.name, layer.outputGradient, layer.outputGradientShape)
  if (layer.kind === 'dense') return computeDenseFactors(layer)
  const geometry = computePatchGeometry(layer, padding)
  const positions = countPositions(geometry)
  const channels = layer.outputGradientShape[3]
  const gradientRows = toMatrixRows(layer.outputGradient, positions, channels)
  if (layer.kind === 'conv2d') {
    return {
      input: toFactor(computeGram(toPatchRows(layer.input, geometry, layer.bias)), geometry.batch),
      gradient: toFactor(computeGram(gradientRows), positions),
    }
  }
  if (channels !== geometry.channels) {
    throw new RangeError(`layer ${layer.name}: expected one output per channel (${geometry.channels}), got ${channels}`)
  }
  return {
    input: toFactor(computeGram(toDepthwisePatchRows(layer.input, geometry, layer.bias)), geometry.batch),
    gradient: toFactor(computeGram(gradientRows), positions * channels),
  }
}

function computeDenseFactors(layer: LayerCapture) {
  const batch = layer.inputShape[0]
  const divisor = layer.input.length / batch + (layer.bias ? 1 : 0)
  return {
    input: computeDenseFactor(layer.input, batch, layer.bias, divisor),
    gradient: computeDenseFactor(layer.outputGradient, batch, false, divisor),
  }
}

function computeDenseFactor(data: Float32Array, batch: number, bias: boolean, divisor: number): KroneckerFactor {
  const columns = data.length / batch
  const dimension = columns + (bias ? 1 : 0)
  if (dimension <= batch) return toFactor(computeGram(toMatrixRows(data, batch, columns, bias)), divisor)
  return { ...toFactor(computeGram(toMatrixColumns(data, batch, columns, bias)), divisor), dimension }
}

function toFactor(gram: Float64Array, divisor: number): KroneckerFactor {
  const size = Math.sqrt(gram.length)
  for (let i = 0; i < gram.length; i++) gram[i] /= divisor
  return { matrix: gram, size, dimension: size }
}

function requireElements(name: string, data: Float32Array, shape: number[]): void {
  const expected = shape.reduce((product, size) => product * size, 1)
  if (data.length !== expected || expected === 0) {
    throw new RangeError(`layer ${name}: shape ${shape} needs ${expected} numbers and at least one, got ${data.length}`)
  }
}
