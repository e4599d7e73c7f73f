import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { engine, memory, type Tensor, type Tensor2D, tensor, tensor2d, tidy } from '@tensorflow/tfjs-core'
import type { Backend } from '../../../src/networks/backends/backend.js'
import { meanCrossEntropy, toOneHot } from '../../../src/networks/layers/cross-entropy.js'
import { createLayerActivation } from '../../../src/networks/layers/layer-activation.js'
import { createLayerOps } from '../../../src/networks/layers/layer-ops.js'
import type { Parameter } from '../../../src/networks/layers/parameters.js'
import type { Recipe } from '../../../src/networks/recipe.js'
import { MINI_TASK } from '../../../src/networks/recipes/mini-benchmark.js'
import { createProceduralTask } from '../../../src/networks/tasks/procedural-task.js'
import { captureInitialLayers } from '../../../src/networks/training/capture-layers.js'
import { createParameters } from '../../../src/networks/training/network-state.js'
import { type TrainNetworkOptions, trainNetwork } from '../../../src/networks/training/train-network.js'
import { EVERY_LAYER, randomBatch } from '../every-layer.js'
import { openTestBackend, TEST_BACKEND } from '../open-test-backend.js'
import { createSmallDataset } from '../small-dataset.js'

const PRELU = 'prelu(x)'
const SWISH_BETA = 'mul(x,sigmoid(mul(param(1,"beta"),x)))'
const TWO = 'add(mul(param(0.5,"a"),x),mul(param(-0.25,"b"),erf(x)))'
const GRANULARITIES = ['per layer', 'per channel'] as const

const small = createSmallDataset()

let backend: Backend
before(async () => {
  backend = await openTestBackend()
})

describe('The gradient by the parameters of the activation', () => {
  for (const granularity of GRANULARITIES) {
    for (const expression of [SWISH_BETA, TWO]) {
      it(`agrees with finite differences after each kind of layer for ${expression}, ${granularity}`, async () => {
        const activation = createLayerActivation(expression, true, 'EXACT', granularity)
        const parameters = createParameters(EVERY_LAYER, 3, 1, activation).filter(({ trainable }) => trainable)
        const { grads } = await lossAndGradients(parameters, expression, granularity)
        const ofActivation = parameters.filter((parameter) => parameter.ofActivation)
        assert.equal(ofActivation.length, 3)
        for (const parameter of ofActivation) {
          const i = parameters.indexOf(parameter)
          for (const [j, value] of parameter.values.entries()) {
            const lossAt = async (shift: number) => {
              const values = parameter.values.with(j, value + shift)
              const shifted = parameters.with(i, { ...parameter, values })
              return (await lossAndGradients(shifted, expression, granularity)).loss
            }
            const difference = async (h: number) => ((await lossAt(h)) - (await lossAt(-h))) / (2 * h)
            const numeric = (4 * (await difference(0.02)) - (await difference(0.04))) / 3
            const tolerance = 5e-3 * Math.abs(numeric) + 2e-4
            const what = `${parameter.name} ${j}: ${grads[i][j]}, by differences ${numeric}`
            assert.ok(Math.abs(grads[i][j] - numeric) < tolerance, what)
          }
        }
      })
    }
  }
})

