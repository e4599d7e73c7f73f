import assert from 'node:assert/strict'
import { test } from 'node:test'
import { arcsinh, arctan, log, log1pUpTo1 } from '../../../src/activations/functions/logarithm.js'
import { worstRelativeError } from '../worst-relative-error.js'

test('the logarithm agrees with the engine, also close to its zero', () => {
  assert.ok(worstRelativeError(log, Math.log, 1e-3, 4) < 1e-15)
  assert.ok(worstRelativeError(log, Math.log, 0.9999, 1.0001) < 1e-15)
  for (const x of [5e-324, 1e-310, 1e-300, 1e300]) assert.ok(Math.abs(log(x) / Math.log(x) - 1) < 1e-15)
  assert.equal(log(1), 0)
})

test('the logarithm has the usual limits', () => {
  assert.equal(log(0), Number.NEGATIVE_INFINITY)
  assert.equal(log(Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY)
  assert.ok(Number.isNaN(log(-1)) && Number.isNaN(log(Number.NaN)))
})

test('log(1 + x) keeps its relative accuracy down to the smallest numbers', () => {
  assert.ok(worstRelativeError(log1pUpTo1, Math.log1p, 0, 1) < 1e-15)
  for (const x of [5e-324, 1e-300, 1e-20, 1e-8]) assert.ok(Math.abs(log1pUpTo1(x) / Math.log1p(x) - 1) < 1e-15)
})

test('arcsinh and arctan agree with the engine and are odd', () => {
  assert.ok(worstRelativeError(arcsinh, Math.asinh, -10, 10) < 1e-15)
  assert.ok(worstRelativeError(arctan, Math.atan, -10, 10) < 1e-15)
  for (const x of [1e-300, 1e-9, 0.5, 3, 1e9, 1e300]) {
    assert.ok(Math.abs(arcsinh(x) / Math.asinh(x) - 1) < 1e-15)
    assert.ok(Math.abs(arctan(x) / Math.atan(x) - 1) < 1e-15)
    assert.equal(arcsinh(-x), -arcsinh(x))
    assert.equal(arctan(-x), -arctan(x))
  }
  assert.ok(Object.is(arcsinh(-0), -0) && Object.is(arctan(-0), -0))
  assert.equal(arctan(Number.NEGATIVE_INFINITY), -Math.PI / 2)
  assert.equal(arcsinh(Number.NEGATIVE_INFINITY), Number.NEGATIVE_INFINITY)
})
