import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cbrt } from '../../../src/activations/functions/roots.js'

test('cubes of whole numbers have whole roots', () => {
  for (let n = -2000; n <= 2000; n++) assert.ok(Object.is(cbrt(n * n * n), n), `${n}`)
})

test('the cube root is within two units in the last place at every magnitude', () => {
  for (let exponent = -1070; exponent < 1020; exponent += 7) {
    const x = 1.37 * 2 ** exponent
    assert.ok(Math.abs(cbrt(x) / Math.cbrt(x) - 1) <= 4.5e-16, `${x}`)
    assert.equal(cbrt(-x), -cbrt(x))
  }
})
