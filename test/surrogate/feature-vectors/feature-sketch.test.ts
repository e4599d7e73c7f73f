import assert from 'node:assert/strict'
import test from 'node:test'
import { createRandomStream } from '../../../src/numeric/random.js'
import { computeDistance } from '../../../src/surrogate/feature-vectors/feature-matrix.js'
import {
  chooseColumnOrder,
  computeLowerBound,
  computeSketch,
  computeSlacks,
} from '../../../src/surrogate/feature-vectors/feature-sketch.js'
import { readOutputs } from '../reference-data.js'

test('bounds never exceed the distance, even next to huge values', async () => {
  const matrix = readOutputs()
  const order = Int32Array.from(createRandomStream(5).permutation(matrix.columns))
  const slacks = computeSlacks(matrix)
  for (const metric of ['euclidean', 'manhattan'] as const) {
    for (const blocks of [1, 32, 333, 1000]) {
      const sketch = await computeSketch(metric, matrix, order, blocks)
      for (let a = 0; a < 300; a += 7) {
        for (let b = 0; b < 300; b += 11) {
          const distance = computeDistance(metric, matrix, a, matrix, b, Number.POSITIVE_INFINITY)
          const bound = computeLowerBound(metric, sketch, a, sketch, b) - slacks[a] - slacks[b]
          assert.ok(bound <= distance * (1 + 1e-6), `${metric} ${blocks}: ${bound} > ${distance}`)
        }
      }
    }
  }
})

test('with one block per column the bound equals the distance', async () => {
  const matrix = { values: Float32Array.of(1, 2, 3, 5, 1, -1), rows: 2, columns: 3 }
  const sketch = await computeSketch('euclidean', matrix, Int32Array.of(2, 0, 1), 3)
  const distance = computeDistance('euclidean', matrix, 0, matrix, 1, Number.POSITIVE_INFINITY)
  assert.ok(Math.abs(computeLowerBound('euclidean', sketch, 0, sketch, 1) - distance) < 1e-6)
})

test('the chosen order is a permutation, and sorts the random samples of smooth functions by size', async () => {
  const random = createRandomStream(6)
  const samples = Float64Array.from({ length: 200 }, () => random.normal())
  const rows = 50
  const values = new Float32Array(rows * 200)
  for (let row = 0; row < rows; row++) {
    const slope = 0.5 + random.uniform()
    samples.forEach((x, column) => {
      values[row * 200 + column] = Math.tanh(slope * x) + 0.1 * Math.sin(row + x)
    })
  }
  const order = await chooseColumnOrder('euclidean', { values, rows, columns: 200 }, 20)
  assert.deepEqual(
    [...order].sort((a, b) => a - b),
    [...samples.keys()],
  )
  const sorted = [...order].map((column) => samples[column])
  const rising = sorted.filter((value, index) => index > 0 && value > sorted[index - 1]).length
  assert.ok(rising > 190 || rising < 10, `${rising} of 199 steps rise`)
})
