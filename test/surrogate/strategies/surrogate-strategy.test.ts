import assert from 'node:assert/strict'
import test from 'node:test'
import { BASELINE_EXPRESSIONS } from '../../../src/surrogate/strategies/search-strategy.js'
import { createSurrogateStrategy } from '../../../src/surrogate/strategies/surrogate-strategy.js'
import { CANDIDATES, testStrategyLaws } from '../strategy-laws.js'

const BASELINE_CANDIDATES = BASELINE_EXPRESSIONS.map((expression, index) => ({
  id: `id${index}`,
  expression,
  prediction: null,
}))

testStrategyLaws('surrogate', (candidates, seed) => createSurrogateStrategy([], candidates, seed))
testStrategyLaws('surrogate with baselines', (candidates, seed) =>
  createSurrogateStrategy(BASELINE_CANDIDATES, candidates, seed),
)

test('baselines come first, in their order, and never again', () => {
  const strategy = createSurrogateStrategy(BASELINE_CANDIDATES, CANDIDATES, 1)
  const suggested = strategy.suggest(50)
  assert.deepEqual(suggested.slice(0, 8), BASELINE_CANDIDATES)
  assert.equal(new Set(suggested.map(({ id }) => id)).size, 50)
  strategy.update([{ id: 'id0', validationAccuracy: 0.9 }], ['id1'])
  assert.deepEqual(strategy.suggest(1), [BASELINE_CANDIDATES[2]])
})

test('predictions then descend, and candidates without one come last', () => {
  const predictions = createSurrogateStrategy([], CANDIDATES, 1)
    .suggest(50)
    .map(({ prediction }) => prediction)
  assert.deepEqual(predictions.slice(40), new Array(10).fill(null))
  const known = predictions.slice(0, 40).map((value) => value ?? Number.NaN)
  known.forEach((value, index) => {
    assert.ok(index === 0 || value <= known[index - 1])
  })
})

test('remoteness decides only between equal predictions', () => {
  const ranked = [
    { id: 'near', expression: 'a', prediction: 0.8, remoteness: 0.1 },
    { id: 'far', expression: 'b', prediction: 0.8, remoteness: 3 },
    { id: 'best', expression: 'c', prediction: 0.9, remoteness: 0 },
    { id: 'farther', expression: 'd', prediction: 0.7, remoteness: 9 },
  ]
  const suggested = createSurrogateStrategy([], ranked, 1).suggest(4)
  assert.deepEqual(
    suggested.map(({ id }) => id),
    ['best', 'far', 'near', 'farther'],
  )
})

test('within a tolerance of the highest free prediction, the most remote candidate comes first', () => {
  const ranked = [
    { id: 'taken', expression: 'a', prediction: 0.99, remoteness: 0 },
    { id: 'highest', expression: 'b', prediction: 0.9, remoteness: 0.1 },
    { id: 'alike', expression: 'c', prediction: 0.87, remoteness: 3 },
    { id: 'below', expression: 'd', prediction: 0.85, remoteness: 9 },
    { id: 'unknown', expression: 'e', prediction: null, remoteness: 99 },
  ]
  const order = (tolerance: number) => {
    const strategy = createSurrogateStrategy([], ranked, 1, () => tolerance)
    strategy.update([{ id: 'taken', validationAccuracy: 0.5 }], [])
    return strategy.suggest(4).map(({ id }) => id)
  }
  assert.deepEqual(order(0.04), ['alike', 'highest', 'below', 'unknown'])
  assert.deepEqual(order(0), ['highest', 'alike', 'below', 'unknown'])
})
