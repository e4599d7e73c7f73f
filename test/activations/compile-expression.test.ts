import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compileExpression } from '../../src/activations/compile-expression.js'
import { parseExpression } from '../../src/activations/parse-expression.js'
import { arbitraryExpression } from './arbitrary-expression.js'
import { readJson, readReference, toNumber } from './reference-data.js'

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
 * The tolerance between float64 and the float32 of the reference: relative 2e-5, and absolute 1e-6, because terms that
 * cancel (1 - tanh², 1 + erf(x/√2)) have an error of 6e-8 in float32. Float32 kernels flush numbers below 1.2e-38 to 0.
 */
function agrees(found: number, expected: number): boolean {
  return Math.abs(found - expected) <= 2e-5 * Math.abs(expected) + 1e-6
}

/** Points where float32 itself is wrong, so the reference cannot be used: expression, points, and the reason. */
const FLOAT32_FAILURES: [RegExp, (x: number) => boolean, string][] = [
  [/tanh\(gelu/, (x) => x < -1, 'gelu cancels to 2e-7 in its tail, which the other factors magnify'],
  [/^pow\(x,sigmoid\(x\)\)$/, (x) => x === -100, 'sigmoid underflows to 0, and x^0 is 1'],
  [/pow\(elish\(x\),x\)/, (x) => x === -1e-8, 'elish(x) is rounded to 0'],
  [/^mul\(elu\(max_n\(x,x\)\),reciprocal\(x\)\)$/, (x) => x === -1e-8, 'elu(x) is rounded to 0'],
]

function isFloat32Failure(text: string, x: number): boolean {
  return FLOAT32_FAILURES.some(([pattern, where]) => pattern.test(text) && where(x))
}

test('values agree with all finite values of the reference', () => {
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

test('NaN and infinities occur at the same points as in the reference', () => {
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

test('derivatives agree with the reference; at a kink they lie between the derivatives of both sides', () => {
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
      // If three operands are equal, the first one counts. Its slope lies between the slopes of both sides.
      const isBetween = found >= Math.min(...sides) - slack && found <= Math.max(...sides) + slack
      const isKink = Math.abs(sides[0] - sides[1]) > 1e-4 * (1 + Math.abs(found)) || Math.abs(x) <= 1e-8
      assert.ok(isBetween && isKink, `${fn} at ${x}: ${found}, sides ${sides}, reference ${expected}`)
    })
  }
  assert.ok(compared > 4500)
})

test('derivatives of random expressions agree with central differences unless these are inaccurate', () => {
  fc.assert(
    fc.property(arbitraryExpression, fc.integer({ min: -200, max: 200 }), (expression, step) => {
      // Not close to 0, because a quotient such as x/expm1(x) loses its slope to cancellation there.
      const x = step / 64 + 0.004
      const { value, derivative } = compileExpression(expression)
      const difference = (h: number) => (value(x + h) - value(x - h)) / (2 * h)
      const [fine, coarse] = [difference(1e-5), difference(2e-5)]
      const scale = 1 + Math.abs(fine) + Math.abs(value(x))
      // If two step sizes or both sides disagree, a kink or a singularity is close.
      const sides = Math.abs(value(x + 1e-5) - 2 * value(x) + value(x - 1e-5)) / 1e-5
      if (!(Math.abs(fine - coarse) < 1e-6 * scale && sides < 1e-3 * scale && scale < 1e6)) return
      assert.ok(Math.abs(derivative(x) - fine) < 1e-4 * scale)
    }),
    { numRuns: 2000 },
  )
})

test('loops give the same bits as single values, in arrays of either width and in place', () => {
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
        // After an overflow the signs of infinities may differ. Finite slopes agree to the last places.
        if (Number.isFinite(slope)) assert.ok(Math.abs(slopes[i] - slope) <= 1e-12 * Math.abs(slope))
      })
    }),
    { numRuns: 200 },
  )
})

