import type { LayerCapture } from '../networks/training/layer-capture.js'
import type { RowSource } from './gram.js'
import { PANEL_LENGTH } from './gram-module.js'

/**
 * How `same` pads. `tensorflow`: like the layer, with the smaller half of the padding before the input. `reference`: like
 * the published implementation, with floor((k - 1) / 2) before the input for every stride. They differ only for strides
 * above 1 (3 x 3, stride 2, even size: 0 against 1 before), and there the reference's patches are not those of the layer.
 */
export type PatchPadding = 'tensorflow' | 'reference'

/** Geometry of the patches of one convolution. Sizes are in pixels; `before` is the padding above and to the left. */
export interface PatchGeometry {
  batch: number
  height: number
  width: number
  channels: number
  kernel: [number, number]
  strides: [number, number]
  before: [number, number]
  outputHeight: number
  outputWidth: number
}

/** @throws RangeError if the shapes of a capture do not fit together. */
export function computePatchGeometry(layer: LayerCapture, padding: PatchPadding): PatchGeometry {
  const { kernelSize: kernel, strides, padding: mode } = layer
  if (!kernel || !strides || !mode) {
    throw new RangeError(`layer ${layer.name}: a convolution needs kernelSize, strides and padding`)
  }
  const [batch, height, width, channels] = layer.inputShape
  const vertical = computeAxis(height, kernel[0], strides[0], mode, padding)
  const horizontal = computeAxis(width, kernel[1], strides[1], mode, padding)
  const expected = [batch, vertical.positions, horizontal.positions]
  if (layer.inputShape.length !== 4 || expected.some((size, axis) => size !== layer.outputGradientShape[axis])) {
    throw new RangeError(
      `layer ${layer.name}: input ${layer.inputShape} gives output ${expected}, channels; got ${layer.outputGradientShape}`,
    )
  }
  return {
    batch,
    height,
    width,
    channels,
    kernel,
    strides,
    before: [vertical.before, horizontal.before],
    outputHeight: vertical.positions,
    outputWidth: horizontal.positions,
  }
}

/** One row per batch element and position: the patch in row-column-channel order, after a leading 1 for a bias. */
export function toPatchRows(input: Float32Array, geometry: PatchGeometry, leadingOne: boolean): RowSource {
  const { channels, kernel } = geometry
  const lead = leadingOne ? 1 : 0
  const taps = kernel[0] * kernel[1]
  const pixels = appendZeros(input, channels)
  const starts = new Int32Array(PANEL_LENGTH)
  return {
    count: countPositions(geometry),
    width: taps * channels + lead,
    fill(panel, first, length) {
      if (leadingOne) panel.fill(1, 0, length)
      for (let tap = 0; tap < taps; tap++) {
        locateTap(geometry, tap, first, length, starts, input.length)
        for (let channel = 0; channel < channels; channel++) {
          const line = (lead + tap * channels + channel) * PANEL_LENGTH
          for (let i = 0; i < length; i++) panel[line + i] = pixels[starts[i] + channel]
        }
      }
    },
  }
}

/** One row per channel, batch element and position: the patch of that channel, after a leading 1 for a bias. */
export function toDepthwisePatchRows(input: Float32Array, geometry: PatchGeometry, leadingOne: boolean): RowSource {
  const positions = countPositions(geometry)
  const lead = leadingOne ? 1 : 0
  const taps = geometry.kernel[0] * geometry.kernel[1]
  const pixels = appendZeros(input, geometry.channels)
  const starts = new Int32Array(PANEL_LENGTH)
  return {
    count: geometry.channels * positions,
    width: taps + lead,
    fill(panel, first, length) {
      if (leadingOne) panel.fill(1, 0, length)
      for (let done = 0; done < length; ) {
        const channel = Math.floor((first + done) / positions)
        const position = first + done - channel * positions
        const part = Math.min(length - done, positions - position)
        for (let tap = 0; tap < taps; tap++) {
          locateTap(geometry, tap, position, part, starts, input.length)
          const line = (lead + tap) * PANEL_LENGTH + done
          for (let i = 0; i < part; i++) panel[line + i] = pixels[starts[i] + channel]
        }
        done += part
      }
    },
  }
}

/** Batch elements times output positions: the number of patches of each channel. */
export function countPositions(geometry: PatchGeometry): number {
  return geometry.batch * geometry.outputHeight * geometry.outputWidth
}

/** The input, followed by one pixel of zeros that stands for the padding. */
function appendZeros(input: Float32Array, channels: number): Float32Array {
  const pixels = new Float32Array(input.length + channels)
  pixels.set(input)
  return pixels
}

/** Offset of the tap's pixel for positions first … first + length - 1; `outside` if it lies in the padding. */
function locateTap(
  geometry: PatchGeometry,
  tap: number,
  first: number,
  length: number,
  starts: Int32Array,
  outside: number,
): void {
  const { height, width, channels, kernel, strides, before, outputHeight, outputWidth } = geometry
  const down = Math.floor(tap / kernel[1]) - before[0]
  const right = (tap % kernel[1]) - before[1]
  for (let i = 0; i < length; i++) {
    const line = Math.floor((first + i) / outputWidth)
    const image = Math.floor(line / outputHeight)
    const y = (line - image * outputHeight) * strides[0] + down
    const x = (first + i - line * outputWidth) * strides[1] + right
    const isInside = y >= 0 && y < height && x >= 0 && x < width
    starts[i] = isInside ? ((image * height + y) * width + x) * channels : outside
  }
}

function computeAxis(size: number, kernel: number, stride: number, mode: 'same' | 'valid', padding: PatchPadding) {
  if (mode === 'valid') return { before: 0, positions: Math.floor((size - kernel) / stride) + 1 }
  const positions = Math.ceil(size / stride)
  const total = padding === 'reference' ? kernel - 1 : Math.max((positions - 1) * stride + kernel - size, 0)
  return { before: Math.floor(total / 2), positions }
}
