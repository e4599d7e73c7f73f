import assert from 'node:assert/strict'
import test from 'node:test'
import { computeMoments, computeMomentsInOnePass, standardise } from '../../src/numeric/moments.js'

test('mean and variance of a worked example: 2, 4, 4, 4, 5, 5, 7, 9', () => {
  assert.deepEqual(computeMoments([2, 4, 4, 4, 5, 5, 7, 9]), { mean: 5, variance: 4 })
  const { centre, scale, standardised } = standardise(Float64Array.of(2, 4, 4, 4, 5, 5, 7, 9))
  assert.deepEqual([centre, scale], [5, 2])
  assert.deepEqual(standardised, Float64Array.of(-1.5, -0.5, -0.5, -0.5, 0, 0, 1, 2))
})

test('equal values become zeros; the mean of no values is NaN', () => {
  assert.deepEqual(standardise(Float64Array.of(3, 3)).standardised, new Float64Array(2))
  assert.ok(Number.isNaN(computeMoments([]).mean))
})

test('the moments in one pass are those of sums and sums of squares, in the order of the values', () => {
  assert.deepEqual(computeMomentsInOnePass([1, 2, 3, 6]), { mean: 3, deviation: Math.sqrt(50 / 4 - 9) })
  // The same sums in another order end with other bits.
  const values = [0.1, 1e8, -1e8, 0.7]
  assert.equal(computeMomentsInOnePass(values).mean, (0.1 + 1e8 - 1e8 + 0.7) / 4)
  assert.notEqual(computeMomentsInOnePass([...values].reverse()).mean, computeMomentsInOnePass(values).mean)
})