test('a branch that is not taken and a factor that has vanished give no NaN', () => {
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

test('the derivative is NaN if the value is NaN', () => {
  for (const text of ['pow(x,sigmoid(x))', 'swish(reciprocal(zero(negative(x))))', 'div(zero(x),zero(x))', 'x']) {
    const { value, derivative } = compile(text)
    const x = text === 'x' ? Number.NaN : -1
    assert.equal(Number.isNaN(derivative(x)), Number.isNaN(value(x)))
  }
})

test('numbers are constants in values, loops and derivatives', () => {
  const tanhGelu = compile('0.5*x*(1+tanh(0.7978845608028654*(x+0.044715*x**3)))')
  const close = (found: number, expected: number) =>
    assert.ok(Math.abs(found - expected) <= 1e-14 * Math.abs(expected), `${found}, expected ${expected}`)
  close(tanhGelu.value(-1.5), -0.10042842301976707)
  close(tanhGelu.value(0.7), 0.5305701347051168)
  close(compile('x**3').value(-2), -8)
  close(compile('x**3').derivative(-2), 12)
  close(compile('x**-2').derivative(-2), 0.25)
  close(compile('(-2)**x').value(3), -8)
  close(compile('-x**2').value(-3), -9)
  close(compile('700*x').derivative(1), 700)
  close(compile('x - -0.5').value(0.25), 0.75)
  assert.equal(compile('1/(x*0)').value(1), Number.POSITIVE_INFINITY)
  assert.equal(compile('1/-0').value(1), Number.NEGATIVE_INFINITY)
  assert.deepEqual([compile('0.25').value(3), compile('0.25').derivative(3)], [0.25, 0])
  const outputs = new Float64Array(2)
  compile('x*0.5+1e-3').evaluate(Float64Array.of(-1, 2), outputs)
  assert.deepEqual([...outputs], [-0.499, 1.001])
})

test('whole powers of negative bases and their derivatives are right', () => {
  for (const exponent of [-3, -2, -1, 1, 2, 3, 4, 5, 7]) {
    const { value, derivative } = compile(`x**${exponent}`)
    for (const x of [-3.7, -2, -1, -0.3, 0.3, 1, 2, 3.7]) {
      const close = (found: number, expected: number) =>
        assert.ok(Math.abs(found - expected) <= 4e-16 * Math.abs(expected), `${x}**${exponent}: ${found}, ${expected}`)
      let power = 1
      for (let i = 0; i < Math.abs(exponent); i++) power *= x
      close(value(x), exponent < 0 ? 1 / power : power)
      close(derivative(x), (exponent * (exponent < 0 ? 1 / power : power)) / x)
    }
    assert.equal(derivative(0), exponent === 1 ? 1 : exponent > 1 ? 0 : derivative(0))
  }
})

test('derivatives far from 0 agree with numbers of 60 digits, in one call and in loops', () => {
  // Made with mpmath from the formulas of the operators.
  const tails = readJson<Record<string, [number, number][]>>('derivative-tails.json')
  for (const [text, rows] of Object.entries(tails)) {
    const { derivative, differentiate } = compile(text)
    const slopes = new Float64Array(rows.length)
    differentiate(
      Float64Array.from(rows, ([x]) => x),
      new Float64Array(rows.length),
      slopes,
    )
    for (const [i, [x, expected]] of rows.entries()) {
      for (const found of [derivative(x), slopes[i]]) {
        const error = Math.abs(found - expected)
        assert.ok(error <= 2e-13 * Math.abs(expected), `${text} at ${x}: ${found}, expected ${expected}`)
      }
    }
  }
})

test('the first derivatives are those of older datasets', () => {
  const first = (text: string, x: number) => compileExpression(parseExpression(text), 'FIRST').derivative(x)
  assert.equal(first('elu(x)', -40), 0)
  assert.equal(first('tanh(x)', 25), 0)
  assert.equal(first('reciprocal(exp(x))', 400), 0)
})
