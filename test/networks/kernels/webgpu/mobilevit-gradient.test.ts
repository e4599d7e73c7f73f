import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createMobilevitV2 } from '../../../../src/networks/architectures/mobilevit-v2.js'
import { type Backend, openBackend } from '../../../../src/networks/backends/backend.js'
import { createLayerActivation } from '../../../../src/networks/layers/layer-activation.js'
import {
  createParameters,
  disposeNetworkState,
  openNetworkState,
  readParameters,
} from '../../../../src/networks/training/network-state.js'
import { createOptimizerState } from '../../../../src/networks/training/optimizer.js'
import { runTrainingStep } from '../../../../src/networks/training/training-step.js'
import { randomBatch } from '../../every-layer.js'
import { openTestCard } from '../../open-test-card.js'

const RATE = 0.5

describe('MobileViTv2 on a card', () => {
  it('has the gradients that it has on wasm', async (t) => {
    const onWasm = await differentiate(await openBackend('wasm'))
    const card = await openTestCard(t)
    if (!card) return
    const onCard = await differentiate(card)
    card.close()
    assert.ok(Math.abs(onCard.loss - onWasm.loss) < 1e-4 * onWasm.loss, `${onCard.loss}, on wasm ${onWasm.loss}`)
    assert.deepEqual([...onCard.gradients.keys()], [...onWasm.gradients.keys()])
    for (const [name, expected] of onWasm.gradients) {
      const error = distanceOf(onCard.gradients.get(name) as Float64Array, expected)
      // Some gradients are zero but for rounding, such as those of biases before a normalisation.
      const size = distanceOf(expected, new Float64Array(expected.length))
      assert.ok(error < 2e-3 * size + 1e-6 * Math.sqrt(expected.length), `${name}: off by ${error} of ${size}`)
    }
  })
})

/** The gradient by each parameter, from a step of plain descent. */
async function differentiate(backend: Backend) {
  const network = createMobilevitV2({ size: 64, classes: 10 })
  const activation = createLayerActivation('swish(x)', true)
  const parameters = createParameters(network, 0, 1)
  const state = openNetworkState(parameters)
  const optimizer = createOptimizerState(state.weights.size)
  const options = { momentum: 0, clipNorm: Number.POSITIVE_INFINITY, weightDecay: 0 }
  const batch = randomBatch(network, 3)
  const metrics = await runTrainingStep(network, activation, state, optimizer, options, batch, RATE)
  assert.ok(metrics, `${backend.name}: expected finite gradients`)
  const gradients = new Map<string, Float64Array>()
  for (const { name, values, trainable } of await readParameters(state)) {
    if (!trainable) continue
    const before = parameters.find((parameter) => parameter.name === name)?.values as Float32Array
    gradients.set(
      name,
      Float64Array.from(values, (after, i) => (before[i] - after) / RATE),
    )
  }
  disposeNetworkState(state)
  return { loss: metrics.lossSum, gradients }
}

function distanceOf(a: Float64Array, b: Float64Array): number {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0))
}
