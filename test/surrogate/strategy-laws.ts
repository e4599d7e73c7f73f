import assert from 'node:assert/strict'
import test from 'node:test'
import type { Candidate, Candidates, SearchStrategy } from '../../src/surrogate/strategies/search-strategy.js'

/** Fifty functions, each under two spellings. */
export const CANDIDATES: Candidate[] = Array.from({ length: 100 }, (_, index) => ({
  id: `id${index % 50}`,
  expression: `spelling ${index}`,
  prediction: index % 50 < 40 ? ((index % 50) * 7) % 11 : null,
}))

/** The laws that hold for every strategy. */
export function testStrategyLaws(name: string, create: (candidates: Candidates, seed: number) => SearchStrategy): void {
  const idsOf = (suggested: Candidate[]) => suggested.map(({ id }) => id)

  test(`${name}: suggest changes no state`, () => {
    const strategy = create(CANDIDATES, 1)
    assert.deepEqual(strategy.suggest(5), strategy.suggest(5))
    assert.deepEqual(strategy.suggest(3), strategy.suggest(5).slice(0, 3))
  })

  test(`${name}: suggests each function once, under any spelling, until all are used`, () => {
    const strategy = create(CANDIDATES, 2)
    const seen: string[] = []
    for (;;) {
      const ids = idsOf(strategy.suggest(7))
      if (ids.length === 0) break
      seen.push(...ids)
      strategy.update(
        ids.map((id, index) => ({ id, validationAccuracy: index === 0 ? null : 0.5 })),
        [],
      )
    }
    assert.equal(new Set(seen).size, seen.length)
    for (const { id } of CANDIDATES) assert.ok(seen.includes(id))
  })

  test(`${name}: does not suggest a leased function until its lease ends`, () => {
    const strategy = create(CANDIDATES, 3)
    const [first] = strategy.suggest(1)
    strategy.update([], [first.id])
    assert.ok(!idsOf(strategy.suggest(100)).includes(first.id))
    strategy.update([], [])
    assert.deepEqual(strategy.suggest(1), [first])
  })

  test(`${name}: equal seeds give equal suggestions for any order of candidates, other seeds other ones`, () => {
    const backwards = CANDIDATES.toReversed()
    assert.deepEqual(idsOf(create(backwards, 4).suggest(50)), idsOf(create(CANDIDATES, 4).suggest(50)))
    assert.notDeepEqual(idsOf(create(CANDIDATES, 5).suggest(50)), idsOf(create(CANDIDATES, 4).suggest(50)))
  })

  test(`${name}: accepts candidates from any repeatable iterable`, () => {
    const lazy = {
      *[Symbol.iterator]() {
        yield* CANDIDATES
      },
    }
    const strategy = create(lazy, 6)
    strategy.suggest(1)
    assert.deepEqual(strategy.suggest(4), create(CANDIDATES, 6).suggest(4))
  })
}
