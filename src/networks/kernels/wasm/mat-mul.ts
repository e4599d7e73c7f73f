import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { compiled } from './code/compiled.js'
import { writeProduct } from './code/products.js'
import { addressOf, allocate, transposeInto, viewOf, type WasmBackend } from './heap.js'

interface Attrs {
  transposeA: boolean
  transposeB: boolean
}

type Matrices = Record<'a' | 'b', TensorInfo>

/** The generated code has no blocks of two or three columns. */
const LEAST_COLUMNS = 4

/**
 * Matrix product. The backend's own kernel has a SIMD path only for plain arguments, and its scalar path is about ten times
 * slower. If the left matrix is transposed, as in the gradient of weights, generated code reads it as it lies and gives the
 * same bits. Other transposed arguments are first written out.
 */
export function matMul(stock: KernelFunc, backend: WasmBackend, { a, b }: Matrices, attrs: Attrs): TensorInfo {
  const right = attrs.transposeB ? transposeLastTwo(backend, b) : b
  const product = attrs.transposeA
    ? multiplyTransposed(stock, backend, { a, b: right })
    : multiply(stock, backend, { a, b: right })
  if (attrs.transposeB) backend.disposeData(right.dataId)
  return product
}

/** aᵀ · b */
function multiplyTransposed(stock: KernelFunc, backend: WasmBackend, { a, b }: Matrices): TensorInfo {
  const [inner, rows] = a.shape.slice(-2)
  const columns = b.shape[b.shape.length - 1]
  if (columns >= LEAST_COLUMNS && isSingle(a) && isSingle(b)) {
    const product = allocate(backend, [...a.shape.slice(0, -2), rows, columns])
    const run = compiled(backend, writeProduct, { rows, inner, columns, leftRow: 1, leftStep: rows })
    run(addressOf(backend, a), addressOf(backend, b), addressOf(backend, product))
    return product
  }
  const turned = transposeLastTwo(backend, a)
  const product = multiply(stock, backend, { a: turned, b })
  backend.disposeData(turned.dataId)
  return product
}

function multiply(stock: KernelFunc, backend: WasmBackend, inputs: Matrices): TensorInfo {
  return stock({ inputs: { ...inputs }, backend, attrs: { transposeA: false, transposeB: false } }) as TensorInfo
}

function isSingle({ shape }: TensorInfo): boolean {
  return shape.slice(0, -2).every((length) => length === 1)
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
