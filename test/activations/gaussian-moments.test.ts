import assert from 'node:assert/strict'
import { test } from 'node:test'
import { computeGaussianMoments } from '../../src/activations/gaussian-moments.js'
import { parseExpression } from '../../src/activations/parse-expression.js'
import { readReference, toNumber } from './reference-data.js'

const moments = (text: string) => computeGaussianMoments(parseExpression(text))

function assertClose(found: number | null, expected: number, tolerance: number, what: string): void {
  assert.ok(found !== null && Math.abs(found - expected) <= tolerance * (1 + Math.abs(expected)), `${what}: ${found}`)
}

test('moments agree with the reference quadrature to 1e-4', () => {
  const { functions } = readReference<{
    functions: { fn: string; ok: boolean; mean: number | string; std: number | string }[]
  }>('normalization.json.gz')
  const usable = functions.filter(({ ok }) => ok)
  assert.ok(usable.length >= 13)
  for (const { fn, mean, std } of usable) {
    const found = moments(fn)
    assertClose(found.mean, toNumber(mean), 1e-4, fn)
    assertClose(found.standardDeviation, toNumber(std), 1e-4, fn)
  }
})

test('moments agree with closed forms to 1e-10, also for functions that grow exponentially', () => {
  const ten = `sum_n(${new Array(10).fill('x').join(',')})`
  const cases: [string, number, number][] = [
    ['relu(x)', 1 / Math.sqrt(2 * Math.PI), Math.sqrt(0.5 - 1 / (2 * Math.PI))],
    ['abs(x)', Math.sqrt(2 / Math.PI), Math.sqrt(1 - 2 / Math.PI)],
    ['square(x)', 1, Math.SQRT2],
    ['prod_n(x,x,x,x,x,x,x,x)', 105, Math.sqrt(2027025 - 105 ** 2)],
    ['exp(x)', Math.sqrt(Math.E), Math.sqrt(Math.E * (Math.E - 1))],
    ['cosh(x)', Math.sqrt(Math.E), Math.sqrt((1 + Math.E ** 2) / 2 - Math.E)],
    ['sinh(x)', 0, Math.sqrt((Math.E ** 2 - 1) / 2)],
    [`exp(${ten})`, Math.exp(50), Math.exp(100)],
    ['gelu(x)', 1 / (2 * Math.sqrt(Math.PI)), 0.5879149692],
    ['erf(x)', 0, Math.sqrt((2 / Math.PI) * Math.asin(2 / 3))],
    ['exp(negative(square(x)))', 1 / Math.sqrt(3), Math.sqrt(1 / Math.sqrt(5) - 1 / 3)],
    ['sigmoid(x)', 0.5, 0.2082763449],
    ['div(x,abs(x))', 0, 1],
    ['one(x)', 1, 0],
    ['zero(x)', 0, 0],
  ]
  for (const [text, mean, deviation] of cases) {
    const found = moments(text)
    assertClose(found.mean, mean, 1e-10, text)
    assertClose(
      found.standardDeviation,
      deviation,
      1e-10 + (text === 'gelu(x)' || text === 'sigmoid(x)' ? 1e-9 : 0),
      text,
    )
  }
})

test('kinks away from the integers are found', () => {
  // max(x, 1 - x²): a kink at the golden ratio's (√5 - 1)/2 and at -(√5 + 1)/2; a fine midpoint sum is the reference.
  let mean = 0
  const n = 2_000_000
  for (let i = 0; i < n; i++) {
    const x = -10 + (20 * (i + 0.5)) / n
    mean += (Math.max(x, 1 - x * x) * Math.exp(-0.5 * x * x) * 20) / n / Math.sqrt(2 * Math.PI)
  }
  assertClose(moments('max(x,sub(one(x),square(x)))').mean, mean, 1e-10, 'mean')
})

test('kinks at numbers of the text are found, and constants have a deviation of 0', () => {
  const cases: [string, number, number][] = [
    ['relu(x-0.3)', 0.26676124211720986, 0.4805191410131003],
    ['max(x,0.1*x)', 0.3590480523612894, 0.6132572837688638],
    ['abs(3*x+0.7)', 2.4585202207256276, 1.8562538415537924],
    ['where(x>0.3,1,0)', 0.3820885778110474, 0.4858980309873447],
    ['where(x>1e-5,1,0)', 0.4999960105771961, 0.4999999999840845],
    ['where(abs(x)<0.001,1000,0)', 0.7978844278221252, 28.235576995378793],
    ['relu(1000*x-1)', 398.44247987255625, 583.477682126081],
    ['log(abs(x))', -0.6351814227307391, 1.1107207345395915],
    ['sin(3*x)', 0, 0.7071067758019366],
    ['0.25', 0.25, 0],
    ['-2.5e10', -2.5e10, 0],
  ]
  for (const [text, mean, deviation] of cases) {
    assertClose(moments(text).mean, mean, 1e-10, text)
    assertClose(moments(text).standardDeviation, deviation, 1e-10, text)
  }
})

test('an integrable singularity has a mean, and a pole has no mean', () => {
  // E|x|^(-1/2) = 2^(-1/4) Γ(1/4) / √π, while E|x|^(-1) diverges.
  const { mean, standardDeviation } = moments('reciprocal(pow(abs(x),sigmoid(zero(x))))')
  assertClose(mean, (2 ** -0.25 * 3.625609908221908) / Math.sqrt(Math.PI), 1e-7, 'mean')
  assert.equal(standardDeviation, null)
  for (const text of ['reciprocal(x)', 'reciprocal(add(x,one(x)))', 'reciprocal(square(x))', 'exp(reciprocal(x))']) {
    assert.deepEqual(moments(text), { mean: null, standardDeviation: null }, text)
  }
})

test('divergent integrals, and integrals of functions with gaps, are null', () => {
  for (const text of ['exp(square(x))', 'exp(exp(x))', 'sinh(sinh(x))', 'pow(x,sigmoid(x))', 'reciprocal(zero(x))']) {
    assert.deepEqual(moments(text), { mean: null, standardDeviation: null }, text)
  }
  // e^(0.27 x²) has a mean, 1/√(1 - 0.54), but its square does not.
  const a = 1 / (1 + Math.E)
  const grown = moments('exp(mul(square(x),sigmoid(negative(one(x)))))')
  assertClose(grown.mean, 1 / Math.sqrt(1 - 2 * a), 1e-9, 'mean')
  assert.equal(grown.standardDeviation, null)
})

test('an overflow outside of the relevant range is harmless', () => {
  assertClose(moments('mul(reciprocal(exp(exp(x))),exp(exp(x)))').mean, 1, 1e-9, 'mean')
  const { mean, standardDeviation } = moments('sigmoid(exp(exp(x)))')
  assert.ok(mean !== null && mean > 0.9 && mean < 1 && standardDeviation !== null)
})
