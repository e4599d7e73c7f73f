import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { createAllCnnC } from '../../src/networks/architectures/all-cnn-c.js'
import type { Backend } from '../../src/networks/backends/backend.js'
import type { Recipe } from '../../src/networks/recipe.js'
import { ACT_BENCH_CNN } from '../../src/networks/recipes/act-bench-cnn.js'
import type { ImageSplit, ImageTask } from '../../src/networks/tasks/image-task.js'
import { trainNetwork } from '../../src/networks/training/train-network.js'
import { createRandom } from '../../src/numeric/random.js'
import { openTestBackend } from './open-test-backend.js'

// All-CNN-C with a sixth of its filters, on pictures of CIFAR-10's shape, in batches of 8: about 10 seconds of a core.
const STEPS_OF_EPOCH = 200
const EPOCHS = 2
const BATCH = 8
const SIDE = 32

let backend: Backend
before(async () => {
  backend = await openTestBackend()
})

test('All-CNN-C with relu(x) learns with the recipe of act-bench-cnn from the first steps', async () => {
  const { validationLoss, validationAccuracy } = await train(ACT_BENCH_CNN.recipe)
  assert.ok(validationLoss! < 2.1 && validationAccuracy > 0.2, `${validationLoss}, ${validationAccuracy}`)
})

test('at the rate of version 1, without warm-up, it is at chance', async () => {
  const recipe = { ...ACT_BENCH_CNN.recipe, learningRate: 0.05, warmUpSteps: 0 }
  const { validationLoss, validationAccuracy } = await train(recipe)
  assert.ok(Math.abs(validationLoss! - Math.log(10)) < 0.02, `${validationLoss}`)
  assert.ok(validationAccuracy < 0.15, `${validationAccuracy}`)
})

/** Two short epochs with the rates at which the whole recipe starts. */
function train(recipe: Recipe) {
  const pictures = drawTask()
  const dataset = { ...ACT_BENCH_CNN, network: createAllCnnC([16, 32]), task: { create: () => pictures } }
  const start = { ...recipe, epochs: EPOCHS, batchSize: BATCH, decay: { factor: 1, afterEpochs: [1] } }
  return trainNetwork({ dataset: { ...dataset, recipe: start }, expression: 'relu(x)', seed: 0, backend })
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
