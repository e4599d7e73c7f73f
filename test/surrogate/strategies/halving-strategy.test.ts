import assert from 'node:assert/strict'
import test from 'node:test'
import { createHalvingStrategy } from '../../../src/surrogate/strategies/halving-strategy.js'
import { createRandomStrategy } from '../../../src/surrogate/strategies/random-strategy.js'
import { computeRungs } from '../../../src/surrogate/strategies/rungs.js'
import type { Candidates } from '../../../src/surrogate/strategies/search-strategy.js'
import { CANDIDATES, testStrategyLaws } from '../strategy-laws.js'

const create = (rungs: readonly number[], candidates: Candidates = CANDIDATES, seed = 1) =>
  createHalvingStrategy({
    ...{ rungs, rest: createRandomStrategy(candidates, seed) },
    find: (id) => [...candidates].find((candidate) => candidate.id === id) ?? null,
  })

testStrategyLaws('successive halving with one rung', (candidates, seed) => create([1], candidates, seed))

test('rungs are a third of the next one, from one epoch to a whole training', () => {
  assert.deepEqual(computeRungs(1), [1])
  assert.deepEqual(computeRungs(3), [1, 3])
  assert.deepEqual(computeRungs(4), [1, 4])
  assert.deepEqual(computeRungs(200), [2, 7, 22, 67, 200])
  for (let epochs = 1; epochs < 400; epochs++) {
    const rungs = computeRungs(epochs)
    assert.equal(rungs.at(-1), epochs)
    assert.ok(rungs[0] >= 1 && rungs.every((rung, index) => index === 0 || rung > rungs[index - 1]), rungs.join())
  }
})

test('the best third of a rung goes on, once, and a whole training has no number of epochs', () => {
  const strategy = create([1, 3, 9])
  const first = strategy.suggest(6)
  assert.ok(first.every(({ epochs }) => epochs === 1))
  const told = first.map(({ id }, index) => ({ id, validationAccuracy: index / 10, epochs: 1 }))
  strategy.update(told.slice(0, 2), [])
  assert.equal(strategy.suggest(1)[0].epochs, 1)
  strategy.update(told, [])
  const promoted = strategy.suggest(4)
  assert.deepEqual(
    promoted.slice(0, 2).map(({ id, epochs }) => [id, epochs]),
    [
      [first[5].id, 3],
      [first[4].id, 3],
    ],
  )
  assert.ok(promoted.slice(2).every(({ epochs }) => epochs === 1))
  // While they are trained, others come.
  const leased = promoted.slice(0, 2).map(({ id }) => ({ id, validationAccuracy: null, epochs: 3 }))
  strategy.update(leased, [])
  assert.ok(strategy.suggest(9).every(({ epochs }) => epochs === 1))
  strategy.update(
    leased.map((each) => ({ ...each, validationAccuracy: 0.5 })),
    [],
  )
  assert.ok(
    strategy.suggest(9).every(({ epochs }) => epochs === 1),
    'two are too few for a third',
  )
  strategy.update([{ id: first[0].id, validationAccuracy: 0.9, epochs: 3 }], [])
  assert.deepEqual(strategy.suggest(1)[0], { ...strategy.suggest(1)[0], id: first[0].id, epochs: null })
})

test('a function that failed or that came back from a lease goes no further', () => {
  const strategy = create([1, 3])
  const ids = strategy.suggest(3).map(({ id }) => id)
  const told = ids.map((id, index) => ({ id, validationAccuracy: index, epochs: 1 }))
  strategy.update(told, [ids[2]])
  assert.equal(strategy.suggest(1)[0].epochs, 1)
  strategy.update(told, [])
  assert.equal(strategy.suggest(1)[0].id, ids[2])
  strategy.update([{ id: ids[2], validationAccuracy: null, epochs: null }], [])
  assert.equal(strategy.suggest(1)[0].epochs, 1)
})
