import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { ConvInfo } from '../conv2d-info.js'
import { allocate, runWasmKernel, viewOf, type WasmBackend } from './heap.js'

/**
 * The gradient with respect to a kernel with few output channels as a convolution: of the input with channels and batch
 * exchanged, with dy as the kernel, dilated by the strides. The backend's kernel adds the terms of such sums in an order of
 * its own, on which the numbers of existing datasets depend.
 */
export function filterGradientByConvolution(
  backend: WasmBackend,
  { x, dy }: { x: TensorInfo; dy: TensorInfo },
  info: ConvInfo,
): TensorInfo {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = info
  const inputs2 = allocate(backend, [inChannels, inHeight, inWidth, batchSize])
  const kernel = allocate(backend, [outHeight, outWidth, batchSize, outChannels])
  moveChannelsFirstBatchLast(viewOf(backend, x), batchSize, inHeight * inWidth, inChannels, viewOf(backend, inputs2))
  moveBatchInward(viewOf(backend, dy), batchSize, outHeight * outWidth, outChannels, viewOf(backend, kernel))
  const padBottom = paddingAfter(inHeight, outHeight, info.strideHeight, info.filterHeight, info.padInfo.top)
  const padRight = paddingAfter(inWidth, outWidth, info.strideWidth, info.filterWidth, info.padInfo.left)
  const rough = runWasmKernel(
    backend,
    'Conv2D',
    { x: inputs2, filter: kernel },
    {
      strides: 1,
      dilations: [info.strideHeight, info.strideWidth],
      pad: [
        [0, 0],
        [info.padInfo.top, padBottom],
        [info.padInfo.left, padRight],
        [0, 0],
      ],
      dataFormat: 'NHWC',
    },
  )
  const gradient = allocate(backend, [info.filterHeight, info.filterWidth, inChannels, outChannels])
  const [, roughHeight, roughWidth] = rough.shape
  const from = viewOf(backend, rough)
  const to = viewOf(backend, gradient)
  for (let u = 0; u < info.filterHeight; u++) {
    for (let v = 0; v < info.filterWidth; v++) {
      for (let c = 0; c < inChannels; c++) {
        const source = ((c * roughHeight + u) * roughWidth + v) * outChannels
        const target = ((u * info.filterWidth + v) * inChannels + c) * outChannels
        for (let o = 0; o < outChannels; o++) to[target + o] = from[source + o]
      }
    }
  }
  for (const tensor of [inputs2, kernel, rough]) backend.disposeData(tensor.dataId)
  return gradient
}

/** Rows of padding after the input, such that sliding the dilated dy gives at least `kernel` positions. */
function paddingAfter(input: number, output: number, stride: number, kernel: number, before: number): number {
  return Math.max(0, (output - 1) * stride + kernel - input - before)
}

/** batch × positions × channels to channels × positions × batch. */
function moveChannelsFirstBatchLast(
  from: Float32Array,
  batch: number,
  positions: number,
  channels: number,
  to: Float32Array,
): void {
  const stride = positions * channels
  for (let position0 = 0; position0 < positions; position0 += 4) {
    const positionEnd = Math.min(position0 + 4, positions)
    for (let c = 0; c < channels; c++) {
      for (let position = position0; position < positionEnd; position++) {
        const target = (c * positions + position) * batch
        let source = position * channels + c
        for (let b = 0; b < batch; b++) {
          to[target + b] = from[source]
          source += stride
        }
      }
    }
  }
}

/** batch × positions × channels to positions × batch × channels. */
function moveBatchInward(
  from: Float32Array,
  batch: number,
  positions: number,
  channels: number,
  to: Float32Array,
): void {
  let target = 0
  for (let position = 0; position < positions; position++) {
    for (let b = 0; b < batch; b++) {
      const source = (b * positions + position) * channels
      for (let c = 0; c < channels; c++) to[target++] = from[source + c]
    }
  }
}
