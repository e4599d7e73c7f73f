import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  cosh,
  exp,
  expm1,
  gaussian,
  negativePart,
  positivePart,
  powerOfTwo,
  sinh,
} from '../../../src/activations/functions/exponential.js'
import { worstRelativeError } from '../worst-relative-error.js'

test('the exponential agrees with the engine to 2 units in the last place over its whole range', () => {
  assert.ok(worstRelativeError(exp, Math.exp, -708, 709.7) < 5e-16)
  assert.ok(worstRelativeError(exp, Math.exp, -3, 3) < 5e-16)
})

test('the exponential ends in infinity, in subnormal numbers and in 0', () => {
  assert.equal(exp(0), 1)
  assert.equal(exp(709.79), Number.POSITIVE_INFINITY)
  assert.equal(exp(Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY)
  assert.equal(exp(Number.NEGATIVE_INFINITY), 0)
  assert.equal(exp(-746), 0)
  assert.ok(Math.abs(exp(-740) / Math.exp(-740) - 1) < 1e-2)
  assert.ok(Number.isNaN(exp(Number.NaN)))
})

test('expm1 keeps its relative accuracy close to 0 and its value far from 0', () => {
  assert.ok(worstRelativeError(expm1, Math.expm1, -45, 700) < 1e-15)
  for (const x of [1e-300, -1e-20, 1e-10, 1e-5, -1e-3, 0.005, -0.006]) {
    assert.ok(Math.abs(expm1(x) / Math.expm1(x) - 1) < 1e-15)
  }
  assert.ok(Object.is(expm1(-0), -0))
  assert.equal(expm1(-1e9), -1)
  assert.equal(expm1(1e9), Number.POSITIVE_INFINITY)
})

test('the hyperbolic functions are odd and even and satisfy cosh² - sinh² = 1', () => {
  for (const x of [1e-9, 0.3, 1, 5]) {
    assert.equal(sinh(-x), -sinh(x))
    assert.equal(cosh(-x), cosh(x))
    assert.ok(Math.abs((cosh(x) - sinh(x)) * (cosh(x) + sinh(x)) - 1) < 1e-11)
  }
  assert.ok(worstRelativeError(sinh, Math.sinh, -710, 710) < 1e-14)
  assert.ok(worstRelativeError(cosh, Math.cosh, -710, 710) < 1e-14)
  assert.ok(Object.is(sinh(-0), -0))
  assert.equal(sinh(-800), Number.NEGATIVE_INFINITY)
  assert.equal(cosh(-800), Number.POSITIVE_INFINITY)
})

test('the Gaussian keeps its relative accuracy far from 0', () => {
  assert.ok(Math.abs(gaussian(26) / Math.exp(-676) - 1) < 1e-15)
  assert.ok(Math.abs(gaussian(5) / 1.3887943864964021e-11 - 1) < 1e-15)
  // The square of this number is not a double, so this checks that the rounding error is corrected.
  const x = 5.1
  const correction = Number(BigInt(x * 2 ** 50) ** 2n - BigInt(x * x * 2 ** 48) * 2n ** 52n) / 2 ** 100
  assert.ok(Math.abs(gaussian(x) / (Math.exp(-x * x) * (1 - correction)) - 1) < 4e-16)
  assert.equal(gaussian(Number.NEGATIVE_INFINITY), 0)
})

test('the parts of a number add up to it', () => {
  for (const x of [0, -0, 1.5, -2.5, 1e308, -1.79e308, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    assert.equal(positivePart(x), Math.max(x, 0) + 0)
    assert.equal(Math.abs(negativePart(x)), x < 0 ? -x : 0)
    assert.equal(positivePart(x) + negativePart(x) + 0, x + 0)
  }
  assert.ok(Number.isNaN(positivePart(Number.NaN)) && Number.isNaN(negativePart(Number.NaN)))
})

test('powers of two are exact from the smallest to the largest', () => {
  for (const k of [-1074, -1023, -1, 0, 10, 1023]) assert.equal(powerOfTwo(k), 2 ** k)
})
