import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { type ConvAttrs, type ConvInfo, convInfoOf, type Shape4D } from '../conv2d-info.js'
import { compiled } from './code/compiled.js'
import { writeCopies } from './code/copies.js'
import { writeConvolution } from './code/products.js'
import { addressOf, allocate, viewOf, type WasmBackend } from './heap.js'

/** With fewer output channels, the backend's kernel adds the terms of a sum in another order. */
export const LEAST_CHANNELS = 8

/** The backend's kernel is faster if a row of the kernel has this many numbers. */
const MANY_IN_ROW = 8

interface FusedAttrs extends ConvAttrs {
  dilations?: number | [number, number]
  activation?: string
}

/**
 * Convolution with its bias. For pictures with few channels, generated code gives the same bits as the backend's kernel,
 * which is made for many.
 */
export function conv2d(
  stock: KernelFunc,
  backend: WasmBackend,
  inputs: { x: TensorInfo; filter: TensorInfo; bias?: TensorInfo },
  attrs: FusedAttrs,
): TensorInfo {
  const { x, filter, bias } = inputs
  const [, width, inChannels, outChannels] = filter.shape
  const isPlain = [attrs.dilations ?? 1].flat().every((dilation) => dilation === 1)
  const isLinear = (attrs.activation ?? 'linear') === 'linear'
  if (!isPlain || !isLinear || outChannels < LEAST_CHANNELS || width * inChannels >= MANY_IN_ROW) {
    return stock({ inputs: { ...inputs }, attrs: { ...attrs }, backend }) as TensorInfo
  }
  return convolve(backend, x, filter, bias ?? null, convInfoOf(x.shape, filter.shape as Shape4D, attrs))
}

function convolve(
  backend: WasmBackend,
  x: TensorInfo,
  filter: TensorInfo,
  bias: TensorInfo | null,
  info: ConvInfo,
): TensorInfo {
  const { outHeight, outWidth, outChannels, inChannels } = info
  const [height, width] = paddedSize(info)
  const padded = padPictures(backend, x, info, 'batch first')
  const output = allocate(backend, [...info.outShape])
  const run = compiled(backend, writeConvolution, {
    padded: [height, width, inChannels] as const,
    kernel: [info.filterHeight, info.filterWidth] as const,
    stride: [info.strideHeight, info.strideWidth] as const,
    out: [outHeight, outWidth, outChannels] as const,
    hasStart: bias !== null,
  })
  const at = (tensor: TensorInfo) => addressOf(backend, tensor)
  run(at(padded), at(filter), bias === null ? 0 : at(bias), at(output), info.batchSize)
  if (padded !== x) backend.disposeData(padded.dataId)
  return output
}

/** Height and width that the sums of a convolution read, at least. */
export function paddedSize(info: ConvInfo): [number, number] {
  const reach = (out: number, stride: number, kernel: number, before: number, size: number) =>
    Math.max((out - 1) * stride + kernel, before + size)
  return [
    reach(info.outHeight, info.strideHeight, info.filterHeight, info.padInfo.top, info.inHeight),
    reach(info.outWidth, info.strideWidth, info.filterWidth, info.padInfo.left, info.inWidth),
  ]
}

/**
 * The pictures with zeros around them, with the batch as first axis or just before the channels. Returns the pictures
 * themselves if nothing changes.
 */
export function padPictures(
  backend: WasmBackend,
  x: TensorInfo,
  info: ConvInfo,
  order: 'batch first' | 'batch inward',
): TensorInfo {
  const { batchSize, inHeight, inWidth, inChannels, padInfo } = info
  const [height, width] = paddedSize(info)
  const isPadded = height !== inHeight || width !== inWidth
  if (!isPadded && order === 'batch first') return x
  const row = inWidth * inChannels
  const padded = allocate(backend, [batchSize, height, width, inChannels])
  const copies =
    order === 'batch first'
      ? {
          length: row,
          loops: [
            { count: batchSize, fromStep: inHeight * row, toStep: height * width * inChannels },
            { count: inHeight, fromStep: row, toStep: width * inChannels },
          ],
        }
      : {
          length: inChannels,
          loops: [
            { count: inHeight, fromStep: row, toStep: width * batchSize * inChannels },
            { count: inWidth, fromStep: inChannels, toStep: batchSize * inChannels },
            { count: batchSize, fromStep: inHeight * row, toStep: inChannels },
          ],
        }
  const to = viewOf(backend, padded)
  if (isPadded) to.fill(0)
  const first = (padInfo.top * width + padInfo.left) * inChannels * (order === 'batch first' ? 1 : batchSize)
  compiled(backend, writeCopies, copies)(addressOf(backend, x), to.byteOffset + first * 4)
  return padded
}
