import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findOperator, getOperator, OPERATORS } from '../../src/activations/operators.js'
import { readJson } from './reference-data.js'

const POINTS = [-4.3, -1.7, -0.6, -0.03, 0.02, 0.7, 1.9, 4.6]

test('27 unary and 7 binary operators are in the Act-Bench space, and no other operator was removed', () => {
  const count = (arity: string) =>
    OPERATORS.filter((operator) => operator.arity === arity && operator.inActBench).length
  assert.deepEqual(['UNARY', 'BINARY', 'N_ARY'].map(count), [27, 7, 0])
  for (const name of ['elish', 'leakyrelu', 'mish', 'gelu']) assert.equal(findOperator(name)?.arity, 'UNARY')
  for (const name of ['sum_n', 'prod_n', 'max_n', 'min_n']) assert.equal(findOperator(name)?.arity, 'N_ARY')
  assert.equal(new Set(OPERATORS.map(({ name }) => name)).size, OPERATORS.length)
  assert.ok(OPERATORS.every(({ definition }) => definition.length > 0))
})

test('placeholders stand for the 42 operators of version 1, so that older search spaces keep their functions', () => {
  const names = OPERATORS.filter(({ fillsPlaceholders }) => fillsPlaceholders).map(({ name }) => name)
  assert.deepEqual(names, [
    ...['zero', 'one', 'identity', 'negative', 'abs', 'reciprocal', 'square', 'exp', 'erf', 'erfc', 'sinh', 'cosh'],
    ...['tanh', 'expm1', 'sigmoid', 'log_sigmoid', 'arcsinh', 'arctan', 'bessel_i0e', 'bessel_i1e', 'relu', 'elu'],
    ...['selu', 'swish', 'softplus', 'softsign', 'hard_sigmoid', 'elish', 'leakyrelu', 'mish', 'gelu'],
    ...['add', 'sub', 'mul', 'div', 'pow', 'max', 'min', 'sum_n', 'prod_n', 'max_n', 'min_n'],
  ])
  const later = OPERATORS.filter(({ fillsPlaceholders }) => !fillsPlaceholders)
  assert.ok(later.every(({ inActBench }) => !inActBench))
  assert.deepEqual(
    later.map(({ name }) => name),
    [
      ...['sin', 'cos', 'sinc', 'sqrt', 'cbrt', 'log', 'log1p', 'sign', 'step'],
      ...['greater', 'greater_equal', 'less', 'less_equal', 'equal', 'not_equal', 'clip', 'where'],
    ],
  )
})

test('later operators agree with reference numbers at hard points', () => {
  const reference = readJson<Record<string, [number, number | string, number | string][]>>('operator-values.json')
  for (const [name, rows] of Object.entries(reference)) {
    const { value, derivatives } = getOperator(name)
    for (const [x, y, slope] of rows) {
      assertNear(value(x), Number(y), `${name} at ${x}`)
      // Where the slope of sinc vanishes, two terms of the size 1/x cancel.
      const slack = name === 'sinc' && Math.abs(x) > 1 ? 2e-16 / Math.abs(x) : 0
      assertNear(derivatives(x)[0], Number(slope), `slope of ${name} at ${x}`, slack)
    }
  }
})

test('later operators are right outside of their domain and at their jumps', () => {
  const { NaN: nan, POSITIVE_INFINITY: infinity } = Number
  const cases: [string, number[], number, number[] | null][] = [
    ['sin', [-0], -0, [1]],
    ['sin', [infinity], nan, null],
    ['cos', [0], 1, [-0]],
    ['cos', [-infinity], nan, null],
    ['sinc', [0], 1, [-0]],
    ['sinc', [-0], 1, [0]],
    ['sqrt', [-1], nan, null],
    ['sqrt', [-0], -0, [infinity]],
    ['sqrt', [infinity], infinity, [0]],
    ['cbrt', [0], 0, [infinity]],
    ['cbrt', [-0], -0, [infinity]],
    ['cbrt', [-8], -2, null],
    ['cbrt', [-infinity], -infinity, [0]],
    ['log', [0], -infinity, [infinity]],
    ['log', [-1], nan, null],
    ['log', [infinity], infinity, [0]],
    ['log1p', [-1], -infinity, [infinity]],
    ['log1p', [-2], nan, null],
    ['log1p', [-0], -0, [1]],
    ['log1p', [infinity], infinity, [0]],
    ['sign', [-3], -1, [0]],
    ['sign', [3], 1, [0]],
    ['sign', [-0], -0, [0]],
    ['step', [0], 1, [0]],
    ['step', [-0], 1, [0]],
    ['step', [-1e-300], 0, [0]],
    ['greater', [1, 1], 0, [0, 0]],
    ['greater', [2, 1], 1, [0, 0]],
    ['greater_equal', [1, 1], 1, [0, 0]],
    ['less', [1, 2], 1, [0, 0]],
    ['less', [nan, 2], 0, null],
    ['less_equal', [2, 2], 1, [0, 0]],
    ['less_equal', [3, 2], 0, [0, 0]],
    ['equal', [0, -0], 1, [0, 0]],
    ['equal', [nan, nan], 0, null],
    ['not_equal', [nan, nan], 1, null],
    ['not_equal', [1, 1], 0, [0, 0]],
    ['clip', [-2, 0, 6], 0, [0, 1, 0]],
    ['clip', [0, 0, 6], 0, [0, 1, 0]],
    ['clip', [3, 0, 6], 3, [1, 0, 0]],
    ['clip', [6, 0, 6], 6, [1, 0, 0]],
    ['clip', [7, 0, 6], 6, [0, 0, 1]],
    ['clip', [3, 6, 0], 0, [0, 0, 1]],
    ['clip', [nan, 0, 6], nan, null],
    ['clip', [3, nan, 6], nan, null],
    ['where', [1, 5, 7], 5, [0, 1, 0]],
    ['where', [0, 5, 7], 7, [0, 0, 1]],
    ['where', [-0.5, 5, nan], 5, [0, 1, 0]],
    ['where', [0, nan, 7], 7, [0, 0, 1]],
  ]
  for (const [name, operands, expected, slopes] of cases) {
    const { value, derivatives } = getOperator(name)
    assert.ok(Object.is(value(...operands), expected), `${name} of ${operands}: ${value(...operands)}`)
    if (slopes !== null) assert.deepEqual(derivatives(...operands), slopes, `slope of ${name} at ${operands}`)
  }
  for (const { name, arity, value } of OPERATORS) {
    if (arity === 'UNARY' && !['zero', 'one'].includes(name)) assert.ok(Number.isNaN(value(nan)), name)
  }
})

