import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { tensor4d } from '@tensorflow/tfjs-core'
import { createMobilevitV2 } from '../../../src/networks/architectures/mobilevit-v2.js'
import { createLayerActivation } from '../../../src/networks/layers/layer-activation.js'
import { fold, unfold } from '../../../src/networks/layers/patches.js'
import { captureLayers } from '../../../src/networks/training/capture-layers.js'
import { createParameters } from '../../../src/networks/training/network-state.js'
import { openTestBackend } from '../open-test-backend.js'

before(openTestBackend)

describe('Patches', () => {
  it('group pixels by their position, and are restored by the inverse', async () => {
    const pixels = Float32Array.from({ length: 2 * 4 * 6 * 3 }, (_, i) => i)
    const x = tensor4d(pixels, [2, 4, 6, 3])
    const tokens = unfold(x, 2)
    assert.deepEqual(tokens.shape, [8, 6, 3])
    const values = await tokens.data()
    // The second picture, odd rows, even columns; the patch in row 2 and column 3; the last channel.
    const [picture, row, column, channel] = [1, 3, 4, 2]
    const group = (picture * 2 + (row % 2)) * 2 + (column % 2)
    const patch = Math.floor(row / 2) * 3 + Math.floor(column / 2)
    assert.equal(values[(group * 6 + patch) * 3 + channel], pixels[((picture * 4 + row) * 6 + column) * 3 + channel])
    assert.deepEqual(await fold(tokens, 2, 4, 6).data(), pixels)
  })
})

describe('MobileViTv2-0.5', () => {
  const count = (classes: number, isCounted: (name: string) => boolean) =>
    createParameters(createMobilevitV2({ size: 64, classes }), 0, 1)
      .filter(({ name, trainable }) => trainable && isCounted(name))
      .reduce((sum, { values }) => sum + values.length, 0)

  it('has 1.4 million weights with the 1,000 classes of the paper', () => {
    assert.equal(
      count(1000, () => true),
      1_370_593,
    )
    assert.equal(
      count(10, () => true),
      1_370_593 - 990 * 257,
    )
  })

  it('has the weights that its sizes give', () => {
    const inverted = (from: number, to: number) => 2 * from * from + 18 * from + 2 * from * to + 8 * from + 2 * to
    assert.equal(
      count(10, (name) => name.startsWith('stage2/')),
      inverted(32, 64) + inverted(64, 64),
    )
    const attention = (d: number) =>
      2 * 2 * d + (d + 1) * d + (d + 1) * (d + 1) + (d + 1) * d + (d + 1) * 2 * d + (2 * d + 1) * d
    const mix = (c: number, d: number, blocks: number) =>
      9 * c + 2 * c + c * d + blocks * attention(d) + 2 * d + d * c + 2 * c
    assert.equal(
      count(10, (name) => name.startsWith('stage3/')),
      inverted(64, 128) + mix(128, 64, 2),
    )
    assert.equal(
      count(10, (name) => name.startsWith('stage4/')),
      inverted(128, 192) + mix(192, 96, 4),
    )
    assert.equal(
      count(10, (name) => name.startsWith('stage5/')),
      inverted(192, 256) + mix(256, 128, 3),
    )
  })

  it('mixes patches: every pixel reaches every logit, and each layer has a gradient', async () => {
    const network = createMobilevitV2({ size: 64, classes: 10 })
    const parameters = createParameters(network, 0, 1)
    const inputs = Float32Array.from({ length: 2 * 64 * 64 * 3 }, (_, i) => Math.sin(i * i))
    const batch = { inputs, labels: Uint8Array.of(3, 8) }
    const layers = await captureLayers(network, parameters, createLayerActivation('swish(x)', false), batch)
    const sides = layers.filter(({ kind }) => kind !== 'dense').map(({ outputGradientShape }) => outputGradientShape[1])
    assert.deepEqual([...new Set(sides)], [32, 16, 8, 4, 2])
    const tokens = layers.filter(({ name }) => name.endsWith('/values')).map(({ inputShape }) => inputShape.join())
    assert.deepEqual([...new Set(tokens)], ['8,16,64', '8,4,96', '8,1,128'])
    for (const { name, outputGradient } of layers)
      assert.ok(
        outputGradient.some((value) => value !== 0),
        name,
      )
  })
})
