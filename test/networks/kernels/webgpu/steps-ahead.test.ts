import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { memory } from '@tensorflow/tfjs-core'
import { createLayerActivation } from '../../../../src/networks/layers/layer-activation.js'
import {
  createParameters,
  disposeNetworkState,
  openNetworkState,
} from '../../../../src/networks/training/network-state.js'
import { createOptimizerState, skipsByItself } from '../../../../src/networks/training/optimizer.js'
import { type StartedStep, startTrainingStep } from '../../../../src/networks/training/training-step.js'
import { EVERY_LAYER, randomBatch } from '../../every-layer.js'
import { openTestCard } from '../../open-test-card.js'

const OPTIONS = { momentum: 0.9, clipNorm: 5, weightDecay: 1e-3 }
const STEPS = 9
/** Steps on a picture with an infinity. */
const BROKEN = [3, 4, 7]

describe('Steps that start before the host knows the metrics of the last', () => {
  it('give the bytes of steps that wait, also if some are skipped', async (t) => {
    const backend = await openTestCard(t)
    if (!backend) return
    assert.equal(skipsByItself(OPTIONS, null), true)
    const [waiting, ahead] = [await train(0), await train(3)]
    assert.deepEqual(ahead, waiting)
    const skipped = waiting.losses.flatMap((loss, step) => (loss === null ? step : []))
    assert.deepEqual(skipped, BROKEN)
    assert.equal(waiting.steps, STEPS - BROKEN.length)
    assert.ok(waiting.weights.every(Number.isFinite))
    backend.close()
  })
})

async function train(stepsAhead: number) {
  const activation = createLayerActivation('swish(x)', true)
  const before = memory().numTensors
  const state = openNetworkState(createParameters(EVERY_LAYER, 0, 1))
  const optimizer = createOptimizerState(state.weights.size, OPTIONS)
  const losses: (number | null)[] = []
  const started: StartedStep[] = []
  const settle = async () => {
    const metrics = await started.shift()?.settle()
    losses.push(metrics ? metrics.lossSum : null)
  }
  for (let step = 0; step < STEPS; step++) {
    const batch = randomBatch(EVERY_LAYER, 4)
    if (BROKEN.includes(step)) batch.inputs[5] = Number.POSITIVE_INFINITY
    started.push(startTrainingStep(EVERY_LAYER, activation, state, optimizer, OPTIONS, batch, 0.05))
    if (started.length > stepsAhead) await settle()
  }
  while (started.length > 0) await settle()
  const weights = Array.from(await state.weights.data())
  const moments = await Promise.all(state.recentMoments.flat().map(async ({ mean }) => Array.from(await mean.data())))
  disposeNetworkState(state)
  optimizer.firstMoment.dispose()
  optimizer.secondMoment.dispose()
  return { losses, weights, moments, steps: optimizer.steps, left: memory().numTensors - before }
}
