import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeRounded } from '../../../src/activations/comparison/round-outputs.js'

/** The code of one output: m · 1024 + e + 8 with its sign. */
const codeOf = (y: number) => new DataView(encodeRounded(Float64Array.of(y)).bytes.buffer).getFloat64(0, true)
const code = (m: number, e: number) => m * 1024 + e + 8

test('small numbers are rounded to 8 decimals, large ones to 10 digits', () => {
  assert.equal(codeOf(1), code(1e8, -8))
  assert.equal(codeOf(-0.123456785), -code(12345678, -8))
  assert.equal(codeOf(0.1234567851), code(12345679, -8))
  assert.equal(codeOf(99.999999994), code(9_999_999_999, -8))
  assert.equal(codeOf(99.999999996), code(1_000_000_000, -7))
  assert.equal(codeOf(100), code(1_000_000_000, -7))
  assert.equal(codeOf(12345.678901234), code(1_234_567_890, -5))
  assert.equal(codeOf(9_999_999_999.7), code(1_000_000_000, 1))
  assert.equal(codeOf(-1.5e300), -code(1_500_000_000, 291))
  assert.equal(codeOf(Number.MAX_VALUE), code(1_797_693_135, 299))
})

test('ties go to the even digit', () => {
  // 2^-9 = 0.001953125 and three times this number have nine decimals.
  assert.equal(codeOf(2 ** -9), code(195312, -8))
  assert.equal(codeOf(3 * 2 ** -9), code(585938, -8))
})

test('both zeros have the same code, and so do all NaN', () => {
  for (const y of [0, -0, 4e-9, -4e-9, 5e-324]) assert.ok(Object.is(codeOf(y), 0), `${y}`)
  assert.equal(codeOf(Number.NaN), codeOf(-Number.NaN))
  assert.equal(codeOf(Number.NEGATIVE_INFINITY), -codeOf(Number.POSITIVE_INFINITY))
  assert.notEqual(codeOf(Number.NaN), codeOf(Number.POSITIVE_INFINITY))
})

test('codes are exact integers, represent numbers within half a unit, and keep the order of magnitudes', () => {
  fc.assert(
    fc.property(fc.double({ min: -1e307, max: 1e307, noNaN: true }), (y) => {
      const found = codeOf(y)
      assert.ok(Number.isSafeInteger(found) && Math.abs(found) < 2 ** 52)
      assert.equal(codeOf(-y) + 0, 0 - found)
      const exponent = (Math.abs(found) % 1024) - 8
      const m = Math.floor(Math.abs(found) / 1024)
      assert.ok(m <= 9_999_999_999 && (exponent === -8 || m >= 1_000_000_000))
      const error = Math.abs(Math.abs(y) - m * 10 ** exponent)
      assert.ok(error <= 0.5000001 * 10 ** exponent + 5e-9 + 1e-15 * Math.abs(y))
    }),
    { numRuns: 5000 },
  )
})

test('uniform outputs are detected, also if only their rounded values are equal', () => {
  assert.ok(encodeRounded(Float64Array.of(1, 1 + 1e-12, 1)).isUniform)
  assert.ok(!encodeRounded(Float64Array.of(1, 1.0001, 1)).isUniform)
})
