import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseFloat32, putPlainFloat32, readNumberEnd } from '../../../src/datasets/reading/json-number.js'

test('a number ends by the grammar of JSON and the words of Python', () => {
  for (const text of ['0', '-0', '10', '1.5', '-1.25e-7', '1E+22', '0.0', 'NaN', 'Infinity', '-Infinity']) {
    assert.equal(readNumberEnd(Buffer.from(`${text},`), 0), text.length, text)
    assert.equal(readNumberEnd(Buffer.from(text), 0), text.length, text)
  }
})

test('a text that is not a number gives the position of its first wrong byte', () => {
  const cases = { '-': 1, '.5': 0, '1.': 2, '1.e5': 2, '1e': 2, '1e+': 3, '-NaN': 1, Nan: 2, Infinit: 7, '+1': 0 }
  for (const [text, at] of Object.entries(cases)) assert.equal(readNumberEnd(Buffer.from(text), 0), -1 - at, text)
  // A leading zero ends the number, so the next digit is not a part of it.
  assert.equal(readNumberEnd(Buffer.from('01'), 0), 1)
})

test('every number becomes the float32 that Math.fround(Number(text)) gives', () => {
  const check = (text: string) => {
    const bytes = Buffer.from(`[${text}]`)
    assert.ok(Object.is(parseFloat32(bytes, 1, bytes.length - 1), Math.fround(Number(text))), text)
  }
  fc.assert(fc.property(fc.double(), (value) => check(String(value))))
  fc.assert(
    fc.property(fc.float({ noNaN: true }), fc.integer({ min: 1, max: 21 }), (v, n) => check(v.toExponential(n - 1))),
  )
  fc.assert(fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (value) => check(value.toFixed(20))))
})

test('numbers halfway between two float32 and at the limits of the range are rounded correctly', () => {
  const middle = (1 + 2 ** -24).toFixed(30)
  for (const text of [
    ...[middle, `${middle}1`, (1 + 3 * 2 ** -24).toFixed(30), '1.0000000596046448', '1.00000005960464477539062'],
    ...['3.4028235677973366e38', '3.4028235e38', '1e39', '-1e39', '1e400', '1.4e-45', '7e-46', '7.1e-46', '1e-400'],
    ...[
      '-0.0',
      '0e99',
      '0e-99',
      '-0',
      '00000'.slice(4),
      '123456789012345678901234567890',
      '0.000000000000000000000001',
    ],
  ]) {
    const bytes = Buffer.from(text)
    assert.ok(Object.is(parseFloat32(bytes, 0, bytes.length), Math.fround(Number(text))), text)
  }
})

test('a plain number is read in one pass with the same value and end, and other numbers are refused', () => {
  let read = 0
  const check = (text: string, after: string) => {
    const bytes = Buffer.from(`[${text}${after}`)
    const values = Float32Array.of(7, 7)
    const end = putPlainFloat32(bytes, 1, values, 1)
    assert.equal(values[0], 7)
    if (end < 0) return
    read++
    assert.equal(end, readNumberEnd(bytes, 1), text)
    assert.ok(Object.is(values[1], Math.fround(Number(text))), text)
  }
  const after = fc.constantFrom(',', ']', ' ', '', 'e', 'x', '.')
  const fraction = fc.integer({ min: 0, max: 2 ** 53 - 1 }).map((n) => n / 2 ** 53)
  fc.assert(fc.property(fraction, fc.integer(), after, (value, n, next) => check(`${(n % 10) + value}`, next)))
  fc.assert(
    fc.property(fraction, fc.integer({ min: 1, max: 20 }), after, (value, n, next) => check(value.toFixed(n), next)),
  )
  for (const text of ['0.0', '-0.0', '1.0', '9.99999999999999999', '1.0000000596046448', '0.00000000000000001']) {
    check(text, ',')
  }
  assert.ok(read > 100)
  for (const text of ['1', '.5', '1.', '12.5', '01.5', '-', '', 'NaN', '1.5e3', '0.123456789012345678', '--1.5']) {
    assert.equal(putPlainFloat32(Buffer.from(text), 0, new Float32Array(1), 0), -1, text)
  }
})
