import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evaluatePolynomials, fitPolynomials } from '../../../src/activations/functions/piecewise-polynomial.js'

test('polynomials of degree 9 are reproduced exactly, other functions up to rounding', () => {
  const power = fitPolynomials((x) => x ** 9, 0.5, 4)
  const cosine = fitPolynomials(Math.cos, 0.25, 8)
  for (let x = 0; x < 2; x += 0.01) {
    assert.ok(Math.abs(evaluatePolynomials(power, x / 0.5) - x ** 9) < 1e-12)
    assert.ok(Math.abs(evaluatePolynomials(cosine, x / 0.25) - Math.cos(x)) < 5e-16)
  }
})

test('NaN stays NaN', () => {
  assert.ok(Number.isNaN(evaluatePolynomials(fitPolynomials(Math.cos, 1, 1), Number.NaN)))
})
