import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareFunctions } from '../../../src/numeric/comparisons/compare-functions.js'
import { correctByHolm } from '../../../src/numeric/comparisons/holm.js'
import { type ComparedFunction, fitPairNoise, type PairNoise } from '../../../src/numeric/comparisons/pair-noise.js'
import { type CountedFunction, findTieGroups, TIE_LEVEL } from '../../../src/numeric/comparisons/tie-groups.js'
import { createRandom } from '../../../src/numeric/random.js'

test('Holm`s correction multiplies by the comparisons that are left, and never falls', () => {
  const { adjust } = correctByHolm([0.01, 0.04, 0.03, 0.005].map((pValue) => ({ pValue, count: 1 })))
  const close = (p: number, expected: number) => assert.ok(Math.abs(adjust(p) - expected) < 1e-12, `${adjust(p)}`)
  close(0.005, 0.02)
  close(0.01, 0.03)
  close(0.03, 0.06)
  close(0.04, 0.06)
  // Not a member of the family.
  close(0.9, 0.9)
  assert.equal(correctByHolm([]).adjust(0.2), 0.2)
})

test('equal comparisons may be counted together', () => {
  const one = correctByHolm([0.001, 0.01, 0.01, 0.01, 0.2].map((pValue) => ({ pValue, count: 1 })))
  const counted = correctByHolm([
    { pValue: 0.001, count: 1 },
    { pValue: 0.01, count: 3 },
    { pValue: 0.2, count: 1 },
  ])
  for (const p of [0.001, 0.01, 0.2]) assert.equal(counted.adjust(p), one.adjust(p))
})

/** Three levels, far apart, with noise within them. */
function drawLevels(): ComparedFunction[] {
  const random = createRandom('tie groups')
  return [0.9, 0.7, 0.4].flatMap((level) =>
    Array.from({ length: 20 }, () => {
      const runs = [0, 1, 2].map((seed) => ({ seed, value: level + 0.01 * random.normal() }))
      return { value: [...runs].sort((a, b) => a.value - b.value)[1].value, runs }
    }),
  )
}

test('functions of one level are one group, and the order of the list does not matter', () => {
  const functions = drawLevels()
  const noise = fitPairNoise(functions, 1e-4)
  assert.ok(noise)
  const counted = functions.map((each) => ({ ...each, count: 1 }))
  for (const list of [counted, [...counted].reverse()]) {
    const groups = findTieGroups(noise, list)
    assert.equal(groups.count, 3)
    for (const [i, each] of functions.entries()) assert.equal(groups.groupOf(each), 1 + Math.floor(i / 20))
  }
})

test('every function of a group can be told from the best of all groups before, and not from that of its own', () => {
  const random = createRandom('chain')
  const functions = Array.from({ length: 200 }, (_, i) => {
    const runs = [0, 1, 2].slice(0, 1 + (i % 3)).map((seed) => ({ seed, value: i / 400 + 0.02 * random.normal() }))
    return { value: runs.reduce((sum, { value }) => sum + value, 0) / runs.length, runs }
  })
  const noise = fitPairNoise(functions, 4e-4)
  assert.ok(noise)
  const groups = findTieGroups(
    noise,
    functions.map((each) => ({ ...each, count: 1 })),
  )
  const groupOf = new Map(functions.map((each) => [each, groups.groupOf(each) as number]))
  const bests = Array.from({ length: groups.count }, (_, i) =>
    functions.filter((each) => groupOf.get(each) === i + 1).reduce((a, b) => (b.value > a.value ? b : a)),
  )
  assert.ok(groups.count > 2)
  for (const [each, group] of groupOf) {
    for (const [i, best] of bests.entries()) {
      if (i + 1 < group) assert.ok((compareFunctions(noise, best, each).pValue as number) < 0.05)
    }
  }
  // A function that can be told from the best by itself, but not among so many, is in its group.
  const tied = functions.filter((each) => groupOf.get(each) === 1)
  assert.ok(tied.some((each) => (compareFunctions(noise, bests[0], each).pValue as number) < 0.05))
})

test('nothing is left out: more levels than groups leave null', () => {
  const functions = Array.from({ length: 300 }, (_, i) => ({
    value: i,
    runs: [0, 1].map((seed) => ({ seed, value: i + (seed + (i % 2) - 1) * 1e-6 })),
    count: 1,
  }))
  const noise = fitPairNoise(functions, 1e-12)
  assert.ok(noise)
  const groups = findTieGroups(noise, functions)
  assert.equal(groups.count, 200)
  assert.equal(groups.groupOf(functions[299]), 1)
  assert.equal(groups.groupOf(functions[0]), null)
})

/** Compares the best of those that are left with every other one. */
function countTied(noise: PairNoise, functions: readonly CountedFunction[]): number[] {
  const sizes: number[] = []
  let left = [...functions].sort((a, b) => b.value - a.value)
  while (left.length > 0) {
    const pValues = left.map((each) => compareFunctions(noise, left[0], each).pValue as number)
    const { adjust } = correctByHolm(left.map(({ count }, i) => ({ pValue: pValues[i], count: i ? count : count - 1 })))
    const different = left.filter((_, i) => adjust(pValues[i]) < TIE_LEVEL)
    sizes.push(left.reduce((sum, each) => sum + (different.includes(each) ? 0 : each.count), 0))
    left = different
  }
  return sizes
}

test('functions that are far below need not be looked at, whatever the noise at their level and their seeds share', () => {
  for (const [shared, worse] of [
    [0, 1],
    [0.004, 1],
    [0.02, 1],
    [0.0005, 20],
    [0.004, 20],
  ]) {
    const random = createRandom('far', shared, worse)
    const ofSeeds = [0, 1, 2].map(() => shared * random.normal())
    const train = (level: number, seed: number) =>
      level + ofSeeds[seed] + (level < 0.5 ? worse : 1) * 0.002 * random.normal()
    const repeated = Array.from({ length: 150 }, () => {
      const level = random.uniform()
      const runs = [0, 1, 2].map((seed) => ({ seed, value: train(level, seed) }))
      return { value: [...runs].sort((a, b) => a.value - b.value)[1].value, runs, count: 1 }
    })
    const singles = Array.from({ length: 600 }, (_, i) => {
      const value = train(random.uniform(), i % 3)
      return { value, runs: i % 4 === 0 ? [] : [{ seed: i % 3, value }], count: 1 + (i % 2) }
    })
    const noise = fitPairNoise(repeated, 4e-6 + shared ** 2)
    assert.ok(noise)
    const all = [...repeated, ...singles]
    const groups = findTieGroups(noise, all)
    const sizes = countTied(noise, all)
    assert.equal(groups.count, sizes.length, `${shared}, ${worse}`)
    const best = all.reduce((a, b) => (b.value > a.value ? b : a))
    const first = all.reduce((sum, each) => sum + (groups.groupOf(each) === 1 ? each.count : 0), 0)
    assert.deepEqual([groups.groupOf(best), first], [1, sizes[0]], `${shared}, ${worse}`)
  }
})
