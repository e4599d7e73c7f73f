import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom } from '../../src/numeric/random.js'

describe('A random stream', () => {
  it('is the same for the same purpose, and another for any other', () => {
    const first = (...purpose: (string | number)[]) => createRandom(...purpose).uniform()
    assert.equal(first(1, 'order', 2), first(1, 'order', 2))
    const others = [first(1, 'order', 3), first(2, 'order', 2), first(12, 'order'), first(1, 'order', 2)]
    assert.equal(new Set(others).size, 4)
  })

  it('keeps its numbers from version to version', () => {
    const random = createRandom(0, 'golden')
    assert.deepEqual(
      Array.from({ length: 4 }, () => random.integer(1000)),
      [660, 846, 852, 694],
    )
  })

  it('is uniform, and normal with mean 0 and variance 1', () => {
    const random = createRandom('moments')
    const count = 100_000
    const counts = new Array(10).fill(0)
    for (let i = 0; i < count; i++) counts[random.integer(10)]++
    // Chi-squared with 9 degrees of freedom: 27.9 is exceeded once in a thousand streams.
    const chiSquared = counts.reduce((sum, n) => sum + (n - count / 10) ** 2 / (count / 10), 0)
    assert.ok(chiSquared < 27.9, `chi-squared is ${chiSquared}`)
    const normals = Array.from({ length: count }, () => random.normal())
    const moment = (power: number) => normals.reduce((sum, value) => sum + value ** power, 0) / count
    assert.ok(Math.abs(moment(1)) < 0.015 && Math.abs(moment(2) - 1) < 0.02 && Math.abs(moment(4) - 3) < 0.2)
  })

  it('permutes without loss', () => {
    const order = createRandom('permutation').permutation(1000)
    assert.deepEqual(
      Array.from(order).sort((a, b) => a - b),
      Array.from({ length: 1000 }, (_, i) => i),
    )
    assert.notEqual(order[0] === 0 && order[1] === 1 && order[2] === 2, true)
  })
})
