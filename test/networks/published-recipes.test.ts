import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { createAllCnnC } from '../../src/networks/architectures/all-cnn-c.js'
import { createResnet56 } from '../../src/networks/architectures/resnet-56.js'
import type { Backend } from '../../src/networks/backends/backend.js'
import type { DescribedNetwork } from '../../src/networks/description/create-described-network.js'
import type { Recipe } from '../../src/networks/recipe.js'
import { ACT_BENCH_CNN } from '../../src/networks/recipes/act-bench-cnn.js'
import { ACT_BENCH_RESNET } from '../../src/networks/recipes/act-bench-resnet.js'
import type { TrainableDataset } from '../../src/networks/recipes/trainable-dataset.js'
import type { ImageTask } from '../../src/networks/tasks/image-task.js'
import { trainNetwork } from '../../src/networks/training/train-network.js'
import { drawWaves } from './drawn-waves.js'
import { openTestBackend } from './open-test-backend.js'

// Thin or small networks on drawn pictures, at most 200 steps: 5 to 15 seconds of a core each.
let backend: Backend
before(async () => {
  backend = await openTestBackend()
})

const CNN: Trial = { dataset: ACT_BENCH_CNN, network: createAllCnnC([16, 32]), steps: 200, batchSize: 8 }
const RESNET: Trial = { dataset: ACT_BENCH_RESNET, network: createResnet56([4, 8, 16]), steps: 200, batchSize: 8 }
/** What version 2 of act-bench-cnn had. */
const RAW: Partial<Recipe> = { normalizesActivation: false, gain: 2 }

for (const expression of ['relu(x)', 'sigmoid(x)']) {
  test(`All-CNN-C with ${expression} learns with the recipe of act-bench-cnn from the first steps`, async () => {
    const { validationLoss, validationAccuracy } = await train(CNN, expression)
    assert.ok(validationLoss! < 1 && validationAccuracy > 0.6, `${validationLoss}, ${validationAccuracy}`)
  })
}

test('without normalised functions, sigmoid(x) is at chance', async () => {
  const { endReason } = await train({ ...CNN, steps: 60, epochs: 2 }, 'sigmoid(x)', { ...RAW, endsAtChance: 1 })
  assert.equal(endReason, 'loss at chance for 1 epoch, ended after epoch 1 of 2')
})

test('at the rate of version 1, without warm-up, relu(x) is at chance', async () => {
  const changes = { ...RAW, learningRate: 0.05, warmUpSteps: 0 }
  const { validationLoss, validationAccuracy } = await train({ ...CNN, steps: 100 }, 'relu(x)', changes)
  assert.ok(Math.abs(validationLoss! - Math.log(10)) < 0.02, `${validationLoss}`)
  assert.ok(validationAccuracy < 0.15, `${validationAccuracy}`)
})

test('ResNet-56 with relu(x) learns with the recipe of act-bench-resnet from the first steps', async () => {
  const { validationLoss, validationAccuracy } = await train(RESNET, 'relu(x)')
  assert.ok(validationLoss! < 1.2 && validationAccuracy > 0.55, `${validationLoss}, ${validationAccuracy}`)
})

interface Trial {
  dataset: TrainableDataset
  network: DescribedNetwork
  /** Of an epoch. */
  steps: number
  batchSize: number
  /** @defaultValue 1 */
  epochs?: number
}

/** The start of a recipe: the rate rises within half of the steps, and then it is the highest of the recipe. */
function train(trial: Trial, expression: string, changes: Partial<Recipe> = {}) {
  const { dataset, network, steps, batchSize, epochs = 1 } = trial
  const pictures = drawTask(steps * batchSize, network.inputShape[0])
  const rate = { warmUpSteps: steps / 2, decay: { factor: 1, afterEpochs: [1] } }
  const start = { ...dataset.recipe, ...rate, epochs, batchSize, ...changes }
  return trainNetwork({
    dataset: { ...dataset, network, task: { create: () => pictures }, recipe: start },
    ...{ expression, seed: 0, backend },
  })
}

function drawTask(trainCount: number, side: number): ImageTask {
  const [train, validation, test] = [
    ['train', trainCount],
    ['validation', 200],
    ['test', 10],
  ].map(([name, count]) => drawWaves(name as string, count as number, side))
  return { classes: 10, train, validation, test }
}
