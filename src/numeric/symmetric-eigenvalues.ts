import { computeTridiagonalEigenvalues } from './tridiagonal-eigenvalues.js'

/**
 * If the largest element is 1, a row with a sum of squares below this counts as already reduced. The error is 1e-20,
 * far below rounding. Otherwise the reflector would divide by a number that underflows; singular matrices of rank 1
 * reach this case.
 */
const NEGLIGIBLE_TAIL = 1e-40

/**
 * The eigenvalues of a real symmetric matrix, in ascending order. `matrix` is row-major, `size` × `size`; the function
 * reads only its lower triangle and changes nothing. Householder tridiagonalisation, then implicit QL, both without
 * eigenvectors. The absolute error is about `size` roundings of the largest eigenvalue, so eigenvalues smaller than
 * 1e-13 times the largest carry no information.
 *
 * @throws RangeError if the matrix does not have size² elements or holds a value that is not finite.
 */
export function computeSymmetricEigenvalues(matrix: Float64Array, size: number): Float64Array {
  if (matrix.length !== size * size) {
    throw new RangeError(`expected ${size} x ${size} = ${size * size} matrix elements, got ${matrix.length}`)
  }
  const scale = getValidScale(matrix, size)
  if (scale === 0) return new Float64Array(size)
  const { diagonal, offDiagonal } = tridiagonalize(
    matrix.map((value) => value / scale),
    size,
  )
  const eigenvalues = computeTridiagonalEigenvalues(diagonal, offDiagonal)
  for (let i = 0; i < size; i++) eigenvalues[i] *= scale
  return eigenvalues
}

/** The largest magnitude. After division by it, no square below can overflow or underflow. */
function getValidScale(matrix: Float64Array, size: number): number {
  let scale = 0
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      const value = Math.abs(matrix[row * size + column])
      if (!(value < Infinity)) throw new RangeError(`expected finite matrix elements, got ${value} in row ${row}`)
      if (value > scale) scale = value
    }
  }
  return scale
}

/**
 * Reduces the lower triangle from the last row upwards (Golub & Van Loan, Matrix Computations, 8.3.1): reflector v of
 * row i, p = beta A v, w = p - (beta vᵀp / 2) v, A <- A - v wᵀ - w vᵀ on the leading block. Overwrites `a`. One pass
 * applies a reflector and computes the product with the next one, so each element is read and written once per
 * reflector instead of twice.
 */
function tridiagonalize(a: Float64Array, size: number) {
  const diagonal = new Float64Array(size)
  const offDiagonal = new Float64Array(size)
  let v = new Float64Array(size)
  let w = new Float64Array(size)
  let nextV = new Float64Array(size)
  let product = new Float64Array(size)
  for (let row = size - 1; row >= 0; row--) {
    const start = row * size
    // v and w belong to the row below (zero for the last row) and are not yet applied to this row.
    for (let j = 0; j <= row; j++) a[start + j] -= v[row] * w[j] + w[row] * v[j]
    diagonal[row] = a[start + row]
    if (row === 0) break
    const { beta, alpha } = computeReflector(a, start, row, nextV)
    offDiagonal[row] = alpha
    product.fill(0, 0, row)
    updateAndMultiply(a, size, row, v, w, nextV, product)
    finishUpdateVector(nextV, product, row, beta)
    ;[v, nextV] = [nextV, v]
    ;[w, product] = [product, w]
  }
  return { diagonal, offDiagonal }
}

/** Writes v such that (I - beta v vᵀ) x = alpha e_last for the first `length` elements x of the row. */
function computeReflector(a: Float64Array, start: number, length: number, v: Float64Array) {
  let tail = 0
  for (let j = 0; j < length - 1; j++) {
    v[j] = a[start + j]
    tail += v[j] * v[j]
  }
  const last = a[start + length - 1]
  if (tail < NEGLIGIBLE_TAIL) {
    v[length - 1] = 0
    return { beta: 0, alpha: last }
  }
  const norm = Math.sqrt(tail + last * last)
  const alpha = last > 0 ? -norm : norm
  v[length - 1] = last - alpha
  return { beta: 2 / (tail + v[length - 1] * v[length - 1]), alpha }
}

/**
 * On the leading `rows` rows: A -= v wᵀ + w vᵀ, then product = A nextV. Two rows at a time share the loads of the
 * columns.
 */
function updateAndMultiply(
  a: Float64Array,
  size: number,
  rows: number,
  v: Float64Array,
  w: Float64Array,
  nextV: Float64Array,
  product: Float64Array,
): void {
  let row = 0
  if (rows % 2 === 1) {
    a[0] -= 2 * v[0] * w[0]
    product[0] += a[0] * nextV[0]
    row = 1
  }
  for (; row < rows; row += 2) {
    const upper = row * size
    const lower = upper + size
    const v0 = v[row]
    const v1 = v[row + 1]
    const w0 = w[row]
    const w1 = w[row + 1]
    const next0 = nextV[row]
    const next1 = nextV[row + 1]
    let sum0 = 0
    let sum1 = 0
    for (let j = 0; j < row; j++) {
      const vj = v[j]
      const wj = w[j]
      const nextJ = nextV[j]
      const a0 = a[upper + j] - v0 * wj - w0 * vj
      const a1 = a[lower + j] - v1 * wj - w1 * vj
      a[upper + j] = a0
      a[lower + j] = a1
      sum0 += a0 * nextJ
      sum1 += a1 * nextJ
      product[j] += a0 * next0 + a1 * next1
    }
    a[upper + row] -= 2 * v0 * w0
    a[lower + row] -= v1 * w0 + w1 * v0
    a[lower + row + 1] -= 2 * v1 * w1
    product[row] += sum0 + a[upper + row] * next0 + a[lower + row] * next1
    product[row + 1] += sum1 + a[lower + row] * next0 + a[lower + row + 1] * next1
  }
}

/** Replaces A v by w = p - (beta vᵀp / 2) v with p = beta A v. */
function finishUpdateVector(v: Float64Array, product: Float64Array, length: number, beta: number): void {
  let dot = 0
  for (let j = 0; j < length; j++) dot += v[j] * product[j]
  const shift = (beta * beta * dot) / 2
  for (let j = 0; j < length; j++) product[j] = beta * product[j] - shift * v[j]
}
