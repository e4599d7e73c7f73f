import assert from 'node:assert/strict'
import test from 'node:test'
import { createRandomStream } from '../../../src/numeric/random.js'
import { fitLinearTransfer } from '../../../src/surrogate/transfer/linear-transfer.js'

const random = createRandomStream(3)
const accuracies = Array.from({ length: 400 }, () => 0.4 + 0.5 * random.uniform())
const noise = () => random.uniform() + random.uniform() + random.uniform() - 1.5
const sourceValues = accuracies.map((value) => [value + 0.02 * noise(), 0.3 + 0.4 * value + 0.02 * noise()])
const targets = Float64Array.from(accuracies, (value) => 0.9 * value - 0.1 + 0.04 * noise())
const fit = (count: number) => fitLinearTransfer(sourceValues.slice(0, count), targets.slice(0, count))

test('ten measurements predict the others from two sources, and the intervals hold', () => {
  const { predict, error, errorOfMean } = fit(10)
  assert.ok(error < errorOfMean / 2)
  const predictions = sourceValues.slice(10).map(predict)
  const errors = predictions.map(({ mean }, index) => Math.abs(mean - targets[10 + index]))
  assert.ok(errors.reduce((sum, each) => sum + each / errors.length, 0) < 0.035)
  const covered = errors.filter((each, index) => each <= 1.645 * predictions[index].standardDeviation).length
  assert.ok(covered / errors.length > 0.85, `${covered / errors.length}`)
})

test('a left-out prediction is that of a fit without the measurement', () => {
  const { predictLeftOut } = fit(60)
  const rest = fitLinearTransfer(
    sourceValues.slice(0, 60).filter((_, row) => row !== 7),
    targets.slice(0, 60).filter((_, row) => row !== 7),
  )
  const [whole, without] = [predictLeftOut(7), rest.predict(sourceValues[7])]
  assert.ok(Math.abs(whole.mean - without.mean) < 1e-3)
  assert.ok(Math.abs(whole.standardDeviation / without.standardDeviation - 1) < 0.1)
})

test('sources that say nothing about the measurements predict no better than their mean', () => {
  const unrelated = Array.from({ length: 40 }, () => [random.uniform()])
  const { error, errorOfMean } = fitLinearTransfer(unrelated, targets.slice(0, 40))
  assert.ok(error > 0.9 * errorOfMean)
})

test('means stay accuracies, also far outside what was measured, and equal measurements have a deviation', () => {
  const { predict } = fit(20)
  assert.equal(predict([9, 9]).mean, 1)
  assert.equal(predict([-9, -9]).mean, 0)
  const equal = fitLinearTransfer(sourceValues.slice(0, 12), new Float64Array(12).fill(0.1))
  const { mean, standardDeviation } = equal.predict(sourceValues[20])
  assert.ok(Math.abs(mean - 0.1) < 0.05 && standardDeviation > 0)
})
