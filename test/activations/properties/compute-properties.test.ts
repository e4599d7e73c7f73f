import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compileExpression } from '../../../src/activations/compile-expression.js'
import { type Expression, formatExpression } from '../../../src/activations/expression.js'
import { parseExpression } from '../../../src/activations/parse-expression.js'
import { type ActivationProperties, computeProperties } from '../../../src/activations/properties/compute-properties.js'
import { arbitraryExpression } from '../arbitrary-expression.js'
import { KNOWN_PROPERTIES } from './known-properties.js'
import { readAt } from './running-error.js'

const LETTERS = [
  ['E', 'isEven'],
  ['O', 'isOdd'],
  ['M', 'isMonotone'],
  ['B', 'isBounded'],
  ['S', 'isSmooth'],
] as const

const SIGNS = [
  ['isEven', 1],
  ['isOdd', -1],
] as const

const INPUTS = Array.from({ length: 801 }, (_, i) => (i + 0.37) / 40.1 - 10)

/** Functions whose divisors stay 0, whose operands are infinite, and whose domains have holes. */
const FRAMES: readonly ((a: string, b: string) => string)[] = [
  (a, b) => `clip(0,div(${a},relu(${a})),${b})`,
  (a, b) => `min(div(${b},relu(${a})),${b})`,
  (a, b) => `where(less(div(${a},relu(${b})),${b}),${a},${b})`,
  (a, b) => `div(${b},reciprocal(relu(${a})))`,
  (a, b) => `max(${b},log(relu(${a})))`,
  (a, b) => `tanh(mul(${b},log(step(${a}))))`,
  (a, b) => `pow(relu(${a}),${b})`,
  (a, b) => `pow(${a},less(${a},${b}))`,
  (a, b) => `add(${b},sub(log(${a}),log(${a})))`,
  (a, b) => `mul(${b},sqrt(square(${a})))`,
  (a, b) => `greater_equal(${a},mul(${b},relu(${a})))`,
]

/** Differences that rounding errors of the generated loops can make, relative to the largest value. */
const ROUNDING = 1e-9
/** Differences below this many rounding errors do not count. */
const MARGIN = 32
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
  fc.assert(fc.property(arbitraryExpression, assertAgreesWithGrid), { numRuns: 2500 })
})

test('no dense grid contradicts the properties of functions with infinities and holes', () => {
  const texts = fc
    .tuple(fc.constantFrom(...FRAMES), arbitraryExpression, arbitraryExpression)
    .map(([frame, a, b]) => frame(formatExpression(a), formatExpression(b)))
  fc.assert(
    fc.property(texts, (text) => assertAgreesWithGrid(parseExpression(text))),
    { numRuns: 800 },
  )
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

/** Fails if values on a grid contradict a property, and rounding errors do not explain it. */
function assertAgreesWithGrid(expression: Expression): void {
  const found = computeProperties(expression)
  const { value } = compileExpression(expression)
  const points = INPUTS.map((x) => ({ x, y: value(x), mirrored: value(-x) }))
  const finite = points.filter(({ y }) => Number.isFinite(y))
  const scale = Math.max(0, ...finite.map(({ y }) => Math.abs(y)))
  if (scale > LARGEST) return
  const text = formatExpression(expression)
  const differs = (x: number, other: number, sign: 1 | -1) => {
    const [a, b] = [readAt(expression, x), readAt(expression, other)]
    const isSure = a.isCertain && b.isCertain && Number.isFinite(a.value - b.value)
    return isSure && Math.abs(a.value - sign * b.value) > MARGIN * (a.error + b.error)
  }
  const lost = (x: number) => readAt(expression, x).isCertain && readAt(expression, -x).isCertain
  const holes = points.filter(({ x, y, mirrored }) => Number.isFinite(y) !== Number.isFinite(mirrored) && lost(x))
  for (const [name, sign] of SIGNS) {
    if (!found[name]) continue
    const isApart = points.some(
      ({ x, y, mirrored }) => Math.abs(y - sign * mirrored) > ROUNDING * scale && differs(x, -x, sign),
    )
    assert.ok(!isApart && holes.length < 2, `${text} contradicts ${name}`)
  }
  const pairs = finite.slice(1).map((point, i) => ({ from: finite[i], to: point, step: point.y - finite[i].y }))
  const moves = (sign: 1 | -1) =>
    pairs.some(({ from, to, step }) => sign * step > ROUNDING * scale && differs(from.x, to.x, 1))
  if (found.isMonotone) assert.ok(!(moves(1) && moves(-1)), `${text} is not monotone`)
  const isCertain = ({ x }: { x: number }) => readAt(expression, x).isCertain
  const isInfinite = ({ y }: { y: number }) => Math.abs(y) === Number.POSITIVE_INFINITY
  if (found.isSmooth)
    assert.ok(points.filter((point) => !Number.isFinite(point.y) && isCertain(point)).length < 2, `${text} has holes`)
  if (found.isBounded)
    assert.ok(points.filter((point) => isInfinite(point) && isCertain(point)).length < 2, `${text} is infinite`)
  const isLevelOrRising = pairs.every(({ step }) => step >= 0) || pairs.every(({ step }) => step <= 0)
  if (finite.length === points.length && isLevelOrRising && found.isSmooth)
    assert.ok(found.isMonotone || found.turningPoints > 0, `${text} is monotone`)
}

function lettersOf(found: ActivationProperties): string {
  return LETTERS.filter(([, name]) => found[name])
    .map(([letter]) => letter)
    .join('')
}

function closeTo(actual: number | null, expected: number | null, what: string): void {
  if (actual === null || expected === null) assert.equal(actual, expected, what)
  else assert.ok(Math.abs(actual - expected) <= 1e-9, `${what}: expected ${expected}, got ${actual}`)
}
