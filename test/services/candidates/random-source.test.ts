import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OPERATORS } from '../../../src/activations/operators.js'
import { openSearchFixture } from '../../support/fixtures/search-fixture.js'

const { begin, ask } = await openSearchFixture()

test('without a surrogate a search tries the baselines and then at random, without predictions', async () => {
  const search = await begin({ dataset: 'unfitted' })
  const { suggestions } = await ask(search.id, { count: 20 })
  assert.equal(suggestions.length, 20)
  assert.equal(new Set(suggestions.map(({ activationId }) => activationId)).size, 20)
  assert.ok(suggestions.every(({ predictedMean, surrogateId }) => predictedMean === null && surrogateId === null))
})

test('a small space is handed out to its last function and no further', async () => {
  const search = await begin({ dataset: 'unfitted', algorithm: 'RANDOM', schemas: ['unary(x)'] })
  const seen = new Set<number>()
  for (let turn = 0; turn < 10; turn++) {
    const { suggestions } = await ask(search.id, { worker: `worker ${turn}`, count: 7 })
    for (const { activationId } of suggestions) {
      assert.ok(!seen.has(activationId))
      seen.add(activationId)
    }
  }
  const { suggestions } = await ask(search.id, { worker: 'late' })
  assert.deepEqual(suggestions, [])
  const unary = OPERATORS.filter(({ arity, fillsPlaceholders }) => arity === 'UNARY' && fillsPlaceholders).length
  assert.ok(seen.size >= 20 && seen.size <= unary, `${seen.size}`)
})
