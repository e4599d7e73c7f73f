import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { computeKroneckerFactors, type KroneckerFactor } from '../../src/features/kronecker-factors.js'
import type { LayerCapture } from '../../src/networks/training/layer-capture.js'
import { computeSymmetricEigenvalues } from '../../src/numeric/symmetric-eigenvalues.js'
import { PLAIN_ACTIVATIONS } from './plain-activations.js'
import { capturePlainNetwork } from './plain-network.js'
import { REFERENCE_NETWORKS, readReferenceCaptures, readReferenceNetwork } from './reference-networks.js'

for (const name of REFERENCE_NETWORKS) {
  const network = readReferenceNetwork(name)

  describe(`computeKroneckerFactors on the reference network ${name}`, () => {
    it('has the eigenvalues that float64 gives for the tensors that TensorFlow captured', () => {
      const entry = network.functions.find(({ fn }) => fn === network.layerTensorsFunction)!
      for (const [i, layer] of readReferenceCaptures(network).entries()) {
        const result = entry.layers[i]
        const { input, gradient } = computeKroneckerFactors(layer, 'reference')
        assertEigenvalues(input, result.input_eig_f64, 1e-14, layer.name)
        assertEigenvalues(gradient, result.grad_eig_f64, 1e-14, layer.name)
        const truePatches = result.input_eig_f64_tensorflow_padding ?? result.input_eig_f64
        assertEigenvalues(computeKroneckerFactors(layer).input, truePatches, 1e-14, layer.name)
      }
    })

    for (const { fn, layers, loss } of network.functions) {
      it(`has the reference's eigenvalues for ${fn}, from tensors computed separately`, () => {
        const { captures, loss: plainLoss } = capturePlainNetwork(network, PLAIN_ACTIVATIONS[fn])
        // e^x turns an absolute rounding of a large x into a relative one of its value.
        const tolerance = fn === 'sub(cosh(x),elu(x))' ? 1e-4 : 1e-5
        if (loss !== 'NaN') assert.ok(Math.abs(plainLoss - loss) <= 10 * tolerance * loss, `loss ${plainLoss}`)
        for (const [i, layer] of captures.entries()) {
          const result = layers[i]
          assert.equal(layer.weights, result.weights)
          if (result.skipped) assert.ok(layer.outputGradient.every((value) => value === 0))
          else if (loss === 'NaN') assert.ok(!layer.outputGradient.every(Number.isFinite))
          else if (!result.fallback_zeros) {
            const { input, gradient } = computeKroneckerFactors(layer, 'reference')
            assertEigenvalues(input, result.input_eig, tolerance, layer.name)
            assertEigenvalues(gradient, result.grad_eig, tolerance, layer.name)
          }
        }
      })
    }
  })
}

describe('computeKroneckerFactors', () => {
  it('divides the traces as its formulas say', () => {
    for (const layer of [...readReferenceCaptures(readReferenceNetwork('conv-same'))]) {
      const { input, gradient } = computeKroneckerFactors(layer)
      const batch = layer.inputShape[0]
      const values = layer.outputGradient.length
      const divisor = { conv2d: values / layer.outputGradientShape.at(-1)!, depthwise_conv2d: values, dense: 32 }[
        layer.kind
      ]
      assertClose(traceOf(gradient), sumOfSquares(layer.outputGradient) / divisor)
      // A kernel of one pixel sees every input once; the bias adds a 1 per position.
      if (layer.name === 'pw') assertClose(traceOf(input), sumOfSquares(layer.input) / batch + 16)
      if (layer.name === 'out') assertClose(traceOf(input), sumOfSquares(layer.input) / 32)
    }
  })

  it('has the same eigenvalues from the samples as from the columns if a dense layer has few samples', () => {
    const wide = createDense(5, 12)
    const { input, gradient } = computeKroneckerFactors(wide)
    assert.deepEqual([input.size, input.dimension, gradient.size, gradient.dimension], [5, 13, 5, 12])
    const columns = Array.from({ length: 13 }, (_, k) =>
      Array.from({ length: 5 }, (_, row) => (k === 0 ? 1 : wide.input[row * 12 + k - 1])),
    )
    const full = Float64Array.from({ length: 169 }, (_, k) =>
      columns[Math.floor(k / 13)].reduce((sum, value, row) => sum + (value * columns[k % 13][row]) / 13, 0),
    )
    assertEigenvalues(input, [...computeSymmetricEigenvalues(full, 13)], 1e-14, 'wide')
  })

  it('scales by s² with the gradients and not with the order of the samples', () => {
    const layer = createDense(9, 4)
    const before = computeSymmetricEigenvalues(computeKroneckerFactors(layer).gradient.matrix, 4)
    const reversed = layer.outputGradient.map((_, i, all) => all[(8 - Math.floor(i / 4)) * 4 + (i % 4)] * 0.5)
    const factor = computeKroneckerFactors({ ...layer, outputGradient: reversed }).gradient
    assertEigenvalues(factor, [...before.map((value) => value / 4)], 1e-14, 'dense')
  })

  it('refuses tensors whose length does not match their shape', () => {
    const layer = createDense(3, 4)
    assert.throws(
      () => computeKroneckerFactors({ ...layer, inputShape: [3, 5] }),
      /layer d: shape 3,5 needs 15 numbers/,
    )
    assert.throws(
      () => computeKroneckerFactors({ ...layer, input: new Float32Array(0), inputShape: [0, 4] }),
      /layer d/,
    )
  })
})

function createDense(batch: number, units: number): LayerCapture {
  const fill = (seed: number) => Float32Array.from({ length: batch * units }, (_, i) => Math.sin(seed + i * i))
  return {
    name: 'd',
    kind: 'dense',
    weights: 20,
    bias: true,
    input: fill(1),
    inputShape: [batch, units],
    outputGradient: fill(2),
    outputGradientShape: [batch, units],
  }
}

function assertEigenvalues(factor: KroneckerFactor, expected: number[], tolerance: number, name: string): void {
  assert.equal(factor.dimension, expected.length, name)
  const zeros = new Float64Array(factor.dimension - factor.size)
  const actual = Float64Array.of(...computeSymmetricEigenvalues(factor.matrix, factor.size), ...zeros).sort()
  const largest = expected[expected.length - 1]
  for (const [i, value] of expected.entries()) {
    const difference = Math.abs(actual[i] - value)
    assert.ok(difference <= tolerance * largest, `${name}: eigenvalue ${i} is ${actual[i]}, expected ${value}`)
  }
}

function traceOf({ matrix, size }: KroneckerFactor): number {
  return matrix.reduce((sum, value, k) => (k % (size + 1) === 0 ? sum + value : sum), 0)
}

function sumOfSquares(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value * value, 0)
}

function assertClose(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) <= 1e-12 * Math.abs(expected), `expected ${expected}, got ${actual}`)
}
