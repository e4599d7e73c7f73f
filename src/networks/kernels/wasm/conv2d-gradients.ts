import type { TensorInfo } from '@tensorflow/tfjs-core'
import { type ConvAttrs, type ConvInfo, convInfoOf, type Shape4D } from '../conv2d-info.js'
import { compiled } from './code/compiled.js'
import { writeCopies } from './code/copies.js'
import { hasSeparateBlocks, writePositionGradient } from './code/position-products.js'
import { writeFilterGradient } from './code/products.js'
import { LEAST_CHANNELS, paddedSize, padPictures } from './conv2d.js'
import { filterGradientByConvolution } from './filter-gradient-by-convolution.js'
import { addressOf, allocate, runWasmKernel, transposeInto, transposeMatrix, viewOf, type WasmBackend } from './heap.js'
import { areFinite, listPositions, touchesPictures } from './positions.js'

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
  const { x } = inputs
  const info = convInfoOf(x.shape, attrs.filterShape, attrs)
  if (info.outChannels < LEAST_CHANNELS) return filterGradientByConvolution(backend, inputs, info)
  const outer = moveBatchInward(backend, inputs.dy)
  const isByPosition = touchesPictures(info) && info.inChannels % 4 === 0 && hasSeparateBlocks(info.outChannels)
  const gradient = (isByPosition && addPositions(backend, x, outer, info)) || addAll(backend, x, outer, info)
  backend.disposeData(outer.dataId)
  return gradient
}

/** Batch × positions × channels to positions × batch × channels. */
function moveBatchInward(backend: WasmBackend, tensor: TensorInfo): TensorInfo {
  const [batch, height, width, channels] = tensor.shape
  const moved = allocate(backend, [height, width, batch, channels])
  compiled(backend, writeCopies, {
    length: channels,
    loops: [
      { count: height * width, fromStep: channels, toStep: batch * channels },
      { count: batch, fromStep: height * width * channels, toStep: channels },
    ],
  })(addressOf(backend, tensor), addressOf(backend, moved))
  return moved
}

/** Sums over all positions and the batch, with the zeros around the pictures. */
function addAll(backend: WasmBackend, x: TensorInfo, outer: TensorInfo, info: ConvInfo): TensorInfo {
  const pictures = padPictures(backend, x, info, 'batch inward')
  const gradient = allocate(backend, filterShapeOf(info))
  const at = (tensor: TensorInfo) => addressOf(backend, tensor)
  compiled(backend, writeFilterGradient, {
    batch: info.batchSize,
    paddedWidth: paddedSize(info)[1],
    channels: info.inChannels,
    kernel: [info.filterHeight, info.filterWidth] as const,
    stride: [info.strideHeight, info.strideWidth] as const,
    out: [info.outHeight, info.outWidth, info.outChannels] as const,
  })(at(pictures), at(outer), at(gradient))
  backend.disposeData(pictures.dataId)
  return gradient
}

/**
 * The same sums position after position, so that their numbers stay in the cache, and without the zeros around the
 * pictures. Adding 0 times a finite number changes no bit of such a sum. If a number is not finite, the result is null.
 */
function addPositions(backend: WasmBackend, x: TensorInfo, outer: TensorInfo, info: ConvInfo): TensorInfo | null {
  const { batchSize, inWidth, inChannels, outWidth, outChannels, filterWidth } = info
  const pictures = moveBatchInward(backend, x)
  const gradient = allocate(backend, filterShapeOf(info))
  const sums = viewOf(backend, gradient).fill(0)
  const [from, right, to] = [pictures, outer, gradient].map((tensor) => addressOf(backend, tensor))
  const add = compiled(backend, writePositionGradient, {
    batch: batchSize,
    channels: inChannels,
    columns: outChannels,
    width: inWidth,
    kernelWidth: filterWidth,
    stride: info.strideWidth,
  })
  for (const { count, i, j, row, column, u, v, rows, columns } of listPositions(info)) {
    add(
      from + 4 * (row * inWidth + column) * batchSize * inChannels,
      right + 4 * (i * outWidth + j) * batchSize * outChannels,
      to + 4 * (u * filterWidth + v) * inChannels * outChannels,
      rows,
      columns,
      count,
    )
  }
  backend.disposeData(pictures.dataId)
  if (areFinite(sums)) return gradient
  backend.disposeData(gradient.dataId)
  return null
}

function filterShapeOf({ filterHeight, filterWidth, inChannels, outChannels }: ConvInfo): number[] {
  return [filterHeight, filterWidth, inChannels, outChannels]
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
