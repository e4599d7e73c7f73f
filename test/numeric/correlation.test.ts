import assert from 'node:assert/strict'
import test from 'node:test'
import { computeKendall, computeRanks, computeSpearman } from '../../src/numeric/correlation.js'
import { createRandomStream } from '../../src/numeric/random.js'

const random = createRandomStream(1)
const draw = (levels: number) => Array.from({ length: 120 }, () => Math.floor(random.uniform() * levels))

test('tied values share their mean rank', () => {
  assert.deepEqual([...computeRanks([3, 1, 3, 2, 3])], [4, 1, 4, 2, 4])
})

test('tau-b equals a count over all pairs, with and without ties', () => {
  for (const levels of [2, 5, 30, 1e9]) {
    const left = draw(levels)
    const right = left.map((value) => (random.uniform() < 0.5 ? value : Math.floor(random.uniform() * levels)))
    let balance = 0
    let openLeft = 0
    let openRight = 0
    for (let a = 0; a < left.length; a++) {
      for (let b = 0; b < a; b++) {
        const signs = Math.sign(left[a] - left[b]) * Math.sign(right[a] - right[b])
        balance += signs
        if (left[a] !== left[b]) openLeft++
        if (right[a] !== right[b]) openRight++
      }
    }
    const expected = balance / Math.sqrt(openLeft * openRight)
    assert.ok(Math.abs((computeKendall(left, right) ?? 0) - expected) < 1e-12)
  }
})

test('a worked example with ties', () => {
  // Of ten pairs, one is tied on the left, one on the right, and eight are concordant: 8 / √(9 · 9).
  assert.ok(Math.abs((computeKendall([1, 2, 2, 3, 4], [1, 2, 3, 4, 4]) ?? 0) - 8 / 9) < 1e-12)
  assert.ok(Math.abs((computeSpearman([1, 2, 3, 4], [1, 3, 2, 4]) ?? 0) - 0.8) < 1e-12)
})

test('correlations are 1 for an increasing map, -1 for a decreasing one, symmetric, and null for a constant', () => {
  const values = draw(1e9)
  for (const compute of [computeSpearman, computeKendall]) {
    assert.ok(Math.abs((compute(values, values.map(Math.log1p)) ?? 0) - 1) < 1e-12)
    assert.ok(
      Math.abs(
        (compute(
          values,
          values.map((value) => -(value ** 3)),
        ) ?? 0) + 1,
      ) < 1e-12,
    )
    const other = draw(10)
    assert.equal(compute(values, other), compute(other, values))
    assert.equal(compute(values, new Array(120).fill(1)), null)
    assert.equal(compute([], []), null)
  }
})
