import type { TensorInfo } from '@tensorflow/tfjs-core'
import { allocate, viewOf, type WasmBackend } from './heap.js'

/** The parts of a vector as tensors of these shapes, in one kernel instead of one for each part and each shape. */
export function splitVector(
  backend: WasmBackend,
  { vector }: { vector: TensorInfo },
  { shapes }: { shapes: readonly (readonly number[])[] },
): TensorInfo[] {
  const parts = shapes.map((shape) => allocate(backend, [...shape]))
  const from = viewOf(backend, vector)
  let offset = 0
  for (const part of parts) {
    const to = viewOf(backend, part)
    to.set(from.subarray(offset, offset + to.length))
    offset += to.length
  }
  return parts
}

/** The numbers of all parts, in order. */
export function joinVector(backend: WasmBackend, parts: Readonly<Record<string, TensorInfo>>): TensorInfo {
  const tensors = Object.values(parts)
  const sizes = tensors.map(({ shape }) => shape.reduce((product, length) => product * length, 1))
  const vector = allocate(backend, [sizes.reduce((sum, size) => sum + size, 0)])
  const to = viewOf(backend, vector)
  let offset = 0
  for (const [i, tensor] of tensors.entries()) {
    to.set(viewOf(backend, tensor), offset)
    offset += sizes[i]
  }
  return vector
}
