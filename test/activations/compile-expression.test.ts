import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compileExpression } from '../../src/activations/compile-expression.js'
import { parseExpression } from '../../src/activations/parse-expression.js'
import { arbitraryExpression } from './arbitrary-expression.js'
import { readReference, toNumber } from './reference-data.js'

interface ReferenceEntry {
  readonly fn: string
  readonly y: (number | string)[]
  readonly dydx: (number | string)[] | null
}

const reference = readReference<{
  x: (number | string)[]
  operators: ReferenceEntry[]
  expressions: ReferenceEntry[]
}>('activation-values.json.gz')
const entries = [...reference.operators, ...reference.expressions]
const points = reference.x.map(toNumber)
const compile = (text: string) => compileExpression(parseExpression(text))

/**
 * The rule for comparing float64 with the reference's float32: relative 2e-5, and absolute 1e-6 because float32 has only
 * 6e-8 of what the formula adds and takes away (1 - tanh², 1 + erf(x/√2)). Smaller than 1.2e-38, float32 kernels flush to 0.
 */
function agrees(found: number, expected: number): boolean {
  return Math.abs(found - expected) <= 2e-5 * Math.abs(expected) + 1e-6
}

/** Where float32 itself goes wrong, so that the reference is no yardstick: expression, points, and why. */
const FLOAT32_FAILURES: [RegExp, (x: number) => boolean, string][] = [
  [/tanh\(gelu/, (x) => x < -1, 'gelu cancels to 2e-7 in its tail, which the other factors magnify'],
  [/^pow\(x,sigmoid\(x\)\)$/, (x) => x === -100, 'sigmoid underflows to 0, and x^0 is 1'],
  [/pow\(elish\(x\),x\)/, (x) => x === -1e-8, 'elish(x) is rounded to 0'],
  [/^mul\(elu\(max_n\(x,x\)\),reciprocal\(x\)\)$/, (x) => x === -1e-8, 'elu(x) is rounded to 0'],
]

function isFloat32Failure(text: string, x: number): boolean {
  return FLOAT32_FAILURES.some(([pattern, where]) => pattern.test(text) && where(x))
}

test('values agree with the reference wherever it is finite', () => {
  let compared = 0
  for (const { fn, y } of entries) {
    const { value } = compile(fn)
    points.forEach((x, i) => {
      const expected = toNumber(y[i])
      if (!Number.isFinite(expected) || isFloat32Failure(fn, x)) return
      compared++
      assert.ok(agrees(value(x), expected), `${fn} at ${x}: ${value(x)}, reference ${expected}`)
    })
  }
  assert.ok(compared > 5000)
})

test('NaN and infinities are where the reference has them', () => {
  for (const { fn, y } of entries) {
    const { value } = compile(fn)
    points.forEach((x, i) => {
      const expected = toNumber(y[i])
      if (Number.isFinite(expected) || isFloat32Failure(fn, x)) return
      // An infinity of the reference may be a finite float64 that float32 cannot hold.
      assert.ok(Object.is(Math.fround(value(x)), expected), `${fn} at ${x}: ${value(x)}, reference ${expected}`)
    })
  }
})

test('derivatives agree with the reference, or lie between those of the sides at a kink', () => {
  let compared = 0
  for (const { fn, dydx } of entries) {
    const { value, derivative } = compile(fn)
    points.forEach((x, i) => {
      const expected = dydx === null ? 0 : toNumber(dydx[i])
      if (!Number.isFinite(expected) || !Number.isFinite(Math.fround(value(x))) || isFloat32Failure(fn, x)) return
      compared++
      const found = derivative(x)
      if (agrees(found, expected)) return
      const h = 1e-6 * Math.max(1, Math.abs(x))
      const sides = [(value(x + h) - value(x)) / h, (value(x) - value(x - h)) / h]
      const slack = 1e-5 * (1 + Math.abs(found))
      // Where three operands tie, the first of them is taken: its slope lies between those of the sides.
      const isBetween = found >= Math.min(...sides) - slack && found <= Math.max(...sides) + slack
      const isKink = Math.abs(sides[0] - sides[1]) > 1e-4 * (1 + Math.abs(found)) || Math.abs(x) <= 1e-8
      assert.ok(isBetween && isKink, `${fn} at ${x}: ${found}, sides ${sides}, reference ${expected}`)
    })
  }
  assert.ok(compared > 4500)
})

test('derivatives of random expressions agree with central differences where these are trustworthy', () => {
  fc.assert(
    fc.property(arbitraryExpression, fc.integer({ min: -200, max: 200 }), (expression, step) => {
      // Never next to 0, where a quotient such as x/expm1(x) loses its slope to cancellation.
      const x = step / 64 + 0.004
      const { value, derivative } = compileExpression(expression)
      const difference = (h: number) => (value(x + h) - value(x - h)) / (2 * h)
      const [fine, coarse] = [difference(1e-5), difference(2e-5)]
      const scale = 1 + Math.abs(fine) + Math.abs(value(x))
      // Two steps that disagree, or sides that do, mean a kink or a singularity nearby.
      const sides = Math.abs(value(x + 1e-5) - 2 * value(x) + value(x - 1e-5)) / 1e-5
      if (!(Math.abs(fine - coarse) < 1e-6 * scale && sides < 1e-3 * scale && scale < 1e6)) return
      assert.ok(Math.abs(derivative(x) - fine) < 1e-4 * scale)
    }),
    { numRuns: 2000 },
  )
})

test('the loops give the same bits as the single values, in arrays of either width and in place', () => {
  const heap = new ArrayBuffer(8192)
  fc.assert(
    fc.property(arbitraryExpression, (expression) => {
      const { value, derivative, evaluate, differentiate } = compileExpression(expression)
      const inputs = new Float32Array(heap, 64, 40).map((_, i) => (i - 20) / 4)
      const outputs = new Float32Array(heap, 1024, 40)
      const slopes = new Float64Array(heap, 4096, 40)
      differentiate(inputs, outputs, slopes)
      const copy = Float64Array.from(inputs)
      evaluate(copy, copy)
      inputs.forEach((x, i) => {
        assert.ok(Object.is(outputs[i], Math.fround(value(x))))
        assert.ok(Object.is(copy[i], value(x)))
        const slope = derivative(x)
        // An overflow may have either order of infinities; a finite slope is the same to the last places.
        if (Number.isFinite(slope)) assert.ok(Math.abs(slopes[i] - slope) <= 1e-12 * Math.abs(slope))
      })
    }),
    { numRuns: 200 },
  )
})

test('a branch that is not taken, or a factor that has died out, makes no NaN', () => {
  const cases: [string, number, number][] = [
    ['relu(negative(exp(x)))', 800, 0],
    ['sigmoid(exp(x))', 800, 0],
    ['tanh(exp(exp(x)))', 7, 0],
    ['min(x,exp(square(x)))', 100, 1],
    ['max_n(x,negative(exp(x)))', 800, 1],
    ['elish(x)', 1e4, 1],
    ['elish(x)', -1e4, 0],
    ['reciprocal(exp(x))', 800, 0],
    ['hard_sigmoid(exp(x))', 800, 0],
    ['erf(exp(x))', 800, 0],
  ]
  for (const [text, x, expected] of cases) {
    const { derivative, differentiate } = compile(text)
    const slopes = new Float64Array(1)
    differentiate(Float64Array.of(x), new Float64Array(1), slopes)
    assert.equal(derivative(x) + 0, expected, text)
    assert.equal(slopes[0] + 0, expected, text)
  }
})

test('the derivative is NaN where the value is', () => {
  for (const text of ['pow(x,sigmoid(x))', 'swish(reciprocal(zero(negative(x))))', 'div(zero(x),zero(x))', 'x']) {
    const { value, derivative } = compile(text)
    const x = text === 'x' ? Number.NaN : -1
    assert.equal(Number.isNaN(derivative(x)), Number.isNaN(value(x)))
  }
})
