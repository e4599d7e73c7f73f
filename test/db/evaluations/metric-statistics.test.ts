import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { computeStatistics } from '../../../src/db/evaluations/metric-statistics.js'

test('five values have the quartiles, mean and deviation that one computes by hand', () => {
  const statistics = computeStatistics([1, 2, 4, 7, 11], 5)
  assert.deepEqual(
    { ...statistics, histogram: statistics.histogram.map((bin) => [bin.from, bin.to, bin.count]) },
    {
      count: 5,
      minimum: 1,
      maximum: 11,
      mean: 5,
      standardDeviation: Math.sqrt((16 + 9 + 1 + 4 + 36) / 5),
      quartiles: [2, 4, 7],
      histogram: [
        [1, 3, 2],
        [3, 5, 1],
        [5, 7, 0],
        [7, 9, 1],
        [9, 11, 1],
      ],
    },
  )
})

test('no value has no statistics, and equal values have one bin', () => {
  assert.deepEqual(computeStatistics([], 10), {
    count: 0,
    minimum: null,
    maximum: null,
    mean: null,
    standardDeviation: null,
    quartiles: [],
    histogram: [],
  })
  assert.deepEqual(computeStatistics([0.5, 0.5, 0.5], 10).histogram, [{ from: 0.5, to: 0.5, count: 3 }])
})

test('a histogram counts every value once, in the bin that holds it', () => {
  // Plus 0, since -0 and 0 are one number to a histogram and two to assert.equal.
  const value = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((drawn) => drawn + 0)
  const values = fc.array(value, { minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 60 }), (unsorted, bins) => {
      const sorted = [...unsorted].sort((a, b) => a - b)
      const { histogram, minimum, maximum, quartiles } = computeStatistics(sorted, bins)
      assert.equal(
        histogram.reduce((sum, bin) => sum + bin.count, 0),
        sorted.length,
      )
      assert.equal(histogram[0].from, minimum)
      assert.equal(histogram[histogram.length - 1].to, maximum)
      for (const [place, { from, to, count }] of histogram.entries()) {
        const isLast = place === histogram.length - 1
        const within = sorted.filter((value) => value >= from && (value < to || (isLast && value <= to)))
        assert.equal(count, within.length)
      }
      assert.ok(quartiles[0] <= quartiles[1] && quartiles[1] <= quartiles[2])
    }),
  )
})
