import assert from 'node:assert/strict'
import test from 'node:test'
import { createRandomStream } from '../../../src/numeric/random.js'
import { type Candidate, computeOrderKey, takeFirst } from '../../../src/surrogate/strategies/search-strategy.js'

const candidates: Candidate[] = Array.from({ length: 200 }, (_, index) => ({
  id: `id${index % 150}`,
  expression: `expression ${index}`,
  prediction: (index % 150) / 10,
}))
const byPrediction = (left: Candidate, right: Candidate) => (right.prediction ?? 0) - (left.prediction ?? 0)

test('the first candidates are those of a full sort, with each id once', () => {
  const random = createRandomStream(1)
  for (let trial = 0; trial < 20; trial++) {
    const shuffled = Array.from(random.permutation(200), (index) => candidates[index])
    const kept = takeFirst(shuffled, 10, ({ id }) => id !== 'id148', byPrediction)
    assert.deepEqual(
      kept.map(({ id }) => id),
      [149, 147, 146, 145, 144, 143, 142, 141, 140, 139].map((n) => `id${n}`),
    )
  }
})

test('a count of zero takes no candidate', () => {
  assert.deepEqual(
    takeFirst(candidates, 0, () => true, byPrediction),
    [],
  )
})

test('order keys give a random order: over the seeds, each of three ids comes first equally often', () => {
  const counts = new Map<string, number>()
  for (let seed = 0; seed < 3000; seed++) {
    const ids = ['a', 'b', 'relu(x)']
    ids.sort((left, right) => computeOrderKey(seed, left) - computeOrderKey(seed, right))
    counts.set(ids[0], (counts.get(ids[0]) ?? 0) + 1)
  }
  for (const count of counts.values()) assert.ok(Math.abs(count - 1000) < 150, `${count}`)
  assert.equal(counts.size, 3)
})

test('many ids have distinct order keys', () => {
  const keys = new Set(Array.from({ length: 100_000 }, (_, index) => computeOrderKey(1, `id${index}`)))
  assert.equal(keys.size, 100_000)
})
