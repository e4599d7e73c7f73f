import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { computeLayerEdges, computeSpectrumLength } from '../../src/features/spectrum-length.js'

describe('computeSpectrumLength', () => {
  it('gives All-CNN-C 13,683 values by the rule of the published datasets', () => {
    const weights = [2688, 83040, 83040, 166080, 331968, 331968, 331968, 37056, 1930]
    assert.equal(computeSpectrumLength(weights, 'weights/100'), 13_683)
  })

  it('gives each layer one value less than edges, and none to a layer too small for an edge', () => {
    assert.equal(computeSpectrumLength([448, 4640, 9248, 330], 101), 400)
    assert.equal(computeSpectrumLength([42, 199, 200, 399], 'weights/100'), 0 + 0 + 1 + 2)
    assert.equal(computeLayerEdges(399, 'weights/100'), 3)
  })
})
