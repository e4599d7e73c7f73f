import assert from 'node:assert/strict'
import test from 'node:test'
import { BASELINE_EXPRESSIONS } from '../../src/surrogate/search-strategy.js'
import { createSurrogateStrategy } from '../../src/surrogate/surrogate-strategy.js'
import { CANDIDATES, testStrategyLaws } from './strategy-laws.js'

const BASELINE_CANDIDATES = BASELINE_EXPRESSIONS.map((expression, place) => ({
  id: `id${place}`,
  expression,
  prediction: null,
}))

testStrategyLaws('surrogate', (candidates, seed) => createSurrogateStrategy([], candidates, seed))
testStrategyLaws('surrogate with baselines', (candidates, seed) =>
  createSurrogateStrategy(BASELINE_CANDIDATES, candidates, seed),
)

test('baselines come first, in their order, and never again as candidates', () => {
  const strategy = createSurrogateStrategy(BASELINE_CANDIDATES, CANDIDATES, 1)
  const suggested = strategy.suggest(50)
  assert.deepEqual(suggested.slice(0, 8), BASELINE_CANDIDATES)
  assert.equal(new Set(suggested.map(({ id }) => id)).size, 50)
  strategy.update([{ id: 'id0', validationAccuracy: 0.9 }], ['id1'])
  assert.deepEqual(strategy.suggest(1), [BASELINE_CANDIDATES[2]])
})

test('after them predictions fall, and those without one come last', () => {
  const predictions = createSurrogateStrategy([], CANDIDATES, 1)
    .suggest(50)
    .map(({ prediction }) => prediction)
  assert.deepEqual(predictions.slice(40), new Array(10).fill(null))
  const known = predictions.slice(0, 40).map((value) => value ?? Number.NaN)
  known.forEach((value, place) => {
    assert.ok(place === 0 || value <= known[place - 1])
  })
})
