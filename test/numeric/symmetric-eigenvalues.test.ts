import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom } from '../../src/numeric/random.js'
import { computeSymmetricEigenvalues } from '../../src/numeric/symmetric-eigenvalues.js'

const SIZES = [1, 2, 3, 4, 5, 17, 64, 145, 300]

describe('computeSymmetricEigenvalues', () => {
  it('keeps trace and Frobenius norm, in ascending order', () => {
    for (const size of SIZES) {
      const matrix = createSymmetric(size)
      const eigenvalues = computeSymmetricEigenvalues(matrix, size)
      const norm = sum(matrix.map((value) => value * value))
      assertClose(sum(eigenvalues), sum(diagonalOf(matrix, size)), 1e-12 * Math.sqrt(norm * size))
      assertClose(sum(eigenvalues.map((value) => value * value)), norm, 1e-12 * norm)
      assert.deepEqual(eigenvalues, eigenvalues.slice().sort())
    }
  })

  it('finds a known spectrum in a rotated basis, with repeated, zero and negative eigenvalues', () => {
    for (const size of SIZES) {
      const known = Float64Array.from(
        { length: size },
        (_, i) => [3, 3, 0, -7, 1e-9, 3, 0][i % 7] * (i % 5 === 4 ? i : 1),
      )
      const eigenvalues = computeSymmetricEigenvalues(rotate(known), size)
      const expected = known.slice().sort()
      const largest = Math.max(...expected.map(Math.abs))
      for (let i = 0; i < size; i++) assertClose(eigenvalues[i], expected[i], 1e-13 * largest)
    }
  })

  it('finds the eigenvalues 2 - 2 cos(k pi / (n + 1)) of the second difference', () => {
    const size = 101
    const matrix = new Float64Array(size * size)
    for (let i = 0; i < size; i++) {
      matrix[i * size + i] = 2
      if (i > 0) matrix[i * size + i - 1] = -1
    }
    const eigenvalues = computeSymmetricEigenvalues(matrix, size)
    for (let k = 1; k <= size; k++) {
      assertClose(eigenvalues[k - 1], 2 - 2 * Math.cos((k * Math.PI) / (size + 1)), 1e-13)
    }
  })

  it('moves every eigenvalue by c if c is added to the diagonal', () => {
    const size = 40
    const matrix = createSymmetric(size)
    const shifted = matrix.map((value, i) => (i % (size + 1) === 0 ? value + 2.5 : value))
    const before = computeSymmetricEigenvalues(matrix, size)
    const after = computeSymmetricEigenvalues(shifted, size)
    for (let i = 0; i < size; i++) assertClose(after[i], before[i] + 2.5, 1e-13 * 40)
  })

  it('converges on matrices of rank 1, whose remainder is rounding noise or underflows', () => {
    const random = createRandom('rank one')
    for (const scale of [1, 1e30, 1e-150, 1e150]) {
      for (const size of [2, 24, 65]) {
        const vector = Float64Array.from({ length: size }, (_, i) => random.normal() * 10 ** -(i % 9))
        const matrix = new Float64Array(size * size)
        for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) matrix[i * size + j] = vector[i] * vector[j] * scale
        const eigenvalues = computeSymmetricEigenvalues(matrix, size)
        const expected = sum(vector.map((value) => value * value)) * scale
        assertClose(eigenvalues[size - 1], expected, 1e-13 * expected)
        for (const value of eigenvalues.subarray(0, size - 1)) assertClose(value, 0, 1e-14 * expected)
      }
    }
  })

  it('converges on elements that span 300 powers of ten', () => {
    const size = 42
    const matrix = Float64Array.from({ length: size * size }, (_, k) => {
      const [i, j] = [Math.floor(k / size), k % size]
      return 10 ** (-3.5 * (i + j))
    })
    const eigenvalues = computeSymmetricEigenvalues(matrix, size)
    assert.ok(eigenvalues.every(Number.isFinite))
    assertClose(eigenvalues[size - 1], sum(diagonalOf(matrix, size)), 1e-13)
  })

  it('gives zeros for the zero matrix and nothing for the empty one', () => {
    assert.deepEqual(computeSymmetricEigenvalues(new Float64Array(9), 3), new Float64Array(3))
    assert.deepEqual(computeSymmetricEigenvalues(new Float64Array(0), 0), new Float64Array(0))
  })

  it('reads only the lower triangle and does not change the matrix', () => {
    const matrix = createSymmetric(12)
    const lower = matrix.map((value, k) => (k % 12 > Math.floor(k / 12) ? Number.NaN : value))
    const copy = lower.slice()
    assert.deepEqual(computeSymmetricEigenvalues(lower, 12), computeSymmetricEigenvalues(matrix, 12))
    assert.deepEqual(lower, copy)
  })

  it('rejects elements that are not finite and matrices of another size', () => {
    assert.throws(() => computeSymmetricEigenvalues(Float64Array.of(1, 0, Number.NaN, 1), 2), /finite.*NaN in row 1/)
    assert.throws(() => computeSymmetricEigenvalues(Float64Array.of(Infinity), 1), /finite/)
    assert.throws(() => computeSymmetricEigenvalues(new Float64Array(5), 2), /2 x 2 = 4 matrix elements, got 5/)
  })
})

function createSymmetric(size: number): Float64Array {
  const random = createRandom('symmetric', size)
  const matrix = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) matrix[i * size + j] = matrix[j * size + i] = random.normal()
  }
  return matrix
}

/** Q diag Qᵀ for a product Q of two reflections. */
function rotate(diagonal: Float64Array): Float64Array {
  const size = diagonal.length
  const random = createRandom('rotation', size)
  let matrix = new Float64Array(size * size)
  for (let i = 0; i < size; i++) matrix[i * size + i] = diagonal[i]
  for (let round = 0; round < 2; round++) {
    const v = Float64Array.from({ length: size }, () => random.normal())
    const beta = 2 / sum(v.map((value) => value * value))
    const reflection = new Float64Array(size * size)
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) reflection[i * size + j] = (i === j ? 1 : 0) - beta * v[i] * v[j]
    }
    matrix = multiply(multiply(reflection, matrix, size), reflection, size)
  }
  return matrix
}

function multiply(left: Float64Array, right: Float64Array, size: number): Float64Array<ArrayBuffer> {
  const product = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      const value = left[i * size + k]
      for (let j = 0; j < size; j++) product[i * size + j] += value * right[k * size + j]
    }
  }
  return product
}

function diagonalOf(matrix: Float64Array, size: number): Float64Array {
  return matrix.filter((_, k) => k % (size + 1) === 0)
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0)
}

function assertClose(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `expected ${expected} within ${tolerance}, got ${actual}`)
}
