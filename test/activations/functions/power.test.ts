import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pow, powSlopeByBase, powSlopeByExponent } from '../../../src/activations/functions/power.js'

const SPECIAL = [
  0,
  -0,
  1,
  -1,
  2,
  -2,
  3,
  0.5,
  -0.5,
  -2.5,
  1e300,
  5e-324,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
]

test('powers agree with the engine to the last places in every cell of the logarithm', () => {
  for (const base of [5e-324, 1e-300, 1e-3, 0.4, 0.99999, 1.00001, 1.5, 2, 10, 1e10, 1e300]) {
    for (const exponent of [-300, -2.5, -1, -0.1, 1e-10, 0.5, 1, 2, 3.7, 50, 700]) {
      const expected = base ** exponent
      const found = pow(base, exponent)
      if (expected === 0 || expected === Number.POSITIVE_INFINITY) assert.equal(found, expected)
      else if (expected > 1e-300) assert.ok(Math.abs(found / expected - 1) < 5e-16, `${base}^${exponent}`)
    }
  }
})

test('special cases follow the engine, except 1 and -1, which follow C', () => {
  for (const base of SPECIAL) {
    for (const exponent of [...SPECIAL, Number.NaN]) {
      if (Math.abs(base) === 1 && !Number.isFinite(exponent)) continue
      const [found, expected] = [pow(base, exponent), base ** exponent]
      const close = found === expected || Math.abs(found / expected - 1) < 1e-15
      assert.ok(Object.is(found, expected) || (close && expected !== 0), `${base}^${exponent}: ${found}`)
    }
  }
  assert.equal(pow(1, Number.NaN), 1)
  assert.equal(pow(1, Number.POSITIVE_INFINITY), 1)
  assert.equal(pow(-1, Number.NEGATIVE_INFINITY), 1)
  assert.equal(pow(Number.NaN, 0), 1)
})

test('the slopes follow the power rule', () => {
  assert.equal(powSlopeByBase(2, 3, 8), 12)
  assert.equal(powSlopeByBase(0, 1, 0), 1)
  assert.equal(powSlopeByBase(0, 2, 0), 0)
  assert.equal(powSlopeByBase(0, 0, 1), 0)
  assert.equal(powSlopeByBase(-2, 2, 4), -4)
  assert.ok(Math.abs(powSlopeByExponent(2, 8) - 8 * Math.LN2) < 1e-14)
  assert.equal(powSlopeByExponent(0, 0), 0)
  assert.equal(powSlopeByExponent(-2, 4), 0)
})
