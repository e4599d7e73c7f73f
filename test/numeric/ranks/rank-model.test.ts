import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom, type Random } from '../../../src/numeric/random.js'
import { toRankData } from '../../../src/numeric/ranks/measured-function.js'
import { createRankModel } from '../../../src/numeric/ranks/rank-model.js'

interface Drawn {
  readonly truth: number
  readonly value: number
  readonly runs: readonly number[]
}

/** Functions with normal true values. The best tenth by the first run and every fifth one have three runs. */
function draw(count: number, random: Random, noiseAt: (truth: number) => number): Drawn[] {
  const truths = Array.from({ length: count }, () => random.normal())
  const first = truths.map((truth) => truth + noiseAt(truth) * random.normal())
  const threshold = [...first].sort((a, b) => b - a)[Math.floor(count / 10)]
  return truths.map((truth, i) => {
    const again = () => truth + noiseAt(truth) * random.normal()
    const runs = first[i] >= threshold || i % 5 === 0 ? [first[i], again(), again()] : [first[i]]
    return { truth, runs, value: [...runs].sort((a, b) => a - b)[runs.length >> 1] }
  })
}

for (const [name, noiseAt] of [
  ['the same everywhere', () => 0.5],
  ['smaller for better functions', (truth: number) => 0.6 - 0.12 * truth],
] as const) {
  test(`the true rank lies within the interval in about 95% of repetitions, at every position; noise ${name}`, () => {
    const random = createRandom('rank-model', name)
    const counts = { first: [0, 0], ten: [0, 0], all: [0, 0] }
    for (let repetition = 0; repetition < 60; repetition++) {
      const ranked = draw(300, random, (truth) => Math.max(0.1, noiseAt(truth))).sort((a, b) => b.value - a.value)
      const model = createRankModel(toRankData(ranked))
      for (const [i, { truth, value, runs }] of ranked.entries()) {
        const { best, worst } = model.intervalOf({ value, runs: runs.length, rank: i + 1 })
        assert.ok(best <= i + 1 && i + 1 <= worst)
        const rank = 1 + ranked.filter((other) => other.truth > truth).length
        const isInside = best <= rank && rank <= worst ? 1 : 0
        for (const [most, count] of [
          [1, counts.first],
          [10, counts.ten],
          [300, counts.all],
        ] as const) {
          if (i < most) count[0]++
          if (i < most) count[1] += isInside
        }
      }
    }
    const share = ([checked, inside]: readonly number[]) => inside / checked
    assert.ok(share(counts.first) >= 0.9, `rank 1: ${share(counts.first)}`)
    assert.ok(share(counts.ten) >= 0.93, `ranks 1 to 10: ${share(counts.ten)}`)
    assert.ok(share(counts.all) >= 0.93 && share(counts.all) < 0.99, `all: ${share(counts.all)}`)
  })
}

test('more runs give a narrower interval, and without noise there is only the rank', () => {
  const functions = draw(300, createRandom('runs'), () => 0.5)
  const data = toRankData(functions)
  const model = createRankModel(data)
  const widthOf = (runs: number) => {
    const { best, worst } = model.intervalOf({ value: 0, runs, rank: 150 })
    return worst - best
  }
  assert.ok(widthOf(1) > 1.1 * widthOf(3) && widthOf(3) > 1.1 * widthOf(9), [1, 3, 9].map(widthOf).join(' '))
  const exact = toRankData(functions.map(({ value }) => ({ value, runs: [value, value] })))
  assert.deepEqual(createRankModel(exact).intervalOf({ value: 0, runs: 1, rank: 150 }), { best: 150, worst: 150 })
  assert.deepEqual(
    createRankModel({ measured: [], spreads: [], variance: 0.1 }).intervalOf({ value: 1, runs: 1, rank: 1 }),
    { best: 1, worst: 1 },
  )
})

test('few repeated functions give wider intervals, because the noise is hardly known', () => {
  const functions = draw(300, createRandom('few'), () => 0.5)
  const data = toRankData(functions)
  const widthWith = (spreads: number) => {
    const few = { ...data, spreads: data.spreads.slice(0, spreads).map((spread) => ({ ...spread, squares: 0.5 })) }
    const { best, worst } = createRankModel({ ...few, variance: 0.25 }).intervalOf({ value: 0, runs: 1, rank: 150 })
    return worst - best
  }
  assert.ok(widthWith(1) > 1.1 * widthWith(2) && widthWith(2) > 1.1 * widthWith(20))
})

test('losses of 1e26 next to losses of 1 change nothing for the others', () => {
  const functions = draw(300, createRandom('losses'), () => 0.5)
  const data = toRankData(functions)
  const failed = [-1e26, -1e27, -4e5].map((value) => ({ value, runs: 1, count: 1 }))
  const more = { ...data, measured: [...data.measured, ...failed] }
  const asked = { value: 1.5, runs: 3, rank: 20 }
  assert.deepEqual(createRankModel(more).intervalOf(asked), createRankModel(data).intervalOf(asked))
  const { best, worst } = createRankModel(more).intervalOf({ value: -1e26, runs: 1, rank: 302 })
  assert.deepEqual([best, worst], [302, 302])
})
