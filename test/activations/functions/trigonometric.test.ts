import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cos, sin, sinc, sincSlope } from '../../../src/activations/functions/trigonometric.js'

test('sine and cosine agree with those of the engine within two units in the last place', () => {
  for (let i = 0; i < 40_000; i++) {
    const x = (i - 20_000) * 0.0137 * (1 + (i % 7) ** 6)
    assert.ok(Math.abs(sin(x) - Math.sin(x)) <= 4.5e-16 * Math.abs(Math.sin(x)), `sin(${x})`)
    assert.ok(Math.abs(cos(x) - Math.cos(x)) <= 4.5e-16 * Math.abs(Math.cos(x)), `cos(${x})`)
  }
})

test('both ways of reduction agree where they meet', () => {
  for (const x of [1.6e6, 1_600_000.25, 1_599_999.75]) {
    assert.ok(Math.abs(sin(x) - Math.sin(x)) <= 2e-16, `${x}`)
    assert.ok(Object.is(sin(-x), -sin(x)) && Object.is(cos(-x), cos(x)))
  }
})

test('the slope of sinc agrees with central differences on both sides of 1', () => {
  for (const x of [-3, -1.0001, -1, -0.9999, -0.2, 0.01, 0.7, 0.9999, 1, 1.0001, 5]) {
    const difference = (sinc(x + 1e-5) - sinc(x - 1e-5)) / 2e-5
    assert.ok(Math.abs(sincSlope(x) - difference) < 1e-10, `${x}`)
  }
})
