import assert from 'node:assert/strict'
import test from 'node:test'
import { createRandomStream } from '../../../src/numeric/random.js'
import { fitGaussianProcess, predictGaussianProcess } from '../../../src/surrogate/gaussian-process/gaussian-process.js'
import {
  deserialiseGaussianProcess,
  serialiseGaussianProcess,
} from '../../../src/surrogate/gaussian-process/gaussian-process-codec.js'

const { normal, uniform } = createRandomStream(1)
const ROWS = 15
const draw = (length: number) => Float32Array.from({ length }, normal)
const input = {
  ids: Array.from({ length: ROWS }, (_, row) => `f${row}`),
  outputs: draw(ROWS * 12),
  targets: Float64Array.from({ length: ROWS }, uniform),
  seed: 4,
}

test('a fit survives serialisation and predicts the same', async () => {
  for (const spectra of [null, draw(ROWS * 7)]) {
    const fit = await fitGaussianProcess({ ...input, spectra })
    const read = deserialiseGaussianProcess(serialiseGaussianProcess(fit))
    assert.deepEqual(read, fit)
    const query = { rows: 2, outputs: draw(24), spectra: spectra && draw(14) }
    assert.deepEqual(await predictGaussianProcess(read, query), await predictGaussianProcess(fit, query))
  }
})

test('a process on spectra only, with its landmarks, survives too', async () => {
  const { normal } = createRandomStream(1)
  const draw = (length: number) => Float32Array.from({ length }, normal)
  const spectra = draw(40 * 3)
  const fit = await fitGaussianProcess({
    ids: Array.from({ length: 40 }, (_, row) => `f${row}`),
    outputs: draw(40 * 12),
    spectra,
    targets: Float64Array.from({ length: 40 }, (_, row) => 0.5 + 0.1 * Math.tanh(spectra[3 * row]) + 0.03 * normal()),
    seed: 1,
  })
  assert.equal(fit.best.outputProjection, null)
  assert.ok(fit.best.landmarks)
  assert.deepEqual(deserialiseGaussianProcess(serialiseGaussianProcess(fit)), fit)
  const [{ features }] = await predictGaussianProcess(fit, { rows: 1, outputs: draw(12), spectra: draw(3) })
  assert.deepEqual(features, ['FISHER_SPECTRUM'])
})

test('a fit of version 3 has one factor at every height, and all processes on the same rows', async () => {
  const fit = await fitGaussianProcess({ ...input, spectra: draw(ROWS * 7) })
  const bytes = serialiseGaussianProcess(fit)
  const view = new DataView(bytes.buffer)
  const start = 12 + view.getUint32(8, true)
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(12, start)))
  for (const process of header.processes) {
    delete process.rows
    delete process.intervals
    process.calibration = 1.5
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const old = new Uint8Array(12 + text.length + bytes.length - start)
  old.set(bytes.subarray(0, 12))
  old.set(text, 12)
  old.set(bytes.subarray(start), 12 + text.length)
  const written = new DataView(old.buffer)
  written.setUint32(4, 3, true)
  written.setUint32(8, text.length, true)
  const read = deserialiseGaussianProcess(old)
  assert.deepEqual(read.best.intervals.factors, [1.5])
  assert.deepEqual(read.best.posterior, fit.best.posterior)
  assert.deepEqual(read.byOutputs?.posterior, fit.byOutputs?.posterior)
})

test('rejects other bytes, other versions and truncated bytes', async () => {
  const bytes = serialiseGaussianProcess(await fitGaussianProcess({ ...input, spectra: null }))
  assert.throws(() => deserialiseGaussianProcess(bytes.subarray(0, bytes.length - 1)), /wrong length/)
  assert.throws(() => deserialiseGaussianProcess(new Uint8Array(20)), /GAUSSIAN_PROCESS fit: wrong magic number/)
  const newer = bytes.slice()
  newer[4] = 9
  assert.throws(() => deserialiseGaussianProcess(newer), /unknown version; expected 5, got 9/)
})
