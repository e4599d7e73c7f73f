import assert from 'node:assert/strict'
import test from 'node:test'
import { createRandomStream } from '../../../src/numeric/random.js'
import type { KernelCoordinates } from '../../../src/surrogate/gaussian-process/gaussian-kernel.js'
import { conditionOn, predictAt } from '../../../src/surrogate/gaussian-process/gaussian-posterior.js'

const SIZE = 240
const random = createRandomStream(5)
const draw = (width: number) => ({
  values: Float64Array.from({ length: (SIZE + 50) * width }, () => random.uniform() * 3),
  width,
})
const outputs = draw(2)
const coordinates: KernelCoordinates = { outputs, spectra: draw(1), isolation: null }
const rows = Int32Array.from({ length: SIZE }, (_, row) => row)
const targets = Float64Array.from(
  rows,
  (row) =>
    0.5 +
    0.2 * Math.sin(outputs.values[2 * row]) +
    0.1 * Math.cos(2 * (coordinates.spectra?.values[row] ?? 0)) +
    0.02 * random.normal(),
)
const parameters = [0, 0.3, Math.log(0.05), -1, 0, -1]
const condition = (mostInducing: number) => conditionOn(coordinates, rows, targets, parameters, { mostInducing })
const exact = await condition(SIZE)
const predict = (posterior: typeof exact) =>
  Array.from({ length: 50 }, (_, index) => predictAt(posterior, coordinates, coordinates, SIZE + index))

test('with one inducing function per measurement the process is exact', async () => {
  // One less than all uses the sparse code path.
  const sparse = await condition(SIZE - 1)
  assert.ok(sparse.inducing.length < SIZE && sparse.inducing.length > 60)
  const wanted = predict(exact)
  for (const [index, { mean, deviation }] of predict(sparse).entries()) {
    assert.ok(Math.abs(mean - wanted[index].mean) < 1e-4, `${mean} and ${wanted[index].mean}`)
    assert.ok(Math.abs(deviation - wanted[index].deviation) < 1e-4)
  }
  for (const row of rows) {
    assert.ok(Math.abs(sparse.leftOutMeans[row] - exact.leftOutMeans[row]) < 1e-4)
    assert.ok(Math.abs(sparse.leftOutDeviations[row] - exact.leftOutDeviations[row]) < 1e-4)
  }
})

test('more inducing functions come closer to the exact process; fewer are not overconfident', async () => {
  const wanted = predict(exact)
  const errors = []
  for (const count of [10, 30, 90]) {
    const posterior = await condition(count)
    assert.equal(posterior.inducing.length, count)
    assert.equal(new Set(posterior.inducing).size, count)
    const found = predict(posterior)
    errors.push(found.reduce((sum, { mean }, index) => sum + Math.abs(mean - wanted[index].mean), 0))
    assert.ok(found.filter(({ deviation }, index) => deviation < 0.9 * wanted[index].deviation).length < 5)
  }
  assert.ok(errors[0] > errors[1] && errors[1] > errors[2], errors.join(' '))
})
