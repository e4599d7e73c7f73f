import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { type DataType, getKernel, type TensorInfo } from '@tensorflow/tfjs-core'

/** The wasm backend, as TensorFlow.js passes it to kernels. */
export type WasmBackend = BackendWasm

/**
 * A view of a tensor's numbers on the wasm heap, not a copy. Any allocation may grow the heap and detach the view, so
 * allocate first and take views afterwards.
 */
export function viewOf(backend: WasmBackend, tensor: TensorInfo): Float32Array {
  return backend.typedArrayFromHeap(tensor) as Float32Array
}

/** Where a tensor's numbers are on the wasm heap. */
export function addressOf(backend: WasmBackend, { dataId }: TensorInfo): number {
  return backend.dataIdMap.get(dataId).memoryOffset
}

/** The memory of a tensor as half as many float64 numbers. */
export function doublesOf(backend: WasmBackend, tensor: TensorInfo): Float64Array {
  const { buffer, byteOffset, length } = viewOf(backend, tensor)
  return new Float64Array(buffer, byteOffset, length / 2)
}

/** An uninitialised float32 tensor on the wasm heap. */
export function allocate(backend: WasmBackend, shape: number[]): TensorInfo {
  return backend.makeOutput(shape, 'float32' satisfies DataType)
}

/** Runs a registered kernel of the wasm backend on bare tensor records, without the tape. */
export function runWasmKernel(backend: WasmBackend, name: string, inputs: object, attrs: object): TensorInfo {
  const kernel = getKernel(name, 'wasm')
  if (!kernel) throw new Error(`kernel ${name}: the wasm backend does not have it`)
  return kernel.kernelFunc({ inputs: { ...inputs }, attrs: { ...attrs }, backend }) as TensorInfo
}

/** Writes the transpose of a row-major rows × columns matrix, in blocks that stay in the cache. */
export function transposeInto(from: Float32Array, rows: number, columns: number, to: Float32Array): void {
  const block = 32
  for (let row0 = 0; row0 < rows; row0 += block) {
    const rowEnd = Math.min(row0 + block, rows)
    for (let column0 = 0; column0 < columns; column0 += block) {
      const columnEnd = Math.min(column0 + block, columns)
      for (let column = column0; column < columnEnd; column++) {
        const target = column * rows
        for (let row = row0; row < rowEnd; row++) to[target + row] = from[row * columns + column]
      }
    }
  }
}

/** The transpose of a matrix as a new tensor of shape columns × rows. */
export function transposeMatrix(backend: WasmBackend, tensor: TensorInfo, rows: number, columns: number): TensorInfo {
  const transposed = allocate(backend, [columns, rows])
  transposeInto(viewOf(backend, tensor), rows, columns, viewOf(backend, transposed))
  return transposed
}
