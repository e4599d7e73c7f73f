import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findOperator, getOperator, OPERATORS } from '../../src/activations/operators.js'

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
      const operands = arity === 'UNARY' ? [a] : arity === 'BINARY' ? [Math.abs(a), 1.3] : [a, 0.9, -2.1, 1.4]
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
