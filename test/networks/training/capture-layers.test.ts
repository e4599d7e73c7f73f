import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { createLayerActivation } from '../../../src/networks/layers/layer-activation.js'
import { captureInitialLayers, captureLayers } from '../../../src/networks/training/capture-layers.js'
import { REFERENCE_NETWORKS, readReferenceCaptures, readReferenceNetwork } from '../../features/reference-networks.js'
import { openTestBackend } from '../open-test-backend.js'
import { toBatch, toNetwork, toParameters } from '../reference-layer-lists.js'

before(openTestBackend)

for (const name of REFERENCE_NETWORKS) {
  describe(`Capturing the layers of the reference network ${name}`, () => {
    const reference = readReferenceNetwork(name)
    const network = toNetwork(name, reference)
    const capture = (expression: string) =>
      captureLayers(network, toParameters(reference), createLayerActivation(expression, false), toBatch(reference))

    it('gives the inputs and output gradients that TensorFlow gave', async () => {
      const captures = await capture(reference.layerTensorsFunction)
      const expected = readReferenceCaptures(reference)
      assert.equal(captures.length, expected.length)
      for (const [i, layer] of captures.entries()) {
        const { input, outputGradient, ...description } = layer
        const { input: expectedInput, outputGradient: expectedGradient, ...expectedDescription } = expected[i]
        assert.deepEqual(description, expectedDescription)
        assertClose(input, expectedInput, `${layer.name}: input`)
        assertClose(outputGradient, expectedGradient, `${layer.name}: gradient`)
      }
    })

    for (const { fn, layers } of reference.functions) {
      it(`gives the norms that TensorFlow gave for ${fn}`, async () => {
        const captures = await capture(fn)
        for (const expected of layers) {
          const layer = captures.find((one) => one.name === expected.name)!
          assert.equal(layer.weights, expected.weights)
          if (expected.skipped) {
            assert.ok(
              layer.outputGradient.every((value) => value === 0),
              `${layer.name} has a gradient`,
            )
            continue
          }
          assertNorm(norm(layer.input), expected.input_norm, `${layer.name}: input`)
          // This project's derivatives are finite at some points where TensorFlow's are not.
          if (typeof expected.grad_norm === 'number') {
            assertNorm(norm(layer.outputGradient), expected.grad_norm, `${layer.name}: gradient`)
          }
        }
      })
    }
  })
}

describe('Capturing the layers of a dataset', () => {
  it('uses the same pictures for every function', async () => {
    const [relu, swish] = [
      await captureInitialLayers('mini-cnn', 'relu(x)'),
      await captureInitialLayers('mini-cnn', 'swish(x)'),
    ]
    assert.deepEqual(relu[0].input, swish[0].input)
    assert.notDeepEqual(relu[1].input, swish[1].input)
    assert.deepEqual(
      relu.map(({ name, weights }) => [name, weights]),
      swish.map(({ name, weights }) => [name, weights]),
    )
  })

  it('gives the same bytes each time', async () => {
    assert.deepEqual(await captureInitialLayers('mini-cnn', 'erf(x)'), await captureInitialLayers('mini-cnn', 'erf(x)'))
  })
})

function norm(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
}

function assertNorm(actual: number, expected: number | 'NaN' | 'Infinity', what: string): void {
  if (typeof expected !== 'number') assert.ok(!Number.isFinite(actual), `${what}: ${actual}, not ${expected}`)
  else assert.ok(Math.abs(actual - expected) <= 1e-4 * expected + 1e-12, `${what}: ${actual}, not ${expected}`)
}

function assertClose(actual: Float32Array, expected: Float32Array, what: string): void {
  assert.equal(actual.length, expected.length)
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const worst = actual.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0)
  assert.ok(worst <= 2e-5 * largest, `${what}: off by ${worst} of ${largest}`)
}
