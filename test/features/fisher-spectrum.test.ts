import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { computeFisherSpectrum } from '../../src/features/fisher-spectrum.js'
import { computeSpectrumLength } from '../../src/features/spectrum-length.js'
import { PLAIN_ACTIVATIONS } from './plain-activations.js'
import { capturePlainNetwork } from './plain-network.js'
import { REFERENCE_NETWORKS, readReferenceNetwork } from './reference-networks.js'

const FINITE = ['relu(x)', 'swish(x)', 'tanh(x)', 'selu(arctan(x))', 'max(erf(x),identity(x))', 'sub(erf(x),elu(x))']

describe('computeFisherSpectrum', () => {
  for (const name of REFERENCE_NETWORKS) {
    it(`gives the reference's distributions on ${name} if both factors are regular`, () => {
      const network = readReferenceNetwork(name)
      let compared = 0
      for (const { fn, layers } of network.functions.filter((entry) => FINITE.includes(entry.fn))) {
        const { captures } = capturePlainNetwork(network, PLAIN_ACTIVATIONS[fn])
        const fine = computeFisherSpectrum(captures, 101, 'reference')
        const published = computeFisherSpectrum(captures, 'weights/100', 'reference')
        let offset = 0
        for (const [i, layer] of layers.entries()) {
          const { edges, state } = published.layers[i]
          assert.equal(state, 'finite')
          assert.equal(edges, layer.cdf_edges)
          const isRegular = isClearlyRegular(layer.input_eig) && isClearlyRegular(layer.grad_eig)
          if (isRegular) {
            compared++
            // One eigenvalue of the wider factor may round into the next bin, together with all its pairs.
            const tolerance = 1.01 / Math.max(layer.input_eig.length, layer.grad_eig.length)
            assertCdf(fine.spectrum!.subarray(100 * i, 100 * (i + 1)), layer.cdf_101, tolerance)
            if (layer.cdf) assertCdf(published.spectrum!.subarray(offset, offset + edges - 1), layer.cdf, tolerance)
          }
          offset += Math.max(0, edges - 1)
        }
        assert.equal(published.spectrum!.length, offset)
      }
      assert.ok(name === 'token-dense' || compared >= 6, `${compared} layers compared`)
    })
  }

  it('is the same for a spelling that rounds differently', () => {
    for (const name of REFERENCE_NETWORKS) {
      const network = readReferenceNetwork(name)
      for (const fn of FINITE) {
        const [exact, rounded] = [(value: number) => value, Math.fround].map((round) => {
          const { captures } = capturePlainNetwork(network, PLAIN_ACTIVATIONS[fn], round)
          return computeFisherSpectrum(captures, 101).spectrum!
        })
        const distance = exact.reduce((sum, value, i) => sum + Math.abs(value - rounded[i]), 0)
        assert.ok(distance < 0.01, `${name}, ${fn}: Manhattan distance ${distance}`)
      }
    }
  })

  it('gives every function the same length, and ones if no gradient arrives', () => {
    const network = readReferenceNetwork('conv-valid')
    const { captures } = capturePlainNetwork(network, PLAIN_ACTIVATIONS['one(x)'])
    const { spectrum, layers } = computeFisherSpectrum(captures, 101)
    const weights = captures.map((layer) => layer.weights)
    assert.equal(spectrum!.length, computeSpectrumLength(weights, 101))
    assert.deepEqual(
      layers.map(({ state }) => state),
      ['vanished', 'vanished', 'finite'],
    )
    assert.ok(spectrum!.subarray(0, 200).every((value) => value === 1))
    assert.equal(spectrum![200], 0)
    assert.deepEqual([layers[2].inputRank, layers[2].inputDimension, layers[2].gradientDimension], [1, 65, 6])
  })

  it('tends to the spectrum of no gradient as the gradients vanish', () => {
    const network = readReferenceNetwork('dense')
    const { captures } = capturePlainNetwork(network, PLAIN_ACTIVATIONS['relu(x)'])
    const shrink = (factor: number) =>
      computeFisherSpectrum(
        captures.map((layer) => ({ ...layer, outputGradient: layer.outputGradient.map((value) => value * factor) })),
        101,
      )
    let before = -1
    for (const factor of [1, 1e-5, 1e-10, 1e-15, 1e-20]) {
      const mass = shrink(factor).spectrum!.reduce((sum, value) => sum + value, 0)
      assert.ok(mass > before)
      before = mass
    }
    assert.ok(shrink(1e-30).spectrum!.every((value) => value === 1))
    assert.equal(shrink(0).reason, 'no layer has a positive eigenvalue')
  })

  it('gives the reason if there is no spectrum: numbers that are not finite, or no positive eigenvalue', () => {
    const conv = readReferenceNetwork('conv-same')
    const broken = computeFisherSpectrum(
      capturePlainNetwork(conv, PLAIN_ACTIVATIONS['pow(x,sigmoid(x))']).captures,
      101,
    )
    assert.equal(broken.spectrum, null)
    assert.equal(broken.reason, 'layer c1: input or gradient is not finite')
    assert.deepEqual(new Set(broken.layers.map(({ state }) => state)), new Set(['notFinite']))
    const zero = computeFisherSpectrum(capturePlainNetwork(conv, PLAIN_ACTIVATIONS['zero(x)']).captures, 101)
    assert.equal(zero.spectrum, null)
    assert.equal(zero.reason, 'no layer has a positive eigenvalue')
  })

  it('has no values if all layers are too small for an edge', () => {
    const network = readReferenceNetwork('token-dense')
    const { captures } = capturePlainNetwork(network, PLAIN_ACTIVATIONS['tanh(x)'])
    assert.equal(computeFisherSpectrum(captures, 'weights/100').spectrum!.length, 0)
  })
})

/** No eigenvalue that float32 could have moved by half a bin. */
function isClearlyRegular(eigenvalues: number[]): boolean {
  return eigenvalues[0] > 1e-6 * eigenvalues[eigenvalues.length - 1]
}

function assertCdf(actual: Float32Array, expected: (number | 'NaN')[], tolerance: number): void {
  assert.equal(actual.length, expected.length)
  for (const [i, value] of expected.entries()) {
    assert.ok(Math.abs(actual[i] - Number(value)) <= tolerance, `value ${i} is ${actual[i]}, expected ${value}`)
  }
}
