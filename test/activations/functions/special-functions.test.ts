import assert from 'node:assert/strict'
import { test } from 'node:test'
import { besselI0e, besselI1e, erf, erfc, scaledErfc } from '../../../src/activations/functions/special-functions.js'

// Abramowitz & Stegun, tables 7.1, 7.3 and 9.8, with the digits of the Digital Library of Mathematical Functions.
const ERF = [
  [0.1, 0.1124629160182849],
  [0.5, 0.5204998778130465],
  [1, 0.8427007929497149],
  [2, 0.9953222650189527],
  [3, 0.9999779095030014],
] as const
const ERFC = [
  [0.5, 0.4795001221869535],
  [1, 0.15729920705028513],
  [2, 0.004677734981047266],
  [5, 1.5374597944280349e-12],
  [10, 2.088487583762545e-45],
  [20, 5.395865611607901e-176],
] as const
const BESSEL = [
  // x, I0(x), I1(x)
  [0.5, 1.0634833707413236, 0.2578943053908963],
  [1, 1.2660658777520084, 0.5651591039924851],
  [2, 2.2795853023360673, 1.5906368546373291],
  [5, 27.239871823604442, 24.335642142450524],
  [10, 2815.7166284662544, 2670.9883037012546],
] as const

test('erf and erfc have their tabulated values, also far in the tail', () => {
  for (const [x, y] of ERF) assert.ok(Math.abs(erf(x) / y - 1) < 1e-15, `erf(${x}) = ${erf(x)}`)
  for (const [x, y] of ERFC) assert.ok(Math.abs(erfc(x) / y - 1) < 1e-14, `erfc(${x}) = ${erfc(x)}`)
})

test('erf is odd, erfc is its complement, and both are continuous between their pieces', () => {
  for (let x = 0; x < 6; x += 0.01) {
    assert.equal(erf(-x), -erf(x))
    assert.ok(Math.abs(erf(x) + erfc(x) - 1) < 3e-16)
    assert.ok(Math.abs(erfc(-x) + erfc(x) - 2) < 4e-16)
  }
  assert.ok(Math.abs(erf(0.5 - 1e-16) - erf(0.5)) < 3e-16)
  assert.ok(Math.abs(erf(1e-300) / 1.1283791670955126e-300 - 1) < 1e-15)
  assert.equal(erf(Number.POSITIVE_INFINITY), 1)
  assert.equal(erfc(Number.NEGATIVE_INFINITY), 2)
})

test('the scaled complement decreases like 1 / (x√π)', () => {
  for (const x of [20, 27.9, 28, 1000]) {
    const ratio = scaledErfc(x) * x * Math.sqrt(Math.PI)
    assert.ok(ratio <= 1 && ratio > 1 - 0.51 / (x * x))
  }
})

test('the Bessel functions have their tabulated values', () => {
  for (const [x, i0, i1] of BESSEL) {
    assert.ok(Math.abs(besselI0e(x) / (i0 * Math.exp(-x)) - 1) < 2e-15, `I0(${x})`)
    assert.ok(Math.abs(besselI1e(x) / (i1 * Math.exp(-x)) - 1) < 2e-15, `I1(${x})`)
  }
})

test('the Bessel functions satisfy the differential equation and are continuous at 32', () => {
  for (const x of [0.3, 1.7, 4.4, 12, 31.9, 32.1, 60]) {
    // With f = e^-x I0 and g = e^-x I1: f' = g - f.
    const slope = (besselI0e(x + 1e-5) - besselI0e(x - 1e-5)) / 2e-5
    assert.ok(Math.abs(slope - (besselI1e(x) - besselI0e(x))) < 1e-10)
  }
  assert.ok(Math.abs(besselI0e(32 - 1e-12) / besselI0e(32) - 1) < 1e-13)
  assert.ok(Math.abs(besselI1e(32 - 1e-12) / besselI1e(32) - 1) < 1e-13)
})

test('the Bessel functions are even and odd and vanish at infinity', () => {
  for (const x of [1e-200, 0.7, 40, 1e250]) {
    assert.equal(besselI0e(-x), besselI0e(x))
    assert.equal(besselI1e(-x), -besselI1e(x))
    assert.ok(besselI1e(x) > 0)
  }
  assert.equal(besselI0e(0), 1)
  assert.equal(besselI1e(0), 0)
  assert.equal(besselI0e(Number.NEGATIVE_INFINITY), 0)
  assert.equal(Math.abs(besselI1e(Number.NEGATIVE_INFINITY)), 0)
  assert.ok(Number.isNaN(besselI0e(Number.NaN)) && Number.isNaN(besselI1e(Number.NaN)))
})
