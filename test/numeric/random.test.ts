import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom, createRandomStream, type Random } from '../../src/numeric/random.js'

const draw = (random: Random, count: number) => Array.from({ length: count }, () => random.uniform())

describe('A sequence named by its purpose', () => {
  it('is the same for the same purpose and different for any other', () => {
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
})

describe('A sequence of a seed and a stream', () => {
  it('is the same for equal seeds and streams and different for any other', () => {
    const first = draw(createRandomStream(7), 20)
    assert.deepEqual(draw(createRandomStream(7, 0), 20), first)
    for (const other of [createRandomStream(8), createRandomStream(7, 1), createRandomStream(7 + 2 ** 32)]) {
      assert.notDeepEqual(draw(other, 20), first)
    }
  })

  it('keeps its numbers from version to version', () => {
    const random = createRandomStream(0, 1)
    assert.deepEqual(
      Array.from({ length: 4 }, () => random.integer(1000)),
      [140, 459, 776, 162],
    )
  })
})

for (const [name, create] of [
  ['sfc32', (seed: number) => createRandom(seed, 'moments')],
  ['xoshiro128**', createRandomStream],
] as const) {
  describe(`Numbers of ${name}`, () => {
    it('fill [0, 1) evenly', () => {
      const random = create(1)
      const count = 100_000
      const counts = new Array(10).fill(0)
      for (let i = 0; i < count; i++) counts[Math.floor(random.uniform() * 10)]++
      // Chi-squared with 9 degrees of freedom: one sequence in a thousand exceeds 27.9.
      const chiSquared = counts.reduce((sum, n) => sum + (n - count / 10) ** 2 / (count / 10), 0)
      assert.ok(chiSquared < 27.9, `chi-squared is ${chiSquared}`)
    })

    it('have mean 0, variance 1 and fourth moment 3 if normal', () => {
      const random = create(2)
      const values = Array.from({ length: 100_000 }, () => random.normal())
      const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / values.length
      assert.ok(Math.abs(moment(1)) < 0.015, `mean ${moment(1)}`)
      assert.ok(Math.abs(moment(2) - 1) < 0.02, `variance ${moment(2)}`)
      assert.ok(Math.abs(moment(4) - 3) < 0.2, `fourth moment ${moment(4)}`)
    })

    it('stay below their bound and reach every value if integers', () => {
      const random = create(3)
      assert.deepEqual(new Set(Array.from({ length: 200 }, () => random.integer(5))), new Set([0, 1, 2, 3, 4]))
    })

    it('permute without loss, with every position equally likely', () => {
      const random = create(4)
      const firsts = new Int32Array(4)
      for (let trial = 0; trial < 4000; trial++) {
        const order = random.permutation(4)
        assert.deepEqual([...order].sort(), [0, 1, 2, 3])
        firsts[order[0]]++
      }
      for (const count of firsts) assert.ok(Math.abs(count - 1000) < 250, `${count}`)
      const long = random.permutation(1000)
      assert.deepEqual(
        Array.from(long).sort((a, b) => a - b),
        Array.from({ length: 1000 }, (_, i) => i),
      )
      assert.notEqual(long[0] === 0 && long[1] === 1 && long[2] === 2, true)
    })
  })
}
