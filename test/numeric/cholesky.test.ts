import assert from 'node:assert/strict'
import test from 'node:test'
import { factorise, invert, solveLower, solveUpper } from '../../src/numeric/cholesky.js'
import { createRandomStream } from '../../src/numeric/random.js'

const SIZE = 40
const { normal } = createRandomStream(1)
const root = Array.from({ length: SIZE }, () => Array.from({ length: SIZE }, normal))
const matrix = Float64Array.from({ length: SIZE * SIZE }, (_, index) => {
  const [i, j] = [Math.floor(index / SIZE), index % SIZE]
  return root[i].reduce((sum, value, k) => sum + value * root[j][k], i === j ? 1 : 0)
})
const factor = matrix.slice()
assert.equal(factorise(factor, SIZE), true)
const lower = (i: number, j: number) => (j <= i ? factor[i * SIZE + j] : 0)

test('L Lᵀ is the matrix', () => {
  for (let i = 0; i < SIZE; i++) {
    for (let j = 0; j < SIZE; j++) {
      let sum = 0
      for (let k = 0; k < SIZE; k++) sum += lower(i, k) * lower(j, k)
      assert.ok(Math.abs(sum - matrix[i * SIZE + j]) < 1e-10)
    }
  }
})

test('both triangular solves together solve A x = b', () => {
  const b = Float64Array.from({ length: SIZE }, normal)
  const x = solveUpper(factor, SIZE, solveLower(factor, SIZE, b.slice()))
  for (let i = 0; i < SIZE; i++) {
    let sum = 0
    for (let j = 0; j < SIZE; j++) sum += matrix[i * SIZE + j] * x[j]
    assert.ok(Math.abs(sum - b[i]) < 1e-9)
  }
})

test('the inverse times the matrix is the identity', () => {
  const inverse = invert(factor, SIZE)
  const at = (i: number, j: number) => inverse[Math.max(i, j) * SIZE + Math.min(i, j)]
  for (let i = 0; i < SIZE; i++) {
    for (let j = 0; j < SIZE; j++) {
      let sum = 0
      for (let k = 0; k < SIZE; k++) sum += at(i, k) * matrix[k * SIZE + j]
      assert.ok(Math.abs(sum - (i === j ? 1 : 0)) < 1e-9)
    }
  }
})

test('a matrix that is not positive definite returns false', () => {
  assert.equal(factorise(Float64Array.from([1, 2, 2, 1]), 2), false)
  assert.equal(factorise(Float64Array.from([Number.NaN]), 1), false)
})
