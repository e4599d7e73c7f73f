import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { TRAINABLE_DATASETS } from '../../../src/networks/recipes/trainable-datasets.js'
import { createParameters, openNetworkState, readParameters } from '../../../src/networks/training/network-state.js'
import { openTestBackend } from '../open-test-backend.js'

const { network } = TRAINABLE_DATASETS.get('mini-cnn')!

before(openTestBackend)

describe('Mini-CNN', () => {
  it('has these layers and weights', () => {
    const sizes = createParameters(network, 0, 1).map(({ name, values }) => [name, values.length])
    assert.deepEqual(sizes, [
      ['conv1/kernel', 5 * 5 * 1 * 16],
      ['conv1/bias', 16],
      ['conv2/kernel', 3 * 3 * 16 * 16],
      ['conv2/bias', 16],
      ['conv3/kernel', 3 * 3 * 16 * 32],
      ['conv3/bias', 32],
      ['logits/kernel', 32 * 10],
      ['logits/bias', 10],
    ])
  })
})

describe('Initial parameters', () => {
  it('have the variance gain / fan-in, and biases of zero', () => {
    const parameters = createParameters(network, 0, 0.5)
    const { values } = parameters.find(({ name }) => name === 'conv3/kernel')!
    const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length
    assert.ok(Math.abs(variance / (0.5 / (9 * 16)) - 1) < 0.06, `variance ${variance}`)
    assert.ok(parameters.find(({ name }) => name === 'conv3/bias')!.values.every((value) => value === 0))
  })

  it('follow from the seed', () => {
    assert.deepEqual(createParameters(network, 4, 1), createParameters(network, 4, 1))
    assert.notDeepEqual(createParameters(network, 4, 1)[0].values, createParameters(network, 5, 1)[0].values)
  })

  it('come back from the backend unchanged', async () => {
    const parameters = createParameters(network, 1, 1)
    assert.deepEqual(await readParameters(openNetworkState(parameters)), parameters)
  })
})
