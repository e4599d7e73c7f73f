import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatFloat, formatFloat32s } from '../../../src/datasets/writing/format-float.js'

test('a float is written as a float: with a point or an exponent', () => {
  const cases: [number | null, string][] = [
    ...([
      [0, '0.0'],
      [-0, '0.0'],
      [1, '1.0'],
      [-3, '-3.0'],
      [0.1, '0.1'],
      [1e-9, '1e-9'],
    ] as [number, string][]),
    ...([
      [2 ** 53, '9007199254740992.0'],
      [1e16, '1e+16'],
      [1e20, '1e+20'],
      [1e300, '1e+300'],
    ] as [number, string][]),
    ...([
      [Number.NaN, 'null'],
      [Number.POSITIVE_INFINITY, 'null'],
      [null, 'null'],
    ] as [number | null, string][]),
  ]
  for (const [value, text] of cases) assert.equal(formatFloat(value), text)
})

test('the text of a float gives the same float, and is never an integer', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = formatFloat(value)
      assert.equal(JSON.parse(text) + 0, value + 0)
      assert.match(text, /[.e]/)
    }),
  )
})

test('a list of float32 numbers gives the same float32 numbers', () => {
  const values = Float32Array.of(0, 1, 0.5, 1 / 3, 16777217, 1e30, Number.NaN)
  const text = formatFloat32s(values)
  assert.equal(text, '[0.0,1.0,0.5,0.33333334,16777216.0,1e+30,null]')
  assert.deepEqual(Float32Array.from(JSON.parse(text).slice(0, -1)), values.subarray(0, -1))
})
