import assert from 'node:assert/strict'
import test from 'node:test'
import { createRandomStream } from '../../../src/numeric/random.js'
import { preferSameTask } from '../../../src/surrogate/transfer/prefer-task.js'
import { combineWithMeasurement } from '../../../src/surrogate/transfer/source-value.js'
import { createTransferTrend, type TransferTrend } from '../../../src/surrogate/transfer/transfer-trend.js'

const random = createRandomStream(1)
const values = Float64Array.from({ length: 40 }, () => random.uniform())

test('a source that ranks functions gives a trend that ranks them alike, in accuracies', () => {
  const { means } = createTransferTrend([{ name: 'other', values }]) as TransferTrend
  const order = (all: Float64Array) => [...all.keys()].sort((a, b) => all[a] - all[b])
  assert.deepEqual(order(means), order(values))
  const mean = (all: Float64Array) => all.reduce((sum, value) => sum + value / all.length, 0)
  assert.ok(Math.abs(mean(means) - mean(values)) < 1e-12)
})

test('sources that know too little, or nothing that differs, give no trend', () => {
  const few = values.map((value, row) => (row < 9 ? value : Number.NaN))
  assert.equal(createTransferTrend([]), null)
  assert.equal(createTransferTrend([{ name: 'few', values: few }]), null)
  assert.equal(createTransferTrend([{ name: 'equal', values: values.map(() => 0.1) }]), null)
  const known = createTransferTrend([{ name: 'known', values }]) as TransferTrend
  const both = createTransferTrend([
    { name: 'few', values: few },
    { name: 'known', values },
  ]) as TransferTrend
  assert.deepEqual(both.means, known.means)
})

test('a function that a source does not know is expected to be average', () => {
  const { means } = createTransferTrend([
    { name: 'other', values: values.map((value, row) => (row === 3 ? Number.NaN : value)) },
  ]) as TransferTrend
  const known = values.filter((_, row) => row !== 3)
  assert.ok(Math.abs(means[3] - known.reduce((sum, value) => sum + value / known.length, 0)) < 1e-12)
})

test('measurements change intercept and slope, so little remains of a linear relation, also of a reversed one', () => {
  const trend = createTransferTrend([{ name: 'other', values }]) as TransferTrend
  const rows = [...values.keys()].slice(0, 30)
  const linear = rows.map((row) => 0.3 + 0.5 * values[row])
  const most = (all: ArrayLike<number>) => Math.max(...Array.from(all, Math.abs))
  for (const measured of [linear, linear.map((value) => 1 - value)]) {
    const surprises = measured.map((value, place) => value - trend.means[rows[place]])
    assert.ok(most(trend.leaveResiduals(rows, measured)) < 0.1 * most(surprises))
  }
})

test('a function that differs from those with alike values keeps most of the difference', () => {
  const trend = createTransferTrend([{ name: 'other', values }]) as TransferTrend
  const rows = [...values.keys()]
  const measured = rows.map((row) => trend.means[row] + (row === 7 ? 0.1 : 0))
  const left = trend.leaveResiduals(rows, measured)
  assert.ok(left[7] > 0.06, `${left[7]}`)
  assert.ok(left.every((residual, row) => row === 7 || Math.abs(residual) < 0.03))
})

test('covariances are those of intercept, slopes, bends and single functions, and a part of the functions has the same', () => {
  const trend = createTransferTrend([
    { name: 'one', values },
    { name: 'two', values: values.map((value) => value ** 3) },
  ]) as TransferTrend
  assert.ok(Math.abs(trend.covariancesWith(4)[4] - trend.variances[4]) < 1e-12)
  assert.ok(Math.abs(trend.covariancesWith(4)[7] - trend.covariancesWith(7)[4]) < 1e-12)
  const part = trend.take(Int32Array.of(7, 4))
  assert.deepEqual([...part.means], [trend.means[7], trend.means[4]])
  assert.equal(part.covariancesWith(0)[1], trend.covariancesWith(7)[4])
})

test('a measurement counts the more, the less the prediction from other functions says', () => {
  assert.equal(combineWithMeasurement(0.6, 0, 0.9), 0.6)
  assert.ok(Math.abs(combineWithMeasurement(0.6, 10, 0.9) - 0.9) < 1e-5)
  const lucky = combineWithMeasurement(0.8, 0.03, 0.9)
  assert.ok(lucky > 0.8 && lucky < 0.9)
})

test('datasets with the same task are preferred, otherwise all are kept', () => {
  const datasets = ['shapes', 'clothes', 'shapes'].map((task, id) => ({ id, task }))
  assert.deepEqual(
    preferSameTask('shapes', datasets).map(({ id }) => id),
    [0, 2],
  )
  assert.deepEqual(preferSameTask('digits', datasets), datasets)
})
