import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { computeKroneckerFactors } from '../../src/features/kronecker-factors.js'
import { computeLogEigenvalues, RELATIVE_FLOOR, toLogEigenvalues } from '../../src/features/log-eigenvalues.js'
import { PLAIN_ACTIVATIONS } from './plain-activations.js'
import { capturePlainNetwork } from './plain-network.js'
import { REFERENCE_NETWORKS, readReferenceNetwork } from './reference-networks.js'

describe('computeLogEigenvalues', () => {
  for (const name of REFERENCE_NETWORKS) {
    it(`agrees with the reference on ${name} if an eigenvalue exceeds 1e-5 of the largest`, () => {
      const network = readReferenceNetwork(name)
      let compared = 0
      for (const { fn, layers, loss } of network.functions) {
        if (loss === 'NaN' || fn === 'sub(cosh(x),elu(x))') continue
        const { captures } = capturePlainNetwork(network, PLAIN_ACTIVATIONS[fn])
        for (const [i, layer] of captures.entries()) {
          if (layers[i].skipped || layers[i].neg_inf) continue
          const factors = computeKroneckerFactors(layer, 'reference')
          compared += compareLogs(computeLogEigenvalues(factors.input)!.values, layers[i].input_eig)
          compared += compareLogs(computeLogEigenvalues(factors.gradient)!.values, layers[i].grad_eig)
        }
      }
      assert.ok(compared > 200, `${compared} compared`)
    })
  }

  it('is null for a factor that is zero', () => {
    assert.equal(computeLogEigenvalues({ matrix: new Float64Array(9), size: 3, dimension: 3 }), null)
  })

  it('counts the zeros of a factor with fewer samples than dimensions', () => {
    const logs = computeLogEigenvalues({ matrix: Float64Array.of(2, 0, 0, 8), size: 2, dimension: 10 })!
    assert.deepEqual([...logs.values], [Math.log(2), Math.log(8)])
    assert.equal(logs.floorCount, 8)
    assert.ok(Math.abs(logs.floor - Math.log(8 * RELATIVE_FLOOR)) < 1e-12)
  })
})

describe('toLogEigenvalues', () => {
  it('reads everything below the floor as the floor, whatever its sign', () => {
    const logs = toLogEigenvalues(Float64Array.of(-1e-16, 0, 1e-16, 1e-11, 1e-3, 1), 6)!
    assert.deepEqual([...logs.values], [Math.log(1e-3), 0])
    assert.equal(logs.floorCount, 4)
  })

  it('is continuous when an eigenvalue falls below the floor', () => {
    const above = toLogEigenvalues(Float64Array.of(RELATIVE_FLOOR * (1 + 1e-9), 1), 2)!
    const below = toLogEigenvalues(Float64Array.of(RELATIVE_FLOOR * (1 - 1e-9), 1), 2)!
    assert.deepEqual([above.floorCount, below.floorCount], [0, 1])
    assert.ok(Math.abs(above.values[0] - below.floor) < 1e-8)
  })

  it('adds ln s if the factor is scaled by s, from 1e-300 to 1e300', () => {
    const eigenvalues = Float64Array.of(0, 1e-4, 0.5, 2)
    const plain = toLogEigenvalues(eigenvalues, 4)!
    for (const scale of [1e-290, 1e-30, 1e30, 1e300]) {
      const scaled = toLogEigenvalues(
        eigenvalues.map((value) => value * scale),
        4,
      )!
      assert.ok(Math.abs(scaled.floor - plain.floor - Math.log(scale)) < 1e-11)
      for (const [i, value] of scaled.values.entries()) {
        assert.ok(Math.abs(value - plain.values[i] - Math.log(scale)) < 1e-11)
      }
    }
  })
})

/** Compares the largest values; float32 leaves an absolute error of 1e-7 of the largest eigenvalue, so 1e-2 at 1e-5 of it. */
function compareLogs(actual: Float64Array, eigenvalues: number[]): number {
  const largest = eigenvalues[eigenvalues.length - 1]
  const clear = eigenvalues.filter((value) => value > 1e-5 * largest)
  for (const [i, value] of clear.entries()) {
    const difference = Math.abs(actual[actual.length - clear.length + i] - Math.log(value))
    const tolerance = (2e-6 * largest) / value
    assert.ok(difference <= tolerance, `log ${value}: off by ${difference}, more than ${tolerance}`)
  }
  return clear.length
}
