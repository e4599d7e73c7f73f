/**
 * Replaces the lower triangle of a symmetric positive definite matrix A = L Lᵀ (row-major, `size` × `size`) by its
 * factor L. The upper triangle does not change. Works row by row (Golub & Van Loan, section 4.2) with size³ / 6
 * multiplications. Returns false if the matrix is not positive definite to rounding; its content is then undefined.
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

/** Replaces b by the solution of L x = b. */
export function solveLower(factor: Float64Array, size: number, vector: Float64Array): Float64Array {
  for (let row = 0; row < size; row++) {
    const start = row * size
    let sum = vector[row]
    for (let k = 0; k < row; k++) sum -= factor[start + k] * vector[k]
    vector[row] = sum / factor[start + row]
  }
  return vector
}

/** Replaces b by the solution of Lᵀ x = b. Reads L row by row, in the order of memory. */
export function solveUpper(factor: Float64Array, size: number, vector: Float64Array): Float64Array {
  for (let row = size - 1; row >= 0; row--) {
    const start = row * size
    const value = vector[row] / factor[start + row]
    vector[row] = value
    for (let k = 0; k < row; k++) vector[k] -= factor[start + k] * value
  }
  return vector
}

/** The lower triangle of A⁻¹ = L⁻ᵀ L⁻¹ for A = L Lᵀ (row-major, `size` × `size`; zeros above the diagonal). */
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

/** Writes row `row` of L⁻¹, up to its diagonal: the solution x of xᵀ L = eᵀ. */
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
