import type { TensorInfo } from '@tensorflow/tfjs-core'
import { type ConvAttrs, type ConvInfo, convInfoOf, type Shape4D } from '../conv2d-info.js'
import { compiled } from './code/compiled.js'
import { writeCopies } from './code/copies.js'
import { writeFilterGradient } from './code/products.js'
import { LEAST_CHANNELS, paddedSize, padPictures } from './conv2d.js'
import { filterGradientByConvolution } from './filter-gradient-by-convolution.js'
import { addressOf, allocate, runWasmKernel, transposeInto, transposeMatrix, viewOf, type WasmBackend } from './heap.js'

/**
 * Gradient of a convolution with respect to its kernel, which the wasm backend lacks: kernel height × width × in × out.
 *
 * dW[u,v,c,o] = Σ_{i,j,b} x[b, i·s+u-p, j·s+v-p, c] · dy[b,i,j,o]. Batch and positions change places first, so the terms
 * of a sum follow each other in memory. With few output channels the sum is a convolution with dy as the kernel.
 */
export function conv2dBackpropFilter(
  backend: WasmBackend,
  inputs: { x: TensorInfo; dy: TensorInfo },
  attrs: ConvAttrs & { filterShape: Shape4D },
): TensorInfo {
  const { x, dy } = inputs
  const info = convInfoOf(x.shape, attrs.filterShape, attrs)
  if (info.outChannels < LEAST_CHANNELS) return filterGradientByConvolution(backend, inputs, info)
  const { batchSize, inChannels, outHeight, outWidth, outChannels } = info
  const pictures = padPictures(backend, x, info, 'batch inward')
  const outer = allocate(backend, [outHeight, outWidth, batchSize, outChannels])
  const gradient = allocate(backend, [...attrs.filterShape])
  const at = (tensor: TensorInfo) => addressOf(backend, tensor)
  compiled(backend, writeCopies, {
    length: outChannels,
    loops: [
      { count: outHeight * outWidth, fromStep: outChannels, toStep: batchSize * outChannels },
      { count: batchSize, fromStep: outHeight * outWidth * outChannels, toStep: outChannels },
    ],
  })(at(dy), at(outer))
  compiled(backend, writeFilterGradient, {
    batch: batchSize,
    paddedWidth: paddedSize(info)[1],
    channels: inChannels,
    kernel: [info.filterHeight, info.filterWidth] as const,
    stride: [info.strideHeight, info.strideWidth] as const,
    out: [outHeight, outWidth, outChannels] as const,
  })(at(pictures), at(outer), at(gradient))
  for (const tensor of [pictures, outer]) backend.disposeData(tensor.dataId)
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
  const attrs: ConvAttrs = {
    strides: 1,
    pad: [
      [0, 0],
      [top, info.inHeight - info.outHeight + filterHeight - 1 - top],
      [left, info.inWidth - info.outWidth + filterWidth - 1 - left],
      [0, 0],
    ],
  }
  const gradient = runWasmKernel(
    backend,
    'Conv2D',
    { x: dy, filter: turned },
    { ...attrs, dilations: 1, dataFormat: 'NHWC' },
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
  const gradient = addPatches(backend, patches, info)
  backend.disposeData(turned.dataId)
  backend.disposeData(patches.dataId)
  return gradient
}

/** Adds every patch at its position in the pictures. Parts on the padding are dropped. */
function addPatches(backend: WasmBackend, patches: TensorInfo, info: ConvInfo): TensorInfo {
  const { batchSize, outHeight, outWidth, inHeight, inWidth, inChannels, filterHeight, filterWidth } = info
  const [height, width] = paddedSize(info)
  const row = width * inChannels
  const padded = allocate(backend, [batchSize, height, width, inChannels])
  const gradient = allocate(backend, [...info.inShape])
  viewOf(backend, padded).fill(0)
  const patchRow = filterWidth * inChannels
  const patch = filterHeight * patchRow
  compiled(backend, writeCopies, {
    length: patchRow,
    adds: true,
    loops: [
      { count: batchSize, fromStep: outHeight * outWidth * patch, toStep: height * row },
      { count: outHeight, fromStep: outWidth * patch, toStep: info.strideHeight * row },
      { count: outWidth, fromStep: patch, toStep: info.strideWidth * inChannels },
      { count: filterHeight, fromStep: patchRow, toStep: row },
    ],
  })(addressOf(backend, patches), addressOf(backend, padded))
  const first = (info.padInfo.top * width + info.padInfo.left) * inChannels
  compiled(backend, writeCopies, {
    length: inWidth * inChannels,
    loops: [
      { count: batchSize, fromStep: height * row, toStep: inHeight * inWidth * inChannels },
      { count: inHeight, fromStep: row, toStep: inWidth * inChannels },
    ],
  })(addressOf(backend, padded) + 4 * first, addressOf(backend, gradient))
  backend.disposeData(padded.dataId)
  return gradient
}
