import assert from 'node:assert/strict'
import test from 'node:test'
import { createRandomStream } from '../../../src/numeric/random.js'
import { fitGaussianProcess, predictGaussianProcess } from '../../../src/surrogate/gaussian-process/gaussian-process.js'
import { chooseLandmarks, computeIsolation } from '../../../src/surrogate/gaussian-process/isolation.js'

test('isolation is the logarithm of the distance within which a sixteenth of the landmarks lie', async () => {
  const { normal } = createRandomStream(6)
  const draw = (rows: number) => ({ values: Float64Array.from({ length: rows * 3 }, normal), width: 3 })
  const [landmarks, coordinates] = [draw(160), draw(20)]
  const { values, width } = await computeIsolation(landmarks, coordinates)
  assert.equal(width, 1)
  for (let row = 0; row < 20; row++) {
    const distances = Array.from({ length: 160 }, (_, landmark) =>
      Math.hypot(...[0, 1, 2].map((k) => coordinates.values[3 * row + k] - landmarks.values[3 * landmark + k])),
    ).sort((a, b) => a - b)
    assert.ok(Math.abs(Math.exp(values[row]) - distances[10]) < 1e-6)
  }
})

test('a single function has an isolation', async () => {
  const alone = { values: Float64Array.of(1, 2), width: 2 }
  const { values } = await computeIsolation(alone, alone)
  assert.ok(Number.isFinite(values[0]))
  assert.deepEqual([...chooseLandmarks(1, 0)], [0])
})

test('landmarks are a seeded choice of at most 512, in ascending order', () => {
  const chosen = chooseLandmarks(3000, 1)
  assert.equal(chosen.length, 512)
  assert.deepEqual(chosen, chooseLandmarks(3000, 1))
  assert.notDeepEqual(chosen, chooseLandmarks(3000, 2))
  assert.ok(chosen.every((row, index) => index === 0 || row > chosen[index - 1]))
})

test('for an isolated function in an unmeasured direction, the process predicts the mean of isolated ones', async () => {
  const { normal, uniform } = createRandomStream(9)
  const [rows, columns] = [120, 40]
  const outputs = Float32Array.from({ length: rows * columns }, normal)
  const spectra = Float32Array.from({ length: rows * columns }, () => 0.1 * normal())
  const targets = Float64Array.from({ length: rows }, () => 0.8 + 0.05 * normal())
  // Every sixth function is far off, each in its own direction, and stays at chance. The last ten of these are not
  // measured.
  const far = Array.from({ length: rows / 6 }, (_, index) => 6 * index)
  for (const row of far) {
    for (let k = 0; k < columns; k++) spectra[row * columns + k] += k === row / 6 ? 8 + uniform() : 0
    targets[row] = 0.1
  }
  const hidden = far.slice(10)
  for (const row of hidden) targets[row] = Number.NaN
  const ids = Array.from({ length: rows }, (_, row) => `f${row}`)
  const fit = await fitGaussianProcess({ ids, outputs, spectra, targets, seed: 1 })
  const take = (values: Float32Array) =>
    Float32Array.from(hidden.flatMap((row) => [...values.subarray(row * columns, (row + 1) * columns)]))
  const query = { rows: hidden.length, outputs: take(outputs), spectra: take(spectra) }
  const predictions = await predictGaussianProcess(fit, query)
  for (const { mean } of predictions) assert.ok(mean < 0.4, `${mean}`)
})
