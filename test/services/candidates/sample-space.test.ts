import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OPERATORS } from '../../../src/activations/operators.js'
import { createSampledSpace } from '../../../src/services/candidates/sample-space.js'

const UNARY = OPERATORS.filter(({ arity, fillsPlaceholders }) => arity === 'UNARY' && fillsPlaceholders).length

test('the list holds as many texts as the space counts, and samples are among them', () => {
  const space = createSampledSpace(['unary(x)', 'max(unary(x),unary(x))'])
  const texts = new Set(space.list())
  assert.equal(texts.size, space.size)
  assert.equal(space.size, UNARY + UNARY * UNARY)
  for (let draw = 0; draw < 200; draw++) assert.ok(texts.has(space.sample(4, draw)))
})

test('draws are uniform over the schemas and repeatable', () => {
  const space = createSampledSpace(['unary(x)', 'sum_n(unary(x))', 'prod_n(unary(x))'])
  const count = 32 * 3 * UNARY
  const draws = Array.from({ length: count }, (_, draw) => space.sample(9, draw))
  assert.deepEqual(
    draws,
    Array.from({ length: count }, (_, draw) => space.sample(9, draw)),
  )
  const counts = new Map<string, number>()
  for (const text of draws) counts.set(text, (counts.get(text) ?? 0) + 1)
  assert.equal(counts.size, 3 * UNARY)
  // Mean 32; beyond 60 or below 10 a fair draw is some five standard deviations out.
  assert.ok([...counts.values()].every((count) => count > 10 && count < 60))
})

test('a space of 10^13 expressions is sampled without listing it', () => {
  const space = createSampledSpace([
    'n-ary(binary(unary(x),unary(x)),binary(unary(x),unary(x)),binary(unary(x),unary(x)))',
  ])
  assert.ok(space.size > 1e12)
  const draws = new Set(Array.from({ length: 500 }, (_, draw) => space.sample(1, draw)))
  assert.equal(draws.size, 500)
})
