import assert from 'node:assert/strict'
import test from 'node:test'
import { createRandomStrategy } from '../../../src/surrogate/strategies/random-strategy.js'
import { CANDIDATES, testStrategyLaws } from '../strategy-laws.js'

testStrategyLaws('random', createRandomStrategy)

test('random: over the seeds, every function comes first equally often', () => {
  const counts = new Map<string, number>()
  for (let seed = 0; seed < 5000; seed++) {
    const { id } = createRandomStrategy(CANDIDATES, seed).suggest(1)[0]
    counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  assert.equal(counts.size, 50)
  for (const count of counts.values()) assert.ok(Math.abs(count - 100) < 50, `${count}`)
})
