import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileExpression } from '../../src/activations/compile-expression.js'
import { evaluateExpression } from '../../src/activations/evaluate-expression.js'
import { formatExpression, parametersOf } from '../../src/activations/expression.js'
import { ExpressionError } from '../../src/activations/language/expression-error.js'
import { parseText } from '../../src/activations/language/parse-text.js'
import { compileParameters } from '../../src/activations/parameters.js'
import { parseExpression } from '../../src/activations/parse-expression.js'
import { ActbenchError } from '../../src/errors.js'

test('parameters parse to one canonical text', () => {
  const cases: [string, string][] = [
    ['param(0.25)*x', 'mul(param(0.25),x)'],
    ['x*sigmoid(param(1, "beta")*x)', 'mul(x,sigmoid(mul(param(1,"beta"),x)))'],
    ["param(-1e-3,'a')+x", 'add(param(-0.001,"a"),x)'],
    ['prelu(x)', 'where(greater(x,0),x,mul(param(0.25),x))'],
    ['nn.PReLU()(x)', 'where(greater(x,0),x,mul(param(0.25),x))'],
    ['nn.PReLU(init=0.1)(x)', 'where(greater(x,0),x,mul(param(0.1),x))'],
    ['F.prelu(x, 0.2)', 'where(greater(x,0),x,mul(param(0.2),x))'],
    ['elu(x, param(0.5,"a"))', 'where(greater(x,0),x,mul(param(0.5,"a"),expm1(x)))'],
  ]
  for (const [text, canonical] of cases) {
    assert.equal(formatExpression(parseText(text)), canonical, text)
    assert.equal(formatExpression(parseText(canonical)), canonical)
  }
})

test('uses of one name are one parameter, and uses without a name are parameters of their own', () => {
  const list = (text: string) => parametersOf(parseText(text)).map(({ initial, name }) => [initial, name])
  assert.deepEqual(list('param(1,"a")*x+param(1,"a")'), [[1, 'a']])
  assert.deepEqual(list('param(1)*x+param(1)'), [
    [1, null],
    [1, null],
  ])
  assert.deepEqual(list('relu(x)'), [])
})

test('bad parameters are refused with their position', () => {
  const cases: [string, number, RegExp][] = [
    ['param(x)', 6, /initial value/],
    ['param()', 6, /./],
    ['param', 5, /"\("/],
    ['param(1,a)', 8, /in quotes/],
    ['param(1,"")', 8, /in quotes/],
    ['param(1,"a"', 11, /^"\)"$/],
    ['param(1', 7, /"," or "\)"/],
    ['param(1,"a")+param(2,"a")', 19, /^1, the initial value of the other parameter "a"$/],
    ['leaky_relu(param(2)*x, 0.1)', 0, /a name for the parameter/],
    [`param(1,"${'a'.repeat(33)}")`, 8, /at most 32/],
  ]
  for (const [text, position, expected] of cases) {
    assert.throws(
      () => parseText(text),
      (error) => error instanceof ExpressionError && error.position === position && expected.test(error.expected),
      text,
    )
  }
})

test('a function with parameters is evaluated at their initial values', () => {
  const swish = parseText('x*sigmoid(param(1.5)*x)')
  const { value, derivative } = compileExpression(swish)
  const plain = compileExpression(parseText('x*sigmoid(1.5*x)'))
  for (const x of [-3, -0.5, 0, 2]) {
    assert.equal(value(x), plain.value(x))
    assert.equal(derivative(x), plain.derivative(x))
    assert.equal(evaluateExpression(swish, Float64Array.of(x))[0], value(x))
  }
})

test('derivatives by parameters agree with central differences', () => {
  const texts = [
    'prelu(x)',
    'x*sigmoid(param(1.5)*x)',
    'param(0.8,"a")*x**2+param(0.5)*elu(x, param(0.8,"a"))',
    'param(2)',
  ]
  for (const text of texts) {
    const { parameters, value, gradients } = compileParameters(parseText(text))
    const initial = parameters.map((parameter) => parameter.initial)
    for (const x of [-2.3, -0.4, 0.7, 3]) {
      const found = gradients(x, initial)
      assert.equal(found.length, parameters.length)
      found.forEach((slope, index) => {
        const at = (shift: number) =>
          value(
            x,
            initial.map((one, other) => (other === index ? one + shift : one)),
          )
        const difference = (at(1e-6) - at(-1e-6)) / 2e-6
        assert.ok(Math.abs(slope - difference) <= 1e-8 * (1 + Math.abs(slope)), `${text} by ${index} at ${x}`)
      })
    }
  }
})

test('an expression has at most 16 parameters', () => {
  const sum = (count: number) => Array.from({ length: count }, (_, i) => `param(1,"p${i}")*x`).join('+')
  assert.equal(parametersOf(parseExpression(sum(16))).length, 16)
  assert.equal(parametersOf(parseExpression(`${sum(16)}+${sum(16)}`)).length, 16)
  for (const text of [sum(17), `${sum(16)}+param(1)`]) {
    assert.throws(
      () => parseExpression(text),
      (error) =>
        error instanceof ActbenchError &&
        error.code === 'INVALID_EXPRESSION' &&
        error.message.includes('at most 16 parameters'),
    )
  }
})
