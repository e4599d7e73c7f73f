import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import {
  dispose,
  engine,
  grad,
  memory,
  sum,
  type Tensor,
  type Tensor2D,
  tensor,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core'
import { meanCrossEntropy, toOneHot } from '../../../src/networks/layers/cross-entropy.js'
import { createLayerActivation } from '../../../src/networks/layers/layer-activation.js'
import { createLayerOps } from '../../../src/networks/layers/layer-ops.js'
import type { Parameter } from '../../../src/networks/layers/parameters.js'
import type { Network } from '../../../src/networks/network.js'
import type { OptimizerOptions } from '../../../src/networks/optimizer-options.js'
import { getTrainableDataset } from '../../../src/networks/recipes/trainable-datasets.js'
import { BATCHES_OF_STATISTICS, settleBatchStatistics } from '../../../src/networks/training/batch-statistics.js'
import {
  createParameters,
  disposeNetworkState,
  openNetworkState,
} from '../../../src/networks/training/network-state.js'
import { createOptimizerState } from '../../../src/networks/training/optimizer.js'
import { type Batch, computeLogits, runTrainingStep } from '../../../src/networks/training/training-step.js'
import { createRandom, type Random } from '../../../src/numeric/random.js'
import { EVERY_BLOCK, EVERY_LAYER, randomBatch } from '../every-layer.js'
import { openTestBackend } from '../open-test-backend.js'

const OPTIMIZER: OptimizerOptions = { beta1: 0.9, beta2: 0.99, epsilon: 1e-7, clipNorm: 1, weightDecay: 0 }

before(openTestBackend)

describe('The gradient of a whole network', () => {
  const cases: [Network, string][] = [
    [EVERY_LAYER, 'swish(x)'],
    [EVERY_LAYER, 'mul(erf(x),sigmoid(x))'],
    [EVERY_LAYER, 'mul(arctan(x),softplus(x))'],
    [EVERY_BLOCK, 'swish(x)'],
  ]
  for (const [network, expression] of cases) {
    it(`agrees with finite differences for ${expression} in ${network.name}`, async () => {
      const parameters = createParameters(network, 3, 1).filter(({ trainable }) => trainable)
      const batch = randomBatch(network, 6)
      const { grads } = await lossAndGradients(network, expression, parameters, batch)
      for (const [i, parameter] of parameters.entries()) {
        // Along a random direction, so that every weight matters: (L(w + h d) - L(w - h d)) / 2h = <gradient, d>.
        const random = createRandom('direction', parameter.name)
        const direction = parameter.values.map(() => random.normal())
        const analytic = direction.reduce((sum, value, j) => sum + value * grads[i][j], 0)
        const norm = Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0))
        const lossAt = async (shift: number) => {
          const values = parameter.values.map((value, k) => value + (shift / norm) * direction[k])
          const shifted = parameters.map((one, j) => (j === i ? { ...one, values } : one))
          return (await lossAndGradients(network, expression, shifted, batch)).loss
        }
        const difference = async (h: number) => (((await lossAt(h)) - (await lossAt(-h))) / (2 * h)) * norm
        // Richardson's extrapolation removes the error of order h², so h can be well above float32 rounding.
        const numeric = (4 * (await difference(0.01)) - (await difference(0.02))) / 3
        const tolerance = 2e-3 * Math.abs(numeric) + 1e-4 * norm
        assert.ok(Math.abs(analytic - numeric) < tolerance, `${parameter.name}: ${analytic}, by differences ${numeric}`)
      }
    })
  }
})

describe('A training step', () => {
  it('leaks no tensors over a thousand steps', async () => {
    const tiny: Network = {
      name: 'tiny',
      inputShape: [4, 4, 2],
      classes: 2,
      forward(ops, input) {
        const x = ops.batchNorm('norm', ops.conv2d('conv', input, { filters: 3, kernelSize: 3, strides: 2 }))
        return ops.dense('logits', ops.averageOverPositions(ops.activation(x)), { units: 2 })
      },
    }
    const { state, optimizer, step } = openTraining(tiny, 'swish(x)')
    // The moments of this many batches are kept.
    for (let i = 0; i < BATCHES_OF_STATISTICS + 3; i++) await step()
    const { numTensors, numDataBuffers, numBytes } = memory()
    for (let i = 0; i < 1000; i++) await step()
    const after = memory()
    assert.deepEqual([after.numTensors, after.numDataBuffers, after.numBytes], [numTensors, numDataBuffers, numBytes])
    assert.equal(engine().backend.numDataIds(), numDataBuffers)
    disposeNetworkState(state)
    optimizer.firstMoment.dispose()
    optimizer.secondMoment.dispose()
  })

  it('memorises a batch', async () => {
    const { step } = openTraining(EVERY_LAYER, 'swish(x)')
    const first = await step()
    let last = first
    for (let i = 0; i < 150; i++) last = await step()
    assert.ok(last!.lossSum < 0.1 * first!.lossSum, `the loss went from ${first!.lossSum} to ${last!.lossSum}`)
  })

  it('gives the same bytes each time', async () => {
    const train = async () => {
      const { state, step } = openTraining(EVERY_LAYER, 'selu(x)')
      for (let i = 0; i < 5; i++) await step()
      return readValues(state.weights)
    }
    assert.deepEqual(await train(), await train())
  })

  for (const network of [EVERY_LAYER, EVERY_BLOCK, getTrainableDataset('mini-resnet').network]) {
    it(`gives the bytes that it gives without a replay, in ${network.name}`, async () => {
      const train = async (replays: boolean) => {
        const { state, step } = openTraining(network, 'swish(x)')
        if (!replays) state.gradient = { run: (_inputs, compute) => compute(), dispose: () => {} }
        for (let i = 0; i < 5; i++) await step()
        const moments = state.recentMoments.flat().map(async ({ layer, mean, variance }) => {
          return [layer, await readValues(mean), await readValues(variance)]
        })
        return [await readValues(state.weights), await Promise.all(moments)]
      }
      assert.deepEqual(await train(true), await train(false))
    })
  }

  it('keeps the moments of its batch for inference', async () => {
    const { state, step } = openTraining(EVERY_LAYER, 'swish(x)')
    const before = await readValues(state.fixed.get('norm/variance')!)
    await step()
    const [moments] = state.recentMoments[0]
    const variance = await readValues(moments.variance)
    await settleBatchStatistics(state.recentMoments, state.fixed)
    const after = await readValues(state.fixed.get('norm/variance')!)
    assert.deepEqual(after, variance)
    assert.deepEqual(Array.from(before), [1, 1, 1, 1, 1])
    assert.ok(Array.from(after).every((value) => value > 0 && value !== 1))
  })
})

