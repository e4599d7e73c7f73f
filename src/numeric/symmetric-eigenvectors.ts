/**
 * All eigenvalues and unit eigenvectors of a small symmetric matrix, greatest value first, by cyclic Jacobi rotations
 * (Golub & Van Loan, section 8.5). Use it for up to about a hundred rows: its time grows with their cube, with a larger
 * constant than `computeSymmetricEigenvalues`, which handles thousands of rows but computes no eigenvectors.
 */
export function computeSymmetricEigenvectors(matrix: readonly Float64Array[]): {
  values: number[]
  vectors: Float64Array[]
} {
  const size = matrix.length
  const a = matrix.map((row) => row.slice())
  const v = matrix.map((_, row) => Float64Array.from({ length: size }, (_, column) => (row === column ? 1 : 0)))
  // Each sweep squares the relative size of the off-diagonal part until only rounding errors are left. More sweeps
  // would not reduce these.
  const least = 1e-30 * a.reduce((sum, row) => row.reduce((total, value) => total + value * value, sum), 0)
  let left = sumOffDiagonal(a)
  for (let sweep = 0; sweep < 50 && left > least; sweep++) {
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) rotatePair(a, v, p, q)
    }
    const before = left
    left = sumOffDiagonal(a)
    if (sweep >= FIRST_SWEEPS && left >= before / 4) break
  }
  const order = a.map((_, index) => index).sort((i, j) => a[j][j] - a[i][i])
  return {
    values: order.map((index) => a[index][index]),
    vectors: order.map((index) => Float64Array.from(v, (row) => row[index])),
  }
}

/** Sweeps before quadratic convergence sets in; until then a sweep may reduce the off-diagonal part only slightly. */
const FIRST_SWEEPS = 6

/** Makes a[p][q] zero by a rotation of rows and columns of `a`, and accumulates the rotation in `v`. */
function rotatePair(a: Float64Array[], v: Float64Array[], p: number, q: number): void {
  if (a[p][q] === 0) return
  const theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
  const c = 1 / Math.sqrt(t * t + 1)
  const s = t * c
  for (const row of a) rotateColumns(row, p, q, c, s)
  const rowP = a[p].slice()
  const rowQ = a[q].slice()
  for (let k = 0; k < a.length; k++) {
    a[p][k] = c * rowP[k] - s * rowQ[k]
    a[q][k] = s * rowP[k] + c * rowQ[k]
  }
  for (const row of v) rotateColumns(row, p, q, c, s)
}

function rotateColumns(row: Float64Array, p: number, q: number, c: number, s: number): void {
  const before = row[p]
  row[p] = c * before - s * row[q]
  row[q] = s * before + c * row[q]
}

function sumOffDiagonal(a: Float64Array[]): number {
  let sum = 0
  for (let row = 0; row < a.length; row++) for (let column = 0; column < row; column++) sum += a[row][column] ** 2
  return sum
}
