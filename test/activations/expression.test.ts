import assert from 'node:assert/strict'
import { test } from 'node:test'
import { depthOf, formatExpression, operatorsOf, rootOperatorOf } from '../../src/activations/expression.js'
import { parseExpression } from '../../src/activations/parse-expression.js'

test('depth counts operators inside each other', () => {
  assert.equal(depthOf(parseExpression('x')), 0)
  assert.equal(depthOf(parseExpression('relu(x)')), 1)
  assert.equal(depthOf(parseExpression('max_n(x,relu(x),tanh(relu(x)))')), 3)
})

test('operators are listed once each, in the order of the text', () => {
  const expression = parseExpression('mul(tanh(relu(x)),relu(x))')
  assert.deepEqual(operatorsOf(expression), ['mul', 'tanh', 'relu'])
  assert.deepEqual(operatorsOf(parseExpression('x')), [])
  assert.equal(rootOperatorOf(expression), 'mul')
  assert.equal(rootOperatorOf(parseExpression('x')), null)
})

test('the canonical text has no spaces', () => {
  assert.equal(formatExpression(parseExpression(' max ( x , sigmoid( x ) ) ')), 'max(x,sigmoid(x))')
})
