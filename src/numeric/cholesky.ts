/**
 * The lower factor L of a symmetric positive definite matrix A = L Lᵀ (row-major, `size` × `size`), in place of the
 * lower triangle; the upper one is left as it was. Row by row (Golub & Van Loan, section 4.2), size³ / 6 products and
 * sums. False where the matrix is not positive definite to rounding: its content is then of no use.
 */
export function factorise(matrix: Float64Array, size: number): boolean {
  for (let row = 0; row < size; row++) {
    const start = row * size
    for (let column = 0; column <= row; column++) {
      const other = column * size
      let sum = matrix[start + column]
      for (let k = 0; k < column; k++) sum -= matrix[start + k] * matrix[other + k]
      if (column < row) matrix[start + column] = sum / matrix[other + column]
      else if (sum > 0) matrix[start + row] = Math.sqrt(sum)
      else return false
    }
  }
  return true
}

/** The solution of L x = b, in place of b. */
export function solveLower(factor: Float64Array, size: number, vector: Float64Array): Float64Array {
  for (let row = 0; row < size; row++) {
    const start = row * size
    let sum = vector[row]
    for (let k = 0; k < row; k++) sum -= factor[start + k] * vector[k]
    vector[row] = sum / factor[start + row]
  }
  return vector
}

/** The solution of Lᵀ x = b, in place of b; goes through L by rows, as it lies in memory. */
export function solveUpper(factor: Float64Array, size: number, vector: Float64Array): Float64Array {
  for (let row = size - 1; row >= 0; row--) {
    const start = row * size
    const value = vector[row] / factor[start + row]
    vector[row] = value
    for (let k = 0; k < row; k++) vector[k] -= factor[start + k] * value
  }
  return vector
}

/** A⁻¹ = L⁻ᵀ L⁻¹ of A = L Lᵀ, its lower triangle (row-major, `size` × `size`; zeros above). */
export function invert(factor: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size)
  const row = new Float64Array(size)
  for (let k = 0; k < size; k++) {
    invertRow(factor, size, k, row)
    for (let i = 0; i <= k; i++) {
      const value = row[i]
      if (value === 0) continue
      for (let j = 0; j <= i; j++) inverse[i * size + j] += value * row[j]
    }
  }
  return inverse
}

/** Row `row` of L⁻¹, up to its diagonal: the solution of xᵀ L = eᵀ. */
function invertRow(factor: Float64Array, size: number, row: number, into: Float64Array): Float64Array {
  into.fill(0)
  into[row] = 1
  for (let k = row; k >= 0; k--) {
    const start = k * size
    const value = into[k] / factor[start + k]
    into[k] = value
    for (let j = 0; j < k; j++) into[j] -= factor[start + j] * value
  }
  return into
}
