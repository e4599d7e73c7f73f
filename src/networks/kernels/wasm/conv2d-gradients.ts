import type { TensorInfo } from '@tensorflow/tfjs-core'
import { type ConvAttrs, type ConvInfo, convInfoOf, type Shape4D } from '../conv2d-info.js'
import { allocate, runWasmKernel, transposeInto, transposeMatrix, viewOf, type WasmBackend } from './heap.js'

/**
 * Gradient of a convolution with respect to its kernel, which the wasm backend lacks: kernel height × width × in × out.
 *
 * dW[u,v,c,o] = Σ_{b,i,j} x[b, i·s+u-p, j·s+v-p, c] · dy[b,i,j,o] is itself a convolution: of the input with
 * channels and batch exchanged, with dy as the kernel, dilated by the strides. So it runs on the backend's SIMD convolution,
 * and no patches are written to memory (im2col would write kernel height × width times the input).
 */
export function conv2dBackpropFilter(
  backend: WasmBackend,
  inputs: { x: TensorInfo; dy: TensorInfo },
  attrs: ConvAttrs & { filterShape: Shape4D },
): TensorInfo {
  const { x, dy } = inputs
  const info = convInfoOf(x.shape, attrs.filterShape, attrs)
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
  const gradient = allocate(backend, [...attrs.filterShape])
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

/**
 * Gradient of a convolution with respect to its input: batch × height × width × in. With stride 1 it is a convolution of dy
 * with the kernel rotated by 180° and its channels exchanged. With larger strides dy · Wᵀ gives the gradient of every
 * patch, and the patches are added at their positions. The backend's own kernel uses SIMD for neither.
 */
export function conv2dBackpropInput(
  backend: WasmBackend,
  inputs: { dy: TensorInfo; filter: TensorInfo },
  attrs: ConvAttrs & { inputShape: Shape4D },
): TensorInfo {
  const info = convInfoOf(attrs.inputShape, inputs.filter.shape as Shape4D, attrs)
  const isStrided = info.strideHeight > 1 || info.strideWidth > 1
  const reachesInput = info.padInfo.top < info.filterHeight && info.padInfo.left < info.filterWidth
  return isStrided || !reachesInput ? byPatches(backend, inputs, info) : byTurnedKernel(backend, inputs, info)
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

function byTurnedKernel(
  backend: WasmBackend,
  { dy, filter }: { dy: TensorInfo; filter: TensorInfo },
  info: ConvInfo,
): TensorInfo {
  const { filterHeight, filterWidth, inChannels, outChannels } = info
  const turned = allocate(backend, [filterHeight, filterWidth, outChannels, inChannels])
  const from = viewOf(backend, filter)
  const to = viewOf(backend, turned)
  const taps = filterHeight * filterWidth
  const size = inChannels * outChannels
  for (let tap = 0; tap < taps; tap++) {
    const target = (taps - 1 - tap) * size
    transposeInto(
      from.subarray(tap * size, (tap + 1) * size),
      inChannels,
      outChannels,
      to.subarray(target, target + size),
    )
  }
  const top = filterHeight - 1 - info.padInfo.top
  const left = filterWidth - 1 - info.padInfo.left
  const gradient = runWasmKernel(
    backend,
    'Conv2D',
    { x: dy, filter: turned },
    {
      strides: 1,
      dilations: 1,
      pad: [
        [0, 0],
        [top, info.inHeight - info.outHeight + filterHeight - 1 - top],
        [left, info.inWidth - info.outWidth + filterWidth - 1 - left],
        [0, 0],
      ],
      dataFormat: 'NHWC',
    },
  )
  backend.disposeData(turned.dataId)
  return gradient
}

function byPatches(
  backend: WasmBackend,
  { dy, filter }: { dy: TensorInfo; filter: TensorInfo },
  info: ConvInfo,
): TensorInfo {
  const { batchSize, outHeight, outWidth, outChannels, inChannels, filterHeight, filterWidth } = info
  const patchSize = filterHeight * filterWidth * inChannels
  const positions = batchSize * outHeight * outWidth
  const turned = transposeMatrix(backend, filter, patchSize, outChannels)
  const patches = runWasmKernel(
    backend,
    'BatchMatMul',
    {
      a: { ...dy, shape: [1, positions, outChannels] },
      b: { ...turned, shape: [1, outChannels, patchSize] },
    },
    { transposeA: false, transposeB: false },
  )
  const gradient = allocate(backend, [...info.inShape])
  addPatches(viewOf(backend, patches), info, viewOf(backend, gradient))
  backend.disposeData(turned.dataId)
  backend.disposeData(patches.dataId)
  return gradient
}

/** Adds every patch at its position in the input; values on the padding are dropped. */
function addPatches(patches: Float32Array, info: ConvInfo, sums: Float32Array): void {
  const { batchSize, outHeight, outWidth, inHeight, inWidth, inChannels, filterHeight, filterWidth } = info
  sums.fill(0)
  let source = 0
  for (let b = 0; b < batchSize; b++) {
    for (let i = 0; i < outHeight; i++) {
      for (let j = 0; j < outWidth; j++) {
        for (let u = 0; u < filterHeight; u++) {
          const row = i * info.strideHeight + u - info.padInfo.top
          for (let v = 0; v < filterWidth; v++, source += inChannels) {
            const column = j * info.strideWidth + v - info.padInfo.left
            if (row < 0 || row >= inHeight || column < 0 || column >= inWidth) continue
            const target = ((b * inHeight + row) * inWidth + column) * inChannels
            for (let c = 0; c < inChannels; c++) sums[target + c] += patches[source + c]
          }
        }
      }
    }
  }
}
