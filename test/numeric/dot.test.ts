import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dot } from '../../src/numeric/dot.js'

test('a worked example: (1, 2, 3) · (4, 5, 6) = 32; the product of empty vectors is 0', () => {
  assert.equal(dot(Float64Array.of(1, 2, 3), Float64Array.of(4, 5, 6)), 32)
  assert.equal(dot(new Float64Array(0), new Float64Array(0)), 0)
})
