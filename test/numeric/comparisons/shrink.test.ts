import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fitPredictionErrors, shrinkToPrediction } from '../../../src/numeric/comparisons/shrink.js'
import { createRandom } from '../../../src/numeric/random.js'

const PREDICTION_ERROR = 0.03
const NOISE = 0.04

/** True values, measured with noise and predicted with an error and a shift. */
function draw(count: number) {
  const random = createRandom('shrink')
  return Array.from({ length: count }, () => {
    const truth = 0.5 + 0.15 * random.normal()
    const prediction = truth - 0.1 + PREDICTION_ERROR * random.normal()
    return { truth, prediction, measured: truth + NOISE * random.normal(), error: NOISE }
  })
}

test('the estimate is nearer to the truth than measurement and prediction, and its interval has the truth', () => {
  const drawn = draw(4000)
  const errors = fitPredictionErrors(drawn)
  assert.ok(errors)
  let [raw, shrunk, inside, weights] = [0, 0, 0, 0]
  for (const each of drawn) {
    const { value, deviation, weight } = shrinkToPrediction(errors, each)
    raw += (each.measured - each.truth) ** 2
    shrunk += (value - each.truth) ** 2
    weights += weight
    if (Math.abs(value - each.truth) < 1.96 * deviation) inside++
  }
  assert.ok(shrunk < 0.45 * raw, `${shrunk / raw}`)
  assert.ok(inside > 0.93 * drawn.length && inside < 0.97 * drawn.length, `${inside / drawn.length}`)
  const expected = PREDICTION_ERROR ** 2 / (PREDICTION_ERROR ** 2 + NOISE ** 2)
  assert.ok(Math.abs(weights / drawn.length - expected) < 0.05)
})

test('the best of many are no longer too good', () => {
  const drawn = draw(4000)
  const errors = fitPredictionErrors(drawn)
  assert.ok(errors)
  const estimates = drawn.map((each) => ({ ...each, shrunk: shrinkToPrediction(errors, each).value }))
  const optimism = (by: 'measured' | 'shrunk') => {
    const top = [...estimates].sort((a, b) => b[by] - a[by]).slice(0, 40)
    return top.reduce((sum, each) => sum + each[by] - each.truth, 0) / top.length
  }
  assert.ok(optimism('measured') > 0.02)
  assert.ok(Math.abs(optimism('shrunk')) < 0.5 * optimism('measured'), `${optimism('shrunk')}`)
})

test('a sure measurement stays, an unsure one becomes the prediction, and few functions give nothing', () => {
  const drawn = draw(400)
  const errors = fitPredictionErrors(drawn)
  assert.ok(errors)
  const [one] = drawn
  assert.deepEqual(shrinkToPrediction(errors, { ...one, error: 0 }), { value: one.measured, deviation: 0, weight: 1 })
  const unsure = shrinkToPrediction(errors, { ...one, measured: 0.999, error: 100 })
  assert.ok(Math.abs(unsure.value - one.prediction - 0.1) < 0.02)
  assert.equal(fitPredictionErrors(drawn.slice(0, 19)), null)
  const exact = drawn.map((each) => ({ ...each, measured: each.prediction, error: 0 }))
  const perfect = fitPredictionErrors(exact)
  assert.ok(perfect)
  assert.equal(shrinkToPrediction(perfect, exact[0]).value, exact[0].measured)
})
