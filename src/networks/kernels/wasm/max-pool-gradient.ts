import type { TensorInfo } from '@tensorflow/tfjs-core'
import { allocate, viewOf, type WasmBackend } from './heap.js'

interface PoolAttrs {
  filterSize: [number, number]
  strides: [number, number]
}

/**
 * Gradient of the greatest value of each window without padding: it goes to the first position that has the value. The
 * backend's own kernel gives wrong gradients for windows of 2 × 2 with stride 2 (off by whole gradients on 4 × 4 pictures).
 */
export function maxPoolGradient(
  backend: WasmBackend,
  { dy, input, output }: { dy: TensorInfo; input: TensorInfo; output: TensorInfo },
  { filterSize, strides }: PoolAttrs,
): TensorInfo {
  const gradient = allocate(backend, input.shape)
  const to = viewOf(backend, gradient).fill(0)
  const [values, greatest, from] = [viewOf(backend, input), viewOf(backend, output), viewOf(backend, dy)]
  const [, height, width, channels] = input.shape
  const [batch, rows, columns] = output.shape
  let source = 0
  for (let b = 0; b < batch; b++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const corner = ((b * height + row * strides[0]) * width + column * strides[1]) * channels
        for (let channel = 0; channel < channels; channel++, source++) {
          const offset = findFirst(values, greatest[source], corner + channel, filterSize, width * channels, channels)
          if (offset >= 0) to[offset] += from[source]
        }
      }
    }
  }
  return gradient
}

/** The place of the value in a window, or -1 if the window has a NaN and no number equals it. */
function findFirst(
  values: Float32Array,
  value: number,
  corner: number,
  [height, width]: readonly number[],
  rowStep: number,
  columnStep: number,
): number {
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const place = corner + row * rowStep + column * columnStep
      if (values[place] === value) return place
    }
  }
  return -1
}
