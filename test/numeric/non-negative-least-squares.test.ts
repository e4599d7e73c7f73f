import assert from 'node:assert/strict'
import test from 'node:test'
import { solveNonNegativeLeastSquares } from '../../src/numeric/non-negative-least-squares.js'
import { createRandomStream } from '../../src/numeric/random.js'

const { normal } = createRandomStream(5)
const draw = (length: number) => Float64Array.from({ length }, normal)
const columns = Array.from({ length: 4 }, () => draw(50))
const combine = (weights: readonly number[]) =>
  Float64Array.from({ length: 50 }, (_, i) => weights.reduce((sum, weight, k) => sum + weight * columns[k][i], 0))
const assertNear = (found: readonly number[], expected: readonly number[]) => {
  for (const [k, weight] of found.entries())
    assert.ok(Math.abs(weight - expected[k]) < 1e-6, `${found} for ${expected}`)
}

test('weights of an exact sum are found, also zeros', () => {
  assertNear(solveNonNegativeLeastSquares(columns, combine([0.5, 0, 2, 0.25])), [0.5, 0, 2, 0.25])
})

test('no weight is negative, and none can be changed for a smaller error', () => {
  const target = combine([1, -1, 0.3, 0.2]).map((value) => value + 0.1 * normal())
  const weights = solveNonNegativeLeastSquares(columns, target)
  assert.equal(weights[1], 0)
  const residual = combine(weights).map((value, i) => value - target[i])
  for (const [k, column] of columns.entries()) {
    const slope = column.reduce((sum, value, i) => sum + value * residual[i], 0)
    if (weights[k] > 0) assert.ok(Math.abs(slope) < 1e-6, `${k}: ${slope}`)
    else assert.ok(slope > -1e-6, `${k}: ${slope}`)
  }
})

test('equal columns share, a column of zeros gets nothing, and no columns give no weights', () => {
  const [a] = columns
  const [first, second, none] = solveNonNegativeLeastSquares([a, a, new Float64Array(50)], a)
  assert.ok(Math.abs(first + second - 1) < 1e-9)
  assert.equal(none, 0)
  assert.deepEqual(solveNonNegativeLeastSquares([], a), [])
})
