import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ActBenchEntry, parseActBenchValue, toActBenchValue } from '../../src/datasets/act-bench.js'

const ENTRY: ActBenchEntry = {
  expression: 'relu(x)',
  metrics: {
    ...{ trainAccuracy: 0.9, trainLoss: 0.1, validationAccuracy: 0.8, validationLoss: null },
    ...{ testAccuracy: 0.7, testLoss: 1.5, runtimeSeconds: 12.5 },
  },
  equivalents: ['relu(x)', 'relu(identity(x))'],
  spectrum: Float32Array.of(0, 0.1, 1 / 3, 1e-30, 16777217, 1),
}

test('an entry is the same after it was written and read', () => {
  const text = JSON.stringify(toActBenchValue(ENTRY))
  assert.deepEqual(parseActBenchValue('relu(x)', JSON.parse(text)), ENTRY)
})

test('an entry has the keys of the published files', () => {
  assert.deepEqual(Object.keys(toActBenchValue(ENTRY)).sort(), [
    'Equivalent Activation Functions',
    'Fisher log eigenvalue CDF',
    'Runtime (s)',
    'Test Accuracy',
    'Test Loss',
    'Train Accuracy',
    'Train Loss',
    'Validation Accuracy',
    'Validation Loss',
  ])
})

test('numbers of a spectrum have no more digits than float32 needs', () => {
  const value = toActBenchValue(ENTRY)['Fisher log eigenvalue CDF'] as number[]
  assert.deepEqual(value.slice(0, 3), [0, 0.1, 0.33333334])
  const random = Float32Array.from({ length: 2000 }, (_, i) => Math.exp(Math.sin(i) * 60))
  const written = toActBenchValue({ ...ENTRY, spectrum: random })['Fisher log eigenvalue CDF'] as number[]
  assert.deepEqual(Float32Array.from(written), random)
})

test('the error for a malformed value names its expression and key', () => {
  const parse = (value: object) => () => parseActBenchValue('tanh(x)', value)
  assert.throws(parse({ 'Test Loss': 'high' }), /^Error: tanh\(x\): Test Loss: expected a number, got "high"$/)
  assert.throws(
    parse({ 'Equivalent Activation Functions': [1] }),
    /^Error: tanh\(x\): Equivalent Activation Functions: /,
  )
  assert.throws(parse({ 'Fisher log eigenvalue CDF': '0' }), /^Error: tanh\(x\): Fisher log eigenvalue CDF: /)
})
