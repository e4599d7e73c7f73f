import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { LogEigenvalues } from '../../src/features/log-eigenvalues.js'
import { computeSpectrumCdf } from '../../src/features/spectrum-histogram.js'
import { REFERENCE_NETWORKS, readReferenceNetwork } from './reference-networks.js'

describe('computeSpectrumCdf', () => {
  for (const name of REFERENCE_NETWORKS) {
    it(`gives the reference's distributions on ${name} from the reference's eigenvalues`, () => {
      let compared = 0
      for (const { layers } of readReferenceNetwork(name).functions) {
        for (const layer of layers) {
          // The reference drops the logarithms of negative and zero eigenvalues.
          const [input, gradient] = [layer.input_eig, layer.grad_eig].map((list) => toLogs(list ?? []))
          if (input.values.length * gradient.values.length === 0) continue
          // It also drops values outside the range, which this project counts in the first or last bin.
          if (input.values[0] + gradient.values[0] < -100 || input.values.at(-1)! + gradient.values.at(-1)! > 100)
            continue
          assertCdf(computeSpectrumCdf(input, gradient, 101), layer.cdf_101)
          if (layer.cdf) assertCdf(computeSpectrumCdf(input, gradient, layer.cdf_edges), layer.cdf)
          compared++
        }
      }
      assert.ok(compared >= 14, `${compared} layers compared`)
    })
  }

  it('puts a boundary into the bin above it, and the last boundary into the last bin', () => {
    const place = (value: number, edges: number) => [...computeSpectrumCdf(toLogs([1]), fromLogs([value]), edges)]
    assert.deepEqual(place(0, 5), [0, 0, 1, 1])
    assert.deepEqual(place(-50, 5), [0, 1, 1, 1])
    assert.deepEqual(place(49.999999999999, 5), [0, 0, 1, 1])
    assert.deepEqual(place(100, 5), [0, 0, 0, 1])
  })

  it('counts values outside the range in the nearest bin', () => {
    assert.deepEqual([...computeSpectrumCdf(fromLogs([-200, -90]), fromLogs([-50, 300]), 3)], [2 / 4, 1])
  })

  it('rises to 1, and does not depend on the order of the factors or on how the floor is given', () => {
    const wave = Array.from({ length: 40 }, (_, i) => 9 * Math.sin(i * i))
    const input: LogEigenvalues = { values: Float64Array.from(wave).sort(), floor: -21.3, floorCount: 7 }
    const gradient = fromLogs([-30, -12, -11.5, -3])
    const cdf = computeSpectrumCdf(input, gradient, 77)
    assert.equal(cdf.length, 76)
    assert.equal(cdf[75], 1)
    for (let i = 1; i < 76; i++) assert.ok(cdf[i] >= cdf[i - 1])
    assert.deepEqual(computeSpectrumCdf(gradient, input, 77), cdf)
    assert.deepEqual(computeSpectrumCdf(fromLogs([...Array(7).fill(-21.3), ...wave]), gradient, 77), cdf)
  })

  it('is empty for fewer than two edges', () => {
    assert.equal(computeSpectrumCdf(toLogs([1]), toLogs([1]), 1).length, 0)
    assert.equal(computeSpectrumCdf(toLogs([1]), toLogs([1]), 0).length, 0)
  })
})

function toLogs(eigenvalues: number[]): LogEigenvalues {
  return fromLogs(eigenvalues.filter((value) => value > 0).map(Math.log))
}

function fromLogs(values: number[]): LogEigenvalues {
  return { values: Float64Array.from(values).sort(), floor: Number.NaN, floorCount: 0 }
}

function assertCdf(actual: Float64Array, expected: (number | 'NaN')[]): void {
  assert.equal(actual.length, expected.length)
  for (const [i, value] of expected.entries()) {
    assert.ok(Math.abs(actual[i] - Number(value)) < 1e-9, `value ${i} is ${actual[i]}, expected ${value}`)
  }
}
