import assert from 'node:assert/strict'
import test from 'node:test'
import { createRandomGenerator, shuffleIndices } from '../../src/numeric/random-generator.js'

const draw = (seed: number, stream: number, count: number) => {
  const random = createRandomGenerator(seed, stream)
  return Array.from({ length: count }, () => random.uniform())
}

test('equal seeds give equal sequences, other seeds and streams other ones', () => {
  assert.deepEqual(draw(7, 0, 20), draw(7, 0, 20))
  assert.notDeepEqual(draw(7, 0, 20), draw(8, 0, 20))
  assert.notDeepEqual(draw(7, 0, 20), draw(7, 1, 20))
  assert.notDeepEqual(draw(7, 0, 20), draw(7 + 2 ** 32, 0, 20))
})

test('uniform numbers fill [0, 1) evenly', () => {
  const counts = new Int32Array(10)
  for (const value of draw(1, 0, 100_000)) counts[Math.floor(value * 10)]++
  // Nine standard deviations of a binomial count around 10,000.
  for (const count of counts) assert.ok(Math.abs(count - 10_000) < 9 * 95, `${count}`)
})

test('normal numbers have mean 0, variance 1 and fourth moment 3', () => {
  const random = createRandomGenerator(2)
  const values = Array.from({ length: 100_000 }, () => random.normal())
  const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / values.length
  assert.ok(Math.abs(moment(1)) < 0.02)
  assert.ok(Math.abs(moment(2) - 1) < 0.03)
  assert.ok(Math.abs(moment(4) - 3) < 0.3)
})

test('integers stay below their bound and reach every value', () => {
  const random = createRandomGenerator(3)
  assert.deepEqual(new Set(Array.from({ length: 200 }, () => random.integer(5))), new Set([0, 1, 2, 3, 4]))
})

test('a shuffle is a permutation in which every place is equally likely', () => {
  const random = createRandomGenerator(4)
  const firsts = new Int32Array(4)
  for (let trial = 0; trial < 4000; trial++) {
    const order = shuffleIndices(4, random)
    assert.deepEqual([...order].sort(), [0, 1, 2, 3])
    firsts[order[0]]++
  }
  for (const count of firsts) assert.ok(Math.abs(count - 1000) < 250, `${count}`)
})
