import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { memory } from '@tensorflow/tfjs-core'
import type { Backend } from '../../../src/networks/backends/backend.js'
import type { TrainableDataset } from '../../../src/networks/recipes/trainable-dataset.js'
import { getTrainableDataset } from '../../../src/networks/recipes/trainable-datasets.js'
import { trainNetwork } from '../../../src/networks/training/train-network.js'
import type { EpochMetrics, TrainingResult } from '../../../src/networks/training/training-result.js'
import { openTestBackend } from '../open-test-backend.js'
import { createSmallDataset } from '../small-dataset.js'

const dataset = createSmallDataset()

let backend: Backend
before(async () => {
  backend = await openTestBackend()
})

describe('Training a network', () => {
  it('gives the same metrics each time, and different ones for another seed', async () => {
    const train = (seed: number) =>
      trainNetwork({ dataset, expression: 'swish(x)', seed, backend }).then(withoutRuntime)
    const first = await train(5)
    assert.deepEqual(await train(5), first)
    assert.notDeepEqual((await train(6)).epochs, first.epochs)
  })

  it('reports every epoch in order, and the last one as the result', async () => {
    const seen: EpochMetrics[] = []
    const result = await trainNetwork({
      dataset,
      backend,
      expression: 'relu(x)',
      seed: 0,
      onEpoch: (metrics) => void seen.push({ ...metrics }),
    })
    assert.deepEqual(
      seen.map(({ epoch }) => epoch),
      [1, 2, 3],
    )
    assert.deepEqual(result.epochs, seen)
    const { epoch: _, ...last } = seen[2]
    for (const [name, value] of Object.entries(last)) assert.equal(result[name as keyof TrainingResult], value)
    assert.equal(result.backend, backend.name)
    assert.ok(result.runtimeSeconds > 0 && !result.diverged)
    assert.ok(seen[2].trainLoss! < seen[0].trainLoss!, 'the loss did not fall')
  })

  it('continues from any checkpoint as if it had never stopped', async () => {
    const checkpoints: Uint8Array[] = []
    const options = { dataset, expression: 'selu(x)', seed: 2, backend }
    const whole = await trainNetwork({
      ...options,
      onEpoch: async (_, checkpoint) => void checkpoints.push(await checkpoint()),
    })
    for (const resumeFrom of checkpoints) {
      const again: Uint8Array[] = []
      const resumed = await trainNetwork({
        ...options,
        resumeFrom,
        onEpoch: async (_, checkpoint) => void again.push(await checkpoint()),
      })
      assert.deepEqual(withoutRuntime(resumed), withoutRuntime(whole))
      // The numbers at the end of the last checkpoint are all bits of weights and moments.
      const last = again.at(-1)
      if (last) assert.deepEqual(numbersOf(last), numbersOf(checkpoints[2]))
    }
  })

  it('continues in the same way with momentum, dropout, augmentation and a stepwise learning rate', async () => {
    const { network, recipe } = dataset
    const regularised: TrainableDataset = {
      ...dataset,
      network: { ...network, forward: (ops, input) => network.forward(ops, ops.dropout(input, 0.2)) },
      recipe: {
        ...recipe,
        learningRate: 0.05,
        decay: { factor: 0.1, afterEpochs: [2] },
        optimizer: { momentum: 0.9, clipNorm: 5, weightDecay: 0.001 },
        augmentation: { margin: 2, mirrors: true },
      },
    }
    const checkpoints: Uint8Array[] = []
    const train = (resumeFrom?: Uint8Array) =>
      trainNetwork({
        dataset: regularised,
        backend,
        expression: 'swish(x)',
        seed: 1,
        resumeFrom,
        onEpoch: async (_, checkpoint) => void checkpoints.push(await checkpoint()),
      }).then(withoutRuntime)
    const whole = await train()
    assert.ok(whole.epochs[2].trainLoss! < whole.epochs[0].trainLoss!, 'the loss did not fall')
    assert.deepEqual(await train(checkpoints[0]), whole)
    assert.deepEqual(numbersOf(checkpoints[4]), numbersOf(checkpoints[2]))
  })

  it('refuses a checkpoint of another training', async () => {
    let bytes = new Uint8Array()
    const options = { dataset, expression: 'selu(x)', seed: 2, backend }
    await trainNetwork({
      ...options,
      onEpoch: async (_, checkpoint) => {
        bytes = new Uint8Array(await checkpoint())
      },
    })
    await assert.rejects(trainNetwork({ ...options, seed: 3, resumeFrom: bytes }), { code: 'CONFLICT' })
    await assert.rejects(trainNetwork({ ...options, expression: 'elu(x)', resumeFrom: bytes }), { code: 'CONFLICT' })
    await assert.rejects(trainNetwork({ ...options, resumeFrom: bytes.subarray(0, 4000) }), /is incomplete/)
  })

  it('ends early at chance without losses if the loss is not finite', async () => {
    const result = await trainNetwork({ dataset, expression: 'exp(exp(exp(x)))', seed: 0 })
    assert.equal(result.diverged, true)
    assert.ok(result.epochs.length < 3 || result.epochs[2].trainLoss === null)
    assert.deepEqual([result.trainAccuracy, result.validationAccuracy, result.testAccuracy], [0.1, 0.1, 0.1])
    assert.deepEqual([result.trainLoss, result.validationLoss, result.testLoss], [null, null, null])
  })

  it('starts again with smaller weights if the first epoch diverges, as often as the recipe allows', async () => {
    const checkpoints: Uint8Array[] = []
    const train = (restarts: number, resumeFrom?: Uint8Array) =>
      trainNetwork({
        dataset: { ...dataset, recipe: { ...dataset.recipe, restarts } },
        backend,
        expression: 'cosh(x)',
        seed: 0,
        resumeFrom,
        onEpoch: async (_, checkpoint) => void checkpoints.push(await checkpoint()),
      }).then(withoutRuntime)
    assert.equal((await train(0)).diverged, true)
    const before = memory().numTensors
    const whole = await train(3)
    assert.equal(memory().numTensors, before)
    assert.equal(whole.diverged, false)
    assert.equal(whole.epochs.length, 3)
    assert.ok(whole.epochs[2].trainLoss! < whole.epochs[0].trainLoss!, 'the loss did not fall')
    assert.deepEqual(await train(3, checkpoints[0]), whole)
  })

  it('goes back one epoch at half the rate if a later epoch diverges, as often as the recipe allows', async () => {
    const { network } = getTrainableDataset('fashion-resnet')
    const recipe = { ...dataset.recipe, epochs: 10, batchSize: 16, learningRate: 0.004, restarts: 0 }
    const checkpoints: Uint8Array[] = []
    const train = (rateHalvings: number, resumeFrom?: Uint8Array) =>
      trainNetwork({
        dataset: { ...dataset, network, recipe: { ...recipe, rateHalvings } },
        backend,
        expression: 'mul(arcsinh(x),expm1(x))',
        seed: 1,
        resumeFrom,
        onEpoch: async (_, checkpoint) => void checkpoints.push(await checkpoint()),
      }).then(withoutRuntime)
    const ended = await train(0)
    assert.deepEqual([ended.diverged, ended.epochs.length], [true, 4])
    checkpoints.length = 0
    const before = memory().numTensors
    const whole = await train(3)
    assert.equal(memory().numTensors, before)
    assert.deepEqual([whole.diverged, whole.epochs.length], [false, 10])
    assert.deepEqual(whole.epochs.slice(0, 3), ended.epochs.slice(0, 3))
    assert.deepEqual(await train(3, checkpoints[7]), whole)
  })

  it('stops between two batches when its signal is aborted', async () => {
    const controller = new AbortController()
    let epochs = 0
    const training = trainNetwork({
      dataset,
      backend,
      expression: 'relu(x)',
      seed: 0,
      signal: controller.signal,
      onEpoch: () => {
        epochs++
        setImmediate(() => controller.abort(new Error('enough')))
      },
    })
    await assert.rejects(training, /enough/)
    assert.equal(epochs, 1)
  })

  it('leaks no tensors, whether it succeeds or fails', async () => {
    const { numTensors } = memory()
    await trainNetwork({ dataset, expression: 'relu(x)', seed: 0 })
    await trainNetwork({ dataset, expression: 'exp(exp(exp(x)))', seed: 0 })
    await assert.rejects(trainNetwork({ dataset, expression: 'relu(x)', seed: 0, signal: AbortSignal.abort() }))
    assert.equal(memory().numTensors, numTensors)
  })

  it('refuses a dataset whose steps do not fit into the memory of wasm, before it opens its pictures', async (t) => {
    if (backend.name !== 'tfjs-wasm') return t.skip('only wasm has this limit')
    await assert.rejects(trainNetwork({ dataset: 'act-bench-vit', expression: 'relu(x)', seed: 0, backend }), {
      code: 'CONFLICT',
      message: /^act-bench-vit: a step needs at least 10\.5 GiB .* expected at most 4\.0 GiB on wasm/,
    })
  })

  it('names an unknown dataset and a bad expression', async () => {
    await assert.rejects(trainNetwork({ dataset: 'none', expression: 'relu(x)', seed: 0 }), { code: 'NOT_FOUND' })
    await assert.rejects(trainNetwork({ dataset, expression: 'relu(', seed: 0 }), { code: 'INVALID_EXPRESSION' })
  })
})

function withoutRuntime({ runtimeSeconds: _, ...result }: TrainingResult): Omit<TrainingResult, 'runtimeSeconds'> {
  return result
}

function numbersOf(checkpoint: Uint8Array): Uint8Array {
  const jsonLength = new DataView(checkpoint.buffer, checkpoint.byteOffset).getUint32(8, true)
  return checkpoint.slice(12 + 4 * Math.ceil(jsonLength / 4))
}
