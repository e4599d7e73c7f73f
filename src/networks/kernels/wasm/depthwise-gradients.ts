import type { TensorInfo } from '@tensorflow/tfjs-core'
import { type ConvInfo, type DepthwiseAttrs, depthwiseInfoOf, type Shape4D } from '../conv2d-info.js'
import { allocate, viewOf, type WasmBackend } from './heap.js'

/** Gradient of a depthwise convolution with respect to its kernel: kernel height × width × channels × multiplier. */
export function depthwiseConv2dBackpropFilter(
  backend: WasmBackend,
  { x, dy }: { x: TensorInfo; dy: TensorInfo },
  attrs: DepthwiseAttrs & { filterShape: Shape4D },
): TensorInfo {
  const info = depthwiseInfoOf(x.shape, attrs.filterShape, attrs)
  const multiplier = info.outChannels / info.inChannels
  const gradient = allocate(backend, [...attrs.filterShape])
  const inputs = viewOf(backend, x)
  const outputs = viewOf(backend, dy)
  const sums = viewOf(backend, gradient).fill(0)
  forEachTap(info, (input, output, kernel) => {
    for (let c = 0; c < info.inChannels; c++) {
      for (let m = 0; m < multiplier; m++) {
        const channel = c * multiplier + m
        sums[kernel + channel] += inputs[input + c] * outputs[output + channel]
      }
    }
  })
  return gradient
}

/** Gradient of a depthwise convolution with respect to its input: batch × height × width × channels. */
export function depthwiseConv2dBackpropInput(
  backend: WasmBackend,
  { dy, filter }: { dy: TensorInfo; filter: TensorInfo },
  attrs: DepthwiseAttrs & { inputShape: Shape4D },
): TensorInfo {
  const info = depthwiseInfoOf(attrs.inputShape, filter.shape as Shape4D, attrs)
  const multiplier = info.outChannels / info.inChannels
  const gradient = allocate(backend, [...attrs.inputShape])
  const weights = viewOf(backend, filter)
  const outputs = viewOf(backend, dy)
  const sums = viewOf(backend, gradient).fill(0)
  forEachTap(info, (input, output, kernel) => {
    for (let c = 0; c < info.inChannels; c++) {
      for (let m = 0; m < multiplier; m++) {
        const channel = c * multiplier + m
        sums[input + c] += weights[kernel + channel] * outputs[output + channel]
      }
    }
  })
  return gradient
}

/** Calls back with the offsets of the first channel in input, output and kernel, for every tap inside the input. */
function forEachTap(info: ConvInfo, visit: (input: number, output: number, kernel: number) => void): void {
  const { batchSize, outHeight, outWidth, inHeight, inWidth, inChannels, outChannels } = info
  for (let b = 0; b < batchSize; b++) {
    for (let i = 0; i < outHeight; i++) {
      for (let j = 0; j < outWidth; j++) {
        const output = ((b * outHeight + i) * outWidth + j) * outChannels
        for (let u = 0; u < info.filterHeight; u++) {
          const row = i * info.strideHeight + u * info.dilationHeight - info.padInfo.top
          if (row < 0 || row >= inHeight) continue
          for (let v = 0; v < info.filterWidth; v++) {
            const column = j * info.strideWidth + v * info.dilationWidth - info.padInfo.left
            if (column < 0 || column >= inWidth) continue
            const input = ((b * inHeight + row) * inWidth + column) * inChannels
            visit(input, output, (u * info.filterWidth + v) * outChannels)
          }
        }
      }
    }
  }
}
