import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { memory, type Tensor1D, tensor1d } from '@tensorflow/tfjs-core'
import {
  BATCHES_OF_STATISTICS,
  medianOfRows,
  type RecentMoments,
  rememberMoments,
  settleBatchStatistics,
} from '../../../src/networks/training/batch-statistics.js'
import { openTestBackend } from '../open-test-backend.js'

before(openTestBackend)

const momentsOf = (mean: number[], variance: number[]) => [
  { layer: 'norm', mean: tensor1d(mean), variance: tensor1d(variance) },
]

describe('The moments of batch normalisation in inference', () => {
  it('are the medians over batches for each channel, so that a single batch changes little', async () => {
    const recent: RecentMoments = []
    rememberMoments(recent, momentsOf([1, 10], [0.5, 4]))
    rememberMoments(recent, momentsOf([1e30, -20], [1e38, 5]))
    rememberMoments(recent, momentsOf([3, 30], [0.25, 6]))
    const fixed = new Map<string, Tensor1D>([['norm/mean', tensor1d([7, 7])]])
    await settleBatchStatistics(recent, fixed)
    assert.deepEqual([...(await (fixed.get('norm/mean') as Tensor1D).data())], [3, 10])
    assert.deepEqual([...(await (fixed.get('norm/variance') as Tensor1D).data())], [0.5, 5])
    assert.equal(recent.length, 0)
  })

  it('are the mean of the two middle values for an even number', () => {
    assert.deepEqual([...medianOfRows([4, 1, 3, 100].map((value) => Float32Array.of(value)))], [3.5])
  })

  it('come from the latest batches, and older ones are disposed', async () => {
    const recent: RecentMoments = []
    const before = memory().numTensors
    for (let i = 0; i < BATCHES_OF_STATISTICS + 8; i++) rememberMoments(recent, momentsOf([i], [1]))
    assert.equal(memory().numTensors - before, 2 * BATCHES_OF_STATISTICS)
    const fixed = new Map<string, Tensor1D>()
    await settleBatchStatistics(recent, fixed)
    assert.deepEqual([...(await (fixed.get('norm/mean') as Tensor1D).data())], [8 + (BATCHES_OF_STATISTICS - 1) / 2])
    assert.equal(memory().numTensors - before, 2)
  })

  it('do not change if no batch was learnt from', async () => {
    const fixed = new Map<string, Tensor1D>([['norm/mean', tensor1d([7])]])
    await settleBatchStatistics([], fixed)
    assert.deepEqual([...(await (fixed.get('norm/mean') as Tensor1D).data())], [7])
  })
})
