import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareFunctions } from '../../../src/numeric/comparisons/compare-functions.js'
import { correctByHolm } from '../../../src/numeric/comparisons/holm.js'
import { type ComparedFunction, fitPairNoise } from '../../../src/numeric/comparisons/pair-noise.js'
import { findTieGroups } from '../../../src/numeric/comparisons/tie-groups.js'
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