describe('Training with learnable parameters', () => {
  for (const expression of [PRELU, SWISH_BETA, TWO]) {
    for (const activationParameters of GRANULARITIES) {
      it(`of ${expression}, ${activationParameters}, lowers the loss and gives the same bytes again`, async () => {
        const result = await train(expression, { recipe: { activationParameters } })
        const { epochs, learnedParameters } = result
        assert.ok(epochs[2].trainLoss! < epochs[0].trainLoss!, 'the loss did not fall')
        assert.deepEqual(await train(expression, { recipe: { activationParameters } }), result)
        for (const { values, initialValue } of learnedParameters!) {
          const isPerLayer = activationParameters === 'per layer'
          assert.deepEqual(
            values.map((layer) => layer.length),
            isPerLayer ? [1, 1, 1] : [16, 16, 32],
          )
          assert.ok(values.flat().every((value) => Number.isFinite(value) && value !== initialValue))
        }
      })
    }
  }

  it('learns the same values on every backend', async () => {
    const options = { ...MINI_TASK, trainCount: 96, validationCount: 32, testCount: 32 }
    const task = { create: () => createProceduralTask(options) }
    const dataset = { ...small, task, recipe: { ...small.recipe, epochs: 2 } }
    for (const [expression, expected] of [
      [PRELU, [0.27300957, 0.2575118, 0.24246143]],
      [TWO, [0.52090526, 0.52047014, 0.5197379, -0.21994136, -0.22074865, -0.22075492]],
    ] as const) {
      const { learnedParameters } = await trainNetwork({ dataset, backend, expression, seed: 1 })
      const learned = learnedParameters!.flatMap(({ values }) => values.flat())
      assert.equal(learned.length, expected.length)
      for (const [i, value] of learned.entries())
        assert.ok(Math.abs(value - expected[i]) < 1e-5, `value ${i}: ${value}`)
    }
  })

  it('names the parameters in the order of the expression', async () => {
    const { learnedParameters } = await train('add(mul(param(0.5),x),mul(param(2,"b"),erf(mul(param(2,"b"),x))))')
    assert.deepEqual(
      learnedParameters?.map(({ name, initialValue }) => [name, initialValue]),
      [
        [null, 0.5],
        ['b', 2],
      ],
    )
  })

  it('starts as the function with numbers does, and ends elsewhere', async () => {
    const recipe = { epochs: 1, batchSize: 320 }
    const learned = await train(PRELU, { recipe: { ...recipe, epochs: 2 } })
    const fixed = await train('max(x,mul(0.25,x))', { recipe: { ...recipe, epochs: 2 } })
    assert.equal(learned.epochs[0].trainLoss, fixed.epochs[0].trainLoss)
    assert.notEqual(learned.epochs[1].trainLoss, fixed.epochs[1].trainLoss)
    assert.equal(fixed.learnedParameters, null)
  })

  it('continues from a checkpoint with the parameters as if it had never stopped', async () => {
    const checkpoints: Uint8Array[] = []
    const onEpoch: TrainNetworkOptions['onEpoch'] = async (_, checkpoint) => void checkpoints.push(await checkpoint())
    for (const optimizer of [small.recipe.optimizer, { momentum: 0.9, clipNorm: 5, weightDecay: 0.001 }]) {
      checkpoints.length = 0
      const whole = await train(TWO, { recipe: { optimizer }, onEpoch })
      for (const resumeFrom of checkpoints)
        assert.deepEqual(await train(TWO, { recipe: { optimizer }, resumeFrom }), whole)
    }
  })

  it('does not let parameters decay', async () => {
    const unused = 'add(swish(x),mul(0,param(0.5)))'
    for (const optimizer of [
      { ...small.recipe.optimizer, weightDecay: 1 },
      { momentum: 0.9, clipNorm: 5, weightDecay: 0.1 },
    ]) {
      const { learnedParameters, epochs } = await train(unused, { recipe: { optimizer } })
      assert.deepEqual(learnedParameters![0].values, [[0.5], [0.5], [0.5]])
      const { epochs: undecayed } = await train(unused, { recipe: { optimizer: { ...optimizer, weightDecay: 0 } } })
      assert.notDeepEqual(epochs, undecayed)
    }
  })

  it('ends as a divergence if a parameter is not finite, also if the loss is', async () => {
    const { diverged, learnedParameters, testAccuracy, testLoss } = await train('min(x,param(1e300))')
    assert.deepEqual([diverged, learnedParameters, testAccuracy, testLoss], [true, null, 0.1, null])
  })

  it('leaks no tensors', async () => {
    const { numTensors } = memory()
    await train(TWO, { recipe: { activationParameters: 'per channel' } })
    assert.equal(memory().numTensors, numTensors)
  })
})

describe('The capture for Fisher spectra', { skip: TEST_BACKEND !== 'wasm' }, () => {
  it('has the layers of the weights only, with the parameters at their initial values', async () => {
    const learnable = await captureInitialLayers('mini-cnn', PRELU)
    assert.deepEqual(learnable, await captureInitialLayers('mini-cnn', 'max(x,mul(0.25,x))'))
    assert.deepEqual(
      learnable.map(({ name }) => name),
      ['conv1', 'conv2', 'conv3', 'logits'],
    )
  })
})

async function train(
  expression: string,
  { recipe, ...options }: { recipe?: Partial<Recipe> } & Pick<TrainNetworkOptions, 'onEpoch' | 'resumeFrom'> = {},
) {
  const dataset = { ...small, recipe: { ...small.recipe, ...recipe } }
  const { runtimeSeconds: _, ...result } = await trainNetwork({ dataset, backend, expression, seed: 4, ...options })
  return result
}

async function lossAndGradients(
  parameters: readonly Parameter[],
  expression: string,
  granularity: (typeof GRANULARITIES)[number],
) {
  const activation = createLayerActivation(expression, true, 'EXACT', granularity)
  const batch = randomBatch(EVERY_LAYER, 6)
  const { value, grads } = tidy(() => {
    const tensors = parameters.map(({ values, shape }) => tensor(values, shape))
    const byName = new Map(parameters.map(({ name }, i) => [name, tensors[i] as Tensor]))
    const inputs = tensor(batch.inputs, [batch.labels.length, ...EVERY_LAYER.inputShape])
    const labels = tensor2d(toOneHot(batch.labels, EVERY_LAYER.classes), [batch.labels.length, EVERY_LAYER.classes])
    const loss = () => {
      const ops = createLayerOps({
        // Training does not read the moments of inference, which are not among the given parameters.
        parameter: (name, shape) => byName.get(name) ?? tensor(new Float32Array(shape[0]), shape),
        activation,
        mode: 'training',
        differentiable: true,
      })
      return meanCrossEntropy(EVERY_LAYER.forward(ops, inputs) as Tensor2D, labels)
    }
    return engine().gradients(loss, tensors)
  })
  const [loss, ...gradients] = await Promise.all([value, ...grads].map((one) => one.data<'float32'>()))
  for (const one of [value, ...grads]) one.dispose()
  return { loss: loss[0], grads: gradients }
}
