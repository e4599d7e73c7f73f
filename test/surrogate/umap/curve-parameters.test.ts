import assert from 'node:assert/strict'
import test from 'node:test'
import { computeCurveParameters } from '../../../src/surrogate/umap/curve-parameters.js'
import { META } from '../reference-data.js'

test("the parameters for a minimum distance of 0.1 equal the reference's", () => {
  const { a, b } = computeCurveParameters()
  assert.ok(Math.abs(a - META.a) < 1e-6)
  assert.ok(Math.abs(b - META.b) < 1e-6)
})

test('no small change of either parameter fits better', () => {
  for (const [minimumDistance, spread] of [
    [0.1, 1],
    [0.5, 1],
    [0.01, 2],
  ]) {
    const errorOf = (a: number, b: number) => {
      let sum = 0
      for (let index = 0; index < 300; index++) {
        const d = (index * 3 * spread) / 299
        const height = d < minimumDistance ? 1 : Math.exp(-(d - minimumDistance) / spread)
        sum += (1 / (1 + a * d ** (2 * b)) - height) ** 2
      }
      return sum
    }
    const { a, b } = computeCurveParameters(minimumDistance, spread)
    const best = errorOf(a, b)
    for (const [moveA, moveB] of [
      [1.001, 1],
      [0.999, 1],
      [1, 1.001],
      [1, 0.999],
    ]) {
      assert.ok(errorOf(a * moveA, b * moveB) > best)
    }
  }
})
