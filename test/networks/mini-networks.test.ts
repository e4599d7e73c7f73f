import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { engine, memory } from '@tensorflow/tfjs-core'
import { createLayerActivation } from '../../src/networks/layers/layer-activation.js'
import { getTrainableDataset } from '../../src/networks/recipes/trainable-datasets.js'
import { BATCHES_OF_STATISTICS } from '../../src/networks/training/batch-statistics.js'
import { createParameters, disposeNetworkState, openNetworkState } from '../../src/networks/training/network-state.js'
import { createOptimizerState } from '../../src/networks/training/optimizer.js'
import { computeLogits, runTrainingStep } from '../../src/networks/training/training-step.js'
import { createRandom } from '../../src/numeric/random.js'
import { openTestBackend } from './open-test-backend.js'

before(openTestBackend)

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

describe('Fashion-ResNet', () => {
  it('has the layers of Mini-ResNet with other widths, and biases instead of normalisation', () => {
    const names = getTrainableDataset('fashion-resnet').network
    const parameters = createParameters(names, 0, 1).map(({ name }) => name)
    assert.ok(parameters.includes('stem/bias') && !parameters.some((name) => name.includes('norm')), `${parameters}`)
    assert.deepEqual(kernelsOf('fashion-resnet'), [
      ['stem', 5 * 5 * 12],
      ['block1/conv1', 3 * 3 * 12 * 12],
      ['block1/conv2', 3 * 3 * 12 * 12],
      ['block2/conv1', 3 * 3 * 12 * 24],
      ['block2/conv2', 3 * 3 * 24 * 24],
      ['block2/shortcut', 12 * 24],
      ['logits', 24 * 10],
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

for (const name of ['mini-cnn', 'mini-resnet', 'mini-vit', 'fashion-resnet']) {
  describe(`A training step of ${name}`, () => {
    const { network, recipe } = getTrainableDataset(name)
    const random = createRandom('pictures', name)
    // Two pictures are enough: a leak does not depend on their number.
    const pictures = {
      inputs: Float32Array.from({ length: 2 * 16 * 16 }, () => random.normal()),
      labels: new Uint8Array([3, 7]),
    }
    const open = () => {
      const activation = createLayerActivation('mul(erf(x),softplus(x))', recipe.normalizesActivation)
      const state = openNetworkState(createParameters(network, 0, recipe.gain))
      const optimizer = createOptimizerState(state.weights.size)
      return {
        state,
        step: () => runTrainingStep(network, activation, state, optimizer, recipe.optimizer, pictures, 0.001),
        evaluate: () => computeLogits(network, activation, state, pictures.inputs, 2),
        close() {
          disposeNetworkState(state)
          optimizer.firstMoment.dispose()
          optimizer.secondMoment.dispose()
        },
      }
    }

    it('leaks no tensors over a thousand steps, nor does the evaluation', async () => {
      const { step, evaluate, close } = open()
      const count = () => {
        const { numTensors, numDataBuffers, numBytes } = memory()
        return [numTensors, numDataBuffers, numBytes, engine().backend.numDataIds()]
      }
      // The moments of this many batches are kept.
      for (let i = 0; i < BATCHES_OF_STATISTICS + 3; i++) await step()
      await evaluate()
      const before = count()
      for (let i = 0; i < 1000; i++) {
        await step()
        if (i % 50 === 0) await evaluate()
      }
      assert.deepEqual(count(), before)
      close()
    })

    it('gives the same bytes each time', async () => {
      const [first, second] = [await train(), await train()]
      assert.deepEqual(second, first)
    })

    async function train(): Promise<Uint8Array> {
      const { state, step, close } = open()
      for (let i = 0; i < 5; i++) await step()
      const bytes = new Uint8Array((await state.weights.data()).slice().buffer)
      close()
      return bytes
    }
  })
}

function kernelsOf(dataset: string): (string | number)[][] {
  return createParameters(getTrainableDataset(dataset).network, 0, 1)
    .filter(({ name }) => name.endsWith('/kernel'))
    .map(({ name, values }) => [name.replace('/kernel', ''), values.length])
}
