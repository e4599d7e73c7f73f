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
import type { ImageSplit, ImageTask } from '../../src/networks/tasks/image-task.js'
import { trainNetwork } from '../../src/networks/training/train-network.js'
import { createRandom } from '../../src/numeric/random.js'
import { openTestBackend } from './open-test-backend.js'

// Thin networks on pictures of CIFAR-10's shape, in batches of 8: about 10 seconds of a core each.
const STEPS_OF_EPOCH = 200
const BATCH = 8
const SIDE = 32

let backend: Backend
before(async () => {
  backend = await openTestBackend()
})

const CNN: Trial = { dataset: ACT_BENCH_CNN, network: createAllCnnC([16, 32]), epochs: 2 }
const RESNET: Trial = { dataset: ACT_BENCH_RESNET, network: createResnet56([4, 8, 16]), epochs: 1 }

test('All-CNN-C with relu(x) learns with the recipe of act-bench-cnn from the first steps', async () => {
  const { validationLoss, validationAccuracy } = await train(CNN)
  assert.ok(validationLoss! < 2.1 && validationAccuracy > 0.2, `${validationLoss}, ${validationAccuracy}`)
})

test('at the rate of version 1, without warm-up, it is at chance', async () => {
  const { validationLoss, validationAccuracy } = await train(CNN, { learningRate: 0.05, warmUpSteps: 0 })
  assert.ok(Math.abs(validationLoss! - Math.log(10)) < 0.02, `${validationLoss}`)
  assert.ok(validationAccuracy < 0.15, `${validationAccuracy}`)
})

test('ResNet-56 with relu(x) learns with the recipe of act-bench-resnet from the first steps', async () => {
  const { validationLoss, validationAccuracy } = await train(RESNET)
  assert.ok(validationLoss! < 1.2 && validationAccuracy > 0.55, `${validationLoss}, ${validationAccuracy}`)
})

interface Trial {
  dataset: TrainableDataset
  network: DescribedNetwork
  epochs: number
}

/** Short epochs with the rates at which the whole recipe starts. */
function train({ dataset, network, epochs }: Trial, changes: Partial<Recipe> = {}) {
  const pictures = drawTask()
  const start = { ...dataset.recipe, epochs, batchSize: BATCH, decay: { factor: 1, afterEpochs: [1] }, ...changes }
  return trainNetwork({
    dataset: { ...dataset, network, task: { create: () => pictures }, recipe: start },
    expression: 'relu(x)',
    seed: 0,
    backend,
  })
}

function drawTask(): ImageTask {
  const [train, validation, test] = ['train', 'validation', 'test'].map((name) =>
    drawSplit(name, name === 'train' ? STEPS_OF_EPOCH * BATCH : 200),
  )
  return { classes: 10, train, validation, test }
}

/** Each class is a wave of its own direction, length and colour, with a random phase, under noise. */
function drawSplit(name: string, count: number): ImageSplit {
  const random = createRandom('waves', name)
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10)
  const size = SIDE * SIDE * 3
  const pictures = new Float32Array(count * size)
  labels.forEach((label, i) => {
    const angle = (Math.PI * label) / 10
    const frequency = (2 * Math.PI * (1 + (label % 3))) / 16
    const phase = 2 * Math.PI * random.uniform()
    for (let j = 0; j < size; j++) {
      const [x, y, channel] = [Math.floor(j / 3) % SIDE, Math.floor(j / 3 / SIDE), j % 3]
      const wave = Math.sin(frequency * (x * Math.cos(angle) + y * Math.sin(angle)) + phase)
      pictures[i * size + j] = (channel === label % 3 ? 1.1 : 0.55) * wave + 0.6 * random.normal()
    }
  })
  return {
    count,
    shape: [SIDE, SIDE, 3],
    labels,
    read: (indices) => {
      const read = new Float32Array(indices.length * size)
      for (let i = 0; i < indices.length; i++) {
        read.set(pictures.subarray(indices[i] * size, (indices[i] + 1) * size), i * size)
      }
      return read
    },
  }
}
