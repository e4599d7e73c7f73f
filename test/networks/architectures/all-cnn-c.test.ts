import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { computeSpectrumLength } from '../../../src/features/spectrum-length.js'
import { createAllCnnC } from '../../../src/networks/architectures/all-cnn-c.js'
import { createLayerActivation } from '../../../src/networks/layers/layer-activation.js'
import { captureLayers } from '../../../src/networks/training/capture-layers.js'
import { createParameters } from '../../../src/networks/training/network-state.js'
import { openTestBackend } from '../open-test-backend.js'

const network = createAllCnnC()

before(openTestBackend)

describe('All-CNN-C', () => {
  it('has the weights of the published network, and the length of its Fisher spectra', async () => {
    const parameters = createParameters(network, 0, 2)
    const batch = { inputs: new Float32Array(2 * 3072).fill(0.1), labels: Uint8Array.of(0, 9) }
    const layers = await captureLayers(network, parameters, createLayerActivation('relu(x)', false), batch)
    const kernels = [2592, 82944, 82944, 165888, 331776, 331776, 331776, 36864, 1920]
    const biases = [96, 96, 96, 192, 192, 192, 192, 192, 10]
    const sizes = parameters.map(({ values }) => values.length)
    assert.deepEqual(
      sizes,
      kernels.flatMap((kernel, i) => [kernel, biases[i]]),
    )
    assert.deepEqual(
      layers.map(({ weights }) => weights),
      kernels.map((kernel, i) => kernel + biases[i]),
    )
    assert.deepEqual(
      layers.map(({ outputGradientShape }) => outputGradientShape.slice(1)),
      [
        ...[32, 32, 16, 16, 16, 8].map((side, i) => [side, side, i < 3 ? 96 : 192]),
        ...[192, 192, 10].map((channels) => [6, 6, channels]),
      ],
    )
    assert.equal(
      computeSpectrumLength(
        layers.map(({ weights }) => weights),
        'weights/100',
      ),
      13_683,
    )
  })
})
