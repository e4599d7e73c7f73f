import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatSpectrumLine, isSpectrumLine, parseSpectrumLine } from '../../../src/datasets/shipped/spectrum-line.js'

const OF = { dataset: 'mini-cnn', version: '1', expression: 'relu(x)' }

test('a spectrum has the same bits after it was written and read', () => {
  const line = { ...OF, values: Float32Array.of(0, 0.1, 1 / 3, 1e-40, 1), reason: null }
  assert.deepEqual(parseSpectrumLine(formatSpectrumLine(line)), line)
})

test('a function without a spectrum has a reason', () => {
  const line = { ...OF, values: null, reason: 'no layer has a positive eigenvalue' }
  assert.deepEqual(parseSpectrumLine(formatSpectrumLine(line)), line)
})

test('spectra are distinguished from runs, and the error for a malformed line names the field', () => {
  assert.ok(isSpectrumLine(formatSpectrumLine({ ...OF, values: null, reason: 'x' })))
  assert.ok(!isSpectrumLine('{"seed": 0}'))
  assert.throws(() => parseSpectrumLine('{"values": "###"}'), /^Error: dataset: /)
})
