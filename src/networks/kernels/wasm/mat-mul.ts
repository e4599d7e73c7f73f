import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { allocate, transposeInto, viewOf, type WasmBackend } from './heap.js'

/**
 * Matrix product through the backend's own kernel. Transposed arguments are first written out, because the kernel has a SIMD
 * path only for plain arguments, and its scalar path is about ten times slower.
 */
export function batchMatMulByRows(
  stockMatMul: KernelFunc,
  backend: WasmBackend,
  inputs: { a: TensorInfo; b: TensorInfo },
  attrs: { transposeA: boolean; transposeB: boolean },
): TensorInfo {
  const a = attrs.transposeA ? transposeLastTwo(backend, inputs.a) : inputs.a
  const b = attrs.transposeB ? transposeLastTwo(backend, inputs.b) : inputs.b
  const product = stockMatMul({ inputs: { a, b }, backend, attrs: { transposeA: false, transposeB: false } })
  if (attrs.transposeA) backend.disposeData(a.dataId)
  if (attrs.transposeB) backend.disposeData(b.dataId)
  return product as TensorInfo
}

function transposeLastTwo(backend: WasmBackend, tensor: TensorInfo): TensorInfo {
  const rank = tensor.shape.length
  const [rows, columns] = tensor.shape.slice(-2)
  const transposed = allocate(backend, [...tensor.shape.slice(0, rank - 2), columns, rows])
  const from = viewOf(backend, tensor)
  const to = viewOf(backend, transposed)
  const size = rows * columns
  for (let start = 0; start < from.length; start += size) {
    transposeInto(from.subarray(start, start + size), rows, columns, to.subarray(start, start + size))
  }
  return transposed
}