describe('Dropout', () => {
  const layer = (mode: 'training' | 'inference', random?: Random) =>
    createLayerOps({
      parameter: (_name, shape) => tensor(new Float32Array(shape[0]), shape),
      activation: createLayerActivation('relu(x)', false),
      mode,
      random,
      differentiable: true,
    })

  it('drops the given share and scales the others so that the mean stays, also in the gradient', async () => {
    const x = tensor(new Float32Array(20_000).fill(3), [4, 50, 100])
    const apply = (input: Tensor) => layer('training', createRandom('dropout')).dropout(input, 0.2)
    const values = await readValues(apply(x))
    const share = values.reduce((zeros, value) => zeros + (value === 0 ? 1 : 0), 0) / values.length
    assert.ok(Math.abs(share - 0.2) < 0.01, `${share} of the values are zero`)
    assert.ok(values.every((value) => value === 0 || Math.abs(value - 3.75) < 1e-6))
    const slopes = await readValues(grad((input: Tensor) => sum(apply(input)))(x))
    assert.ok(slopes.every((slope, i) => Math.abs(slope - values[i] / 3) < 1e-6))
  })

  it('changes no value in inference, or without a random stream', () => {
    const x = tensor([1, 2, 3])
    assert.equal(layer('inference', createRandom('dropout')).dropout(x, 0.5), x)
    assert.equal(layer('training').dropout(x, 0.5), x)
  })
})

describe('Computing logits', () => {
  it('does not depend on the size of batches', async () => {
    const activation = createLayerActivation('swish(x)', true)
    const state = openNetworkState(createParameters(EVERY_LAYER, 1, 1))
    const { inputs } = randomBatch(EVERY_LAYER, 4)
    const together = await computeLogits(EVERY_LAYER, activation, state, inputs, 4)
    const size = inputs.length / 4
    for (let i = 0; i < 4; i++) {
      const alone = await computeLogits(EVERY_LAYER, activation, state, inputs.subarray(i * size, (i + 1) * size), 1)
      for (const [k, logit] of alone.entries()) assert.ok(Math.abs(logit - together[i * 3 + k]) < 1e-5)
    }
  })
})

function openTraining(network: Network, expression: string) {
  const activation = createLayerActivation(expression, true)
  const state = openNetworkState(createParameters(network, 0, 1))
  const optimizer = createOptimizerState(state.weights.size)
  const batch = randomBatch(network, 9)
  const step = () => runTrainingStep(network, activation, state, optimizer, OPTIMIZER, batch, 0.02)
  return { state, optimizer, step }
}

/** A copy of the values, read in the way that every backend knows. */
async function readValues(tensor: Tensor): Promise<Float32Array> {
  return (await tensor.data<'float32'>()).slice()
}

async function lossAndGradients(network: Network, expression: string, parameters: Parameter[], batch: Batch) {
  const computed = tidy(() => {
    const tensors = parameters.map(({ values, shape }) => tensor(values, shape))
    const byName = new Map(parameters.map(({ name }, i) => [name, tensors[i] as Tensor]))
    const inputs = tensor(batch.inputs, [batch.labels.length, ...network.inputShape])
    const labels = tensor2d(toOneHot(batch.labels, network.classes), [batch.labels.length, network.classes])
    const loss = () => {
      const ops = createLayerOps({
        // The moments of inference are not among the given parameters: training does not read them.
        parameter: (name, shape) => byName.get(name) ?? tensor(new Float32Array(shape[0]), shape),
        activation: createLayerActivation(expression, true),
        mode: 'training',
        differentiable: true,
      })
      return meanCrossEntropy(network.forward(ops, inputs) as Tensor2D, labels)
    }
    const { value, grads } = engine().gradients(loss, tensors)
    return [value, ...grads]
  })
  const [[loss], ...grads] = await Promise.all(computed.map(readValues))
  dispose(computed)
  return { loss, grads }
}