/** Within two units in the last place. Derivatives and subnormal numbers have rounding errors of their own. */
function assertNear(found: number, expected: number, what: string, slack = 0): void {
  const tolerance = 4.5e-16 * Math.abs(expected) + 5e-324 + slack
  assert.ok(found === expected || Math.abs(found - expected) <= tolerance, `${what}: ${found}, expected ${expected}`)
}

test('only names of operators find an operator', () => {
  for (const operator of OPERATORS) assert.equal(findOperator(operator.name), operator)
  for (const name of ['constructor', 'Relu', '', 'x']) {
    assert.equal(findOperator(name), null)
    assert.throws(() => getOperator(name), /there is no operator/)
  }
})

test('every partial derivative agrees with the central difference', () => {
  const h = 1e-6
  for (const { name, arity, value, derivatives } of OPERATORS) {
    for (const a of POINTS) {
      const choices = {
        UNARY: [Number.isNaN(value(a)) ? Math.abs(a) : a],
        BINARY: [Math.abs(a), 1.3],
        TERNARY: [a, -0.9, 1.2],
        N_ARY: [a, 0.9, -2.1, 1.4],
      }
      const operands = choices[arity]
      derivatives(...operands).forEach((slope, i) => {
        const at = (shift: number) => value(...operands.map((operand, k) => (k === i ? operand + shift : operand)))
        const difference = (at(h) - at(-h)) / (2 * h)
        assert.ok(
          Math.abs(slope - difference) <= 2e-8 * (1 + Math.abs(slope) + Math.abs(at(0))),
          `${name} by ${i} at ${a}`,
        )
      })
    }
  }
})

test('n-ary operators return a single operand unchanged, and fold several', () => {
  assert.deepEqual([getOperator('sum_n').value(3), getOperator('prod_n').value(3)], [3, 3])
  assert.equal(getOperator('sum_n').value(1, 2, 3, 4), 10)
  assert.equal(getOperator('prod_n').value(1, 2, 3, 4), 24)
  assert.equal(getOperator('max_n').value(1, 7, 3), 7)
  assert.equal(getOperator('min_n').value(4, 2, 3), 2)
  assert.deepEqual(getOperator('prod_n').derivatives(2, 3, 5), [15, 10, 6])
  assert.deepEqual(getOperator('max_n').derivatives(2, 9, 5), [0, 1, 0])
})

test('the maximum and minimum of NaN and a number are NaN', () => {
  for (const name of ['max', 'min', 'max_n', 'min_n']) {
    assert.ok(Number.isNaN(getOperator(name).value(Number.NaN, 1)))
    assert.ok(Number.isNaN(getOperator(name).value(1, Number.NaN)))
  }
})

test('operators neither cancel nor overflow in the tails', () => {
  const value = (name: string, x: number) => getOperator(name).value(x)
  const slope = (name: string, x: number) => getOperator(name).derivatives(x)[0]
  const close = (found: number, expected: number) => assert.ok(Math.abs(found / expected - 1) < 1e-13, `${found}`)
  close(value('softplus', -50), Math.exp(-50))
  close(value('softplus', 800), 800)
  close(value('log_sigmoid', 50), -Math.exp(-50))
  close(value('log_sigmoid', -800), -800)
  close(value('sigmoid', -50), Math.exp(-50))
  close(slope('sigmoid', 50), Math.exp(-50))
  close(value('mish', -50), -50 * Math.exp(-50))
  close(value('mish', 800), 800)
  close(slope('mish', 800), 1)
  close(value('gelu', -10), -10 * 7.619853024160527e-24)
  close(value('gelu', 1000), 1000)
  close(value('erfc', 10), 2.088487583762545e-45)
  close(value('expm1', 1e-15), 1e-15)
  close(value('elish', -50), -Math.exp(-50))
  close(slope('elish', 200), 1)
  close(slope('expm1', -50), Math.exp(-50))
  assert.equal(slope('elish', -800), 0)
  assert.equal(value('sigmoid', 800), 1)
})

test('signed zeros reach the infinities of a reciprocal', () => {
  assert.equal(getOperator('reciprocal').value(0), Number.POSITIVE_INFINITY)
  assert.equal(getOperator('reciprocal').value(-0), Number.NEGATIVE_INFINITY)
  for (const name of ['tanh', 'sinh', 'arcsinh', 'arctan', 'erf', 'expm1', 'swish']) {
    assert.ok(Object.is(getOperator(name).value(-0), -0), name)
    assert.ok(Object.is(getOperator(name).value(0), 0), name)
  }
  assert.ok(Object.is(getOperator('relu').value(-3), 0))
})
