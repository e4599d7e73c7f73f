import assert from 'node:assert/strict'
import test from 'node:test'
import { createRandomStream } from '../../../src/numeric/random.js'
import { computeStandardDeviation, fitVariance } from '../../../src/surrogate/cross-validation/prediction-variance.js'

const random = createRandomStream(1)
const TRUE = { floor: 0.2, spread: 1.5, distance: 0.4 }
const samples = Array.from({ length: 4000 }, () => {
  const neighbours = { variance: 3 * random.uniform() ** 2, squaredDistance: 5 * random.uniform() }
  return { ...neighbours, residual: random.normal() * computeStandardDeviation(TRUE, neighbours) }
})

test('the fit recovers the coefficients that generated the residuals', () => {
  const found = fitVariance(samples)
  for (const key of ['floor', 'spread', 'distance'] as const) {
    assert.ok(Math.abs(found[key] / TRUE[key] - 1) < 0.25, `${key}: ${found[key]}`)
  }
})

test('nine of ten residuals lie within 1.645 standard deviations', () => {
  const found = fitVariance(samples)
  const covered = samples.filter(
    (sample) => Math.abs(sample.residual) < 1.645 * computeStandardDeviation(found, sample),
  )
  assert.ok(Math.abs(covered.length / samples.length - 0.9) < 0.02)
})

test('the coefficients scale with the square of the unit', () => {
  const found = fitVariance(samples)
  const scaled = fitVariance(
    samples.map(({ residual, variance, squaredDistance }) => ({
      residual: residual * 100,
      variance: variance * 1e4,
      squaredDistance,
    })),
  )
  assert.ok(Math.abs(scaled.floor / found.floor / 1e4 - 1) < 1e-6)
  assert.ok(Math.abs(scaled.spread / found.spread - 1) < 1e-6)
})

test('perfect predictions, or none, have zero variance', () => {
  assert.deepEqual(fitVariance([]), { floor: 0, spread: 0, distance: 0 })
  assert.deepEqual(fitVariance([{ residual: 0, variance: 0, squaredDistance: 1 }]), {
    floor: 0,
    spread: 0,
    distance: 0,
  })
})
