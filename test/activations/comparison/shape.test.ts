import assert from 'node:assert/strict'
import { test } from 'node:test'
import { computeShape } from '../../../src/activations/comparison/shape.js'
import { parseExpression } from '../../../src/activations/parse-expression.js'

const shapeOf = (text: string) => computeShape(parseExpression(text))

test('a function times a positive factor plus an offset has the same shape', () => {
  for (const [left, right] of [
    ['tanh(x)', 'add(tanh(x),tanh(x))'],
    ['erfc(x)', 'erf(negative(x))'],
    ['exp(x)', 'expm1(x)'],
    ['sigmoid(x)', 'tanh(div(x,2))'],
    ['relu(x)', '0.001*relu(x)-3'],
    ['zero(x)', 'cosh(one(x))'],
  ]) {
    assert.equal(shapeOf(left), shapeOf(right), `${left} and ${right}`)
  }
})

test('other functions have other shapes', () => {
  const texts = [
    'x',
    'negative(x)',
    'relu(x)',
    'negative(relu(x))',
    'relu(negative(x))',
    'swish(x)',
    'one(x)',
    'min(relu(x),6)',
  ]
  assert.equal(new Set(texts.map(shapeOf)).size, texts.length)
})

test('functions that are not finite, or that learn parameters, have no shape', () => {
  assert.equal(shapeOf('reciprocal(zero(x))'), null)
  assert.equal(shapeOf('param(0.25)*x'), null)
  assert.match(shapeOf('tanh(x)') ?? '', /^[0-9a-f]{64}$/)
})
