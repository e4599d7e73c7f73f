import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compileExpression } from '../../../src/activations/compile-expression.js'
import { formatExpression, operatorsOf } from '../../../src/activations/expression.js'
import { parseExpression } from '../../../src/activations/parse-expression.js'
import { type ActivationProperties, computeProperties } from '../../../src/activations/properties/compute-properties.js'
import { arbitraryExpression } from '../arbitrary-expression.js'
import { KNOWN_PROPERTIES } from './known-properties.js'

const LETTERS = [
  ['E', 'isEven'],
  ['O', 'isOdd'],
  ['M', 'isMonotone'],
  ['B', 'isBounded'],
  ['S', 'isSmooth'],
] as const

/** Differences that rounding errors of the generated loops can make, relative to the largest value. */
const ROUNDING = 1e-9
const STEPS = new Set([
  ...['greater', 'greater_equal', 'less', 'less_equal', 'equal', 'not_equal', 'where', 'sign', 'step'],
])
/** Beyond this size, rounding errors hide everything else. */
const LARGEST = 1e12

test('finds the properties that follow from the formulas', () => {
  for (const { text, holds, left, right, turns, zero } of KNOWN_PROPERTIES) {
    const found = computeProperties(parseExpression(text))
    assert.equal(lettersOf(found), holds, text)
    closeTo(found.leftSlope, left, `${text}: left slope`)
    closeTo(found.rightSlope, right, `${text}: right slope`)
    if (turns !== null) assert.equal(found.turningPoints, turns, `${text}: turning points`)
    if (zero === undefined) continue
    closeTo(found.valueAtZero, zero[0], `${text}: value at 0`)
    closeTo(found.derivativeAtZero, zero[1], `${text}: derivative at 0`)
  }
  assert.ok(KNOWN_PROPERTIES.length >= 150)
})

test('says which answers come from samples', () => {
  const sampledOf = (text: string) => computeProperties(parseExpression(text)).sampled
  assert.deepEqual(sampledOf('tanh(x)'), [])
  assert.deepEqual(sampledOf('max(x,-x)'), [])
  assert.deepEqual(sampledOf('x+sin(x)'), [])
  assert.deepEqual(sampledOf('swish(x)'), [])
  assert.ok(sampledOf('softplus(x)-log_sigmoid(x)').includes('isEven'))
  assert.ok(sampledOf('abs(x)*abs(x)').includes('isSmooth'))
})

test('no dense grid contradicts the properties of random functions', () => {
  const inputs = Array.from({ length: 801 }, (_, i) => (i + 0.37) / 40.1 - 10)
  const property = fc.property(arbitraryExpression, (expression) => {
    // A tie that only rounding makes, such as gelu(9) = 9, decides a comparison on the grid.
    if (operatorsOf(expression).some((name) => STEPS.has(name))) return
    const found = computeProperties(expression)
    const { value } = compileExpression(expression)
    const values = inputs.map(value)
    const finite = values.filter(Number.isFinite)
    const scale = Math.max(0, ...finite.map(Math.abs))
    if (finite.length < 10 || scale > LARGEST) return
    const text = formatExpression(expression)
    const mirrored = inputs.map((x) => value(-x))
    const both = values.flatMap((y, i) =>
      Number.isFinite(y) && Number.isFinite(mirrored[i]) ? [[y, mirrored[i]]] : [],
    )
    if (found.isEven)
      assert.ok(
        both.every(([a, b]) => Math.abs(a - b) <= ROUNDING * scale),
        `${text} is not even`,
      )
    if (found.isOdd)
      assert.ok(
        both.every(([a, b]) => Math.abs(a + b) <= ROUNDING * scale),
        `${text} is not odd`,
      )
    const steps = finite.slice(1).map((y, i) => y - finite[i])
    const [least, greatest] = [Math.min(...steps), Math.max(...steps)]
    if (found.isMonotone)
      assert.ok(least >= -ROUNDING * scale || greatest <= ROUNDING * scale, `${text} is not monotone`)
    if (finite.length === values.length && (least >= 0 || greatest <= 0) && found.isSmooth)
      assert.ok(found.isMonotone || found.turningPoints > 0, `${text} is monotone`)
  })
  fc.assert(property, { numRuns: 2500 })
})

test('a function and its mirror image have mirrored properties', () => {
  const property = fc.property(arbitraryExpression, (expression) => {
    const found = computeProperties(expression)
    const negative = computeProperties({ kind: 'APPLICATION', operator: 'negative', operands: [expression] })
    assert.equal(lettersOf(negative), lettersOf(found), formatExpression(expression))
    assert.equal(negative.turningPoints, found.turningPoints, formatExpression(expression))
  })
  fc.assert(property, { numRuns: 500 })
})

function lettersOf(found: ActivationProperties): string {
  return LETTERS.filter(([, name]) => found[name])
    .map(([letter]) => letter)
    .join('')
}

function closeTo(actual: number | null, expected: number | null, what: string): void {
  if (actual === null || expected === null) assert.equal(actual, expected, what)
  else assert.ok(Math.abs(actual - expected) <= 1e-9, `${what}: expected ${expected}, got ${actual}`)
}
