import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GAUSS_WEIGHTS, KRONROD_NODES, KRONROD_WEIGHTS } from '../../src/activations/kronrod.js'

test('the rules integrate powers exactly: up to degree 22 with 15 nodes, up to 13 with 7', () => {
  const integrate = (weights: Float64Array, degree: number) =>
    KRONROD_NODES.reduce((sum, node, k) => sum + weights[k] * node ** degree, 0)
  for (let degree = 0; degree <= 22; degree++) {
    const exact = degree % 2 === 0 ? 2 / (degree + 1) : 0
    assert.ok(Math.abs(integrate(KRONROD_WEIGHTS, degree) - exact) < 1e-15)
    if (degree <= 13) assert.ok(Math.abs(integrate(GAUSS_WEIGHTS, degree) - exact) < 1e-15)
  }
  assert.ok(Math.abs(integrate(GAUSS_WEIGHTS, 14) - 2 / 15) > 1e-5)
})
