import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareRuns, computeTolerance } from '../../src/bulk/compare-runs.js'
import { drawRuns } from '../../src/bulk/stored-runs.js'
import type { RunLine } from '../../src/datasets/shipped/run-line.js'

const RUN: RunLine = {
  ...{ dataset: 'mini-cnn', version: '2', expression: 'relu(x)', seed: 0, epochs: [[0.5, 1, 0.5, null]] },
  ...{
    trainAccuracy: 0.5,
    trainLoss: 1,
    validationAccuracy: 0.5,
    validationLoss: null,
    testAccuracy: 0.5,
    testLoss: 1,
  },
  ...{ runtimeSeconds: 1, backend: 'tfjs-wasm', device: 'a', softwareVersion: '1' },
}

test('only metrics, epochs and learnt parameters count on one backend', () => {
  const elsewhere = { ...RUN, runtimeSeconds: 9, device: 'b' }
  assert.deepEqual(compareRuns(RUN, elsewhere, 0), { outcome: 'IDENTICAL', differences: [] })
  const changed: RunLine = { ...elsewhere, testLoss: null, epochs: [[0.5, 1, 0.5, 1]] }
  assert.deepEqual(compareRuns(RUN, changed, 1), { outcome: 'DIFFERENT', differences: ['testLoss', 'epochs'] })
  const learnt: RunLine = { ...RUN, learnedParameters: [{ name: null, initialValue: 1, values: [[1]] }] }
  assert.deepEqual(compareRuns(RUN, learnt, 1), { outcome: 'DIFFERENT', differences: ['learnedParameters'] })
  assert.equal(compareRuns({ ...RUN, epochs: [] }, changed, 0).differences.includes('epochs'), false)
})

test('on another backend the validation accuracy may differ by the tolerance', () => {
  const other = (validationAccuracy: number | null): RunLine => ({ ...RUN, backend: 'webgpu', validationAccuracy })
  assert.equal(compareRuns(RUN, other(0.5625), 0.0625).outcome, 'CLOSE')
  assert.equal(compareRuns(RUN, other(0.563), 0.0625).outcome, 'DIFFERENT')
  assert.equal(compareRuns(RUN, other(null), 0.0625).outcome, 'DIFFERENT')
  assert.equal(compareRuns(RUN, other(0.5), 0).outcome, 'IDENTICAL')
})

test('the tolerance is three deviations of a difference between two seeds', () => {
  const of = (expression: string, seed: number, validationAccuracy: number): RunLine => ({
    ...RUN,
    ...{ expression, seed, validationAccuracy },
  })
  const runs = [of('relu(x)', 0, 0.5), of('relu(x)', 1, 0.6), of('tanh(x)', 0, 0.2)]
  const deviation = Math.sqrt(2 * 0.05 ** 2)
  assert.ok(Math.abs((computeTolerance(runs) ?? 0) - 3 * Math.SQRT2 * deviation) < 1e-12)
  assert.equal(computeTolerance([RUN]), null)
  assert.equal(computeTolerance([]), null)
})

test('a draw has each function once and depends only on the runs and the seed', () => {
  const runs = Array.from({ length: 60 }, (_, i) => ({ ...RUN, expression: `f${i % 20}`, seed: i % 3 }))
  const keys = (drawn: readonly RunLine[]) => drawn.map(({ expression, seed }) => `${expression} ${seed}`)
  const drawn = keys(drawRuns(runs, 10, 1))
  assert.deepEqual(keys(drawRuns([...runs].reverse(), 10, 1)), drawn)
  assert.notDeepEqual(keys(drawRuns(runs, 10, 2)), drawn)
  assert.equal(new Set(drawn.map((key) => key.split(' ')[0])).size, 10)
  assert.equal(drawRuns(runs, 100, 1).length, 20)
})
