import assert from 'node:assert/strict'
import test from 'node:test'
import { computeDistance, toFeatureMatrix } from '../../../src/surrogate/feature-vectors/feature-matrix.js'
import { createRandomMatrix } from '../random-features.js'

const ALL = Number.POSITIVE_INFINITY

test('distances match their definition', () => {
  const matrix = toFeatureMatrix(Float32Array.of(0, 0, 3, -4), 2, 'outputs')
  assert.equal(computeDistance('euclidean', matrix, 0, matrix, 1, ALL), 5)
  assert.equal(computeDistance('manhattan', matrix, 0, matrix, 1, ALL), 7)
})

test('distances are symmetric, zero on the diagonal, and obey the triangle inequality', () => {
  const matrix = createRandomMatrix(12, 131, 1)
  for (const metric of ['euclidean', 'manhattan'] as const) {
    const distance = (a: number, b: number) => computeDistance(metric, matrix, a, matrix, b, ALL)
    for (let a = 0; a < 12; a++) {
      assert.equal(distance(a, a), 0)
      for (let b = 0; b < 12; b++) {
        assert.equal(distance(a, b), distance(b, a))
        for (let c = 0; c < 12; c++) assert.ok(distance(a, b) <= distance(a, c) + distance(c, b) + 1e-5)
      }
    }
  }
})

test('small differences survive next to huge values', () => {
  const matrix = toFeatureMatrix(Float32Array.of(1e14, 0.25, 1e14, 0.5), 2, 'outputs')
  assert.equal(computeDistance('euclidean', matrix, 0, matrix, 1, ALL), 0.25)
})

test('squares that overflow float32 still have a distance', () => {
  const matrix = toFeatureMatrix(Float32Array.of(3e30, 0, 0, 4e30), 2, 'outputs')
  assert.ok(Math.abs(computeDistance('euclidean', matrix, 0, matrix, 1, ALL) / 5e30 - 1) < 1e-6)
  assert.ok(Math.abs(computeDistance('euclidean', matrix, 0, matrix, 1, 1e31) / 5e30 - 1) < 1e-6)
})

test('a distance above the limit is Infinity, one below it is exact', () => {
  const matrix = createRandomMatrix(2, 500, 2)
  for (const metric of ['euclidean', 'manhattan'] as const) {
    const exact = computeDistance(metric, matrix, 0, matrix, 1, ALL)
    assert.equal(computeDistance(metric, matrix, 0, matrix, 1, exact * 1.001), exact)
    assert.equal(computeDistance(metric, matrix, 0, matrix, 1, exact * 0.9), ALL)
  }
})

test('rejects values that are not finite or do not fill their rows', () => {
  assert.throws(() => toFeatureMatrix(Float32Array.of(1, Number.NaN), 2, 'outputs'), { code: 'BAD_USER_INPUT' })
  assert.throws(() => toFeatureMatrix(Float32Array.of(1, Number.NEGATIVE_INFINITY), 1, 'outputs'), /row 0/)
  assert.throws(() => toFeatureMatrix(new Float32Array(5), 2, 'spectra'), { extensions: { argument: 'spectra' } })
  assert.throws(() => toFeatureMatrix(new Float32Array(0), 2, 'spectra'), { code: 'BAD_USER_INPUT' })
})
