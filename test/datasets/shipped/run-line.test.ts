import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRunLine } from '../../../src/datasets/shipped/run-line.js'

const LINE = {
  dataset: 'mini-cnn',
  version: '1',
  expression: 'relu(x)',
  seed: 0,
  trainAccuracy: 0.5,
  trainLoss: 1.25,
  validationAccuracy: 0.5,
  validationLoss: null,
  testAccuracy: 0.5,
  testLoss: 1.5,
  runtimeSeconds: 3,
  epochs: [
    [0.1, 2.3, 0.1, 2.3],
    [0.5, 1.25, 0.5, null],
  ],
  backend: 'tfjs-wasm',
  device: 'processor',
  softwareVersion: 'x 1',
}

test('a run is the same after it was written and read', () => {
  assert.deepEqual(parseRunLine(JSON.stringify(LINE)), LINE)
})

const LEARNED = [{ name: 'a', initialValue: 0.25, values: [[0.5], [-1, 2]] }]

test('the learned parameters of a run are the same after it was written and read', () => {
  const line = { ...LINE, learnedParameters: LEARNED }
  assert.deepEqual(parseRunLine(JSON.stringify(line)), line)
  for (const wrong of [
    [],
    {},
    [{ ...LEARNED[0], values: [[]] }],
    [{ ...LEARNED[0], values: [[null]] }],
    [{ values: [[1]] }],
  ]) {
    assert.throws(
      () => parseRunLine(JSON.stringify({ ...LINE, learnedParameters: wrong })),
      /^Error: learnedParameters/,
    )
  }
})

for (const [field, value] of Object.entries({ seed: 0.5, testAccuracy: 1.5, runtimeSeconds: -1, expression: 7 })) {
  test(`a malformed ${field} is named in the error`, () => {
    assert.throws(() => parseRunLine(JSON.stringify({ ...LINE, [field]: value })), new RegExp(`^Error: ${field}: `))
  })
}

test('the error for an epoch without a value names its index', () => {
  const epochs = [LINE.epochs[0], [0.5, 1.25, 0.5]]
  assert.throws(() => parseRunLine(JSON.stringify({ ...LINE, epochs })), /^Error: epochs\.1/)
})
