import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { createResnet56 } from '../../../src/networks/architectures/resnet-56.js'
import { createLayerActivation } from '../../../src/networks/layers/layer-activation.js'
import { captureLayers } from '../../../src/networks/training/capture-layers.js'
import { createParameters } from '../../../src/networks/training/network-state.js'
import { openTestBackend } from '../open-test-backend.js'

const network = createResnet56()

before(openTestBackend)

describe('ResNet-56', () => {
  const parameters = () => createParameters(network, 0, 2)

  it('has 0.85 million weights, as the paper says', () => {
    const count = (isCounted: (name: string) => boolean) =>
      parameters()
        .filter(({ name, trainable }) => trainable && isCounted(name))
        .reduce((sum, { values }) => sum + values.length, 0)
    const stages = [18 * 9 * 16 * 16, 9 * 16 * 32 + 17 * 9 * 32 * 32, 9 * 32 * 64 + 17 * 9 * 64 * 64]
    const kernels = 9 * 3 * 16 + stages[0] + stages[1] + stages[2]
    assert.equal(
      count((name) => name.endsWith('/kernel') && name !== 'logits/kernel'),
      kernels,
    )
    assert.equal(
      count((name) => name.includes('/norm/')),
      2 * (16 + 18 * 16 + 18 * 32 + 18 * 64),
    )
    assert.equal(
      count(() => true),
      853_018,
    )
  })

  it('has 55 convolutions and a dense layer on pictures of 32, 16 and 8 pixels, and all of them learn', async () => {
    const inputs = Float32Array.from({ length: 2 * 3072 }, (_, i) => Math.sin(i))
    const batch = { inputs, labels: Uint8Array.of(3, 8) }
    const layers = await captureLayers(network, parameters(), createLayerActivation('relu(x)', false), batch)
    const sides = layers.map(({ outputGradientShape }) => outputGradientShape[1])
    assert.deepEqual(sides, [
      ...new Array<number>(19).fill(32),
      ...new Array<number>(18).fill(16),
      ...new Array<number>(18).fill(8),
      10,
    ])
    for (const { name, outputGradient } of layers)
      assert.ok(
        outputGradient.some((value) => value !== 0),
        name,
      )
  })
})
