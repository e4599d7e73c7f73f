import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { openBackend } from '../../src/networks/backend.js'
import { createParameters } from '../../src/networks/network-state.js'
import { getTrainableDataset } from '../../src/networks/trainable-datasets.js'

before(() => openBackend('wasm'))

describe('Mini-ResNet', () => {
  it('has these layers and weights', () => {
    assert.deepEqual(kernelsOf('mini-resnet'), [
      ['stem', 5 * 5 * 8],
      ['block1/conv1', 3 * 3 * 8 * 8],
      ['block1/conv2', 3 * 3 * 8 * 8],
      ['block2/conv1', 3 * 3 * 8 * 16],
      ['block2/conv2', 3 * 3 * 16 * 16],
      ['block2/shortcut', 8 * 16],
      ['logits', 16 * 10],
    ])
  })
})

describe('Mini-ViT', () => {
  it('has these layers and weights', () => {
    assert.deepEqual(kernelsOf('mini-vit'), [
      ['stem', 5 * 5 * 16],
      ['patches', 3 * 3 * 16 * 24],
      ['block1/values', 24 * 12],
      ['block1/scores-keys', 24 * 13],
      ['block1/hidden', 24 * 48],
      ['block1/projection', 12 * 24],
      ['block1/output', 48 * 24],
      ['logits', 24 * 10],
    ])
  })
})

function kernelsOf(dataset: string): (string | number)[][] {
  return createParameters(getTrainableDataset(dataset).network, 0, 1)
    .filter(({ name }) => name.endsWith('/kernel'))
    .map(({ name, values }) => [name.replace('/kernel', ''), values.length])
}
