import assert from 'node:assert/strict'
import { test } from 'node:test'
import { depthOf, formatExpression } from '../../src/activations/expression.js'
import { listOneOperatorExpressions } from '../../src/activations/one-operator-expressions.js'
import { OPERATORS } from '../../src/activations/operators.js'

test('x and every operator occur once, with as many operands as the operator needs', () => {
  const expressions = listOneOperatorExpressions()
  const texts = expressions.map(formatExpression)
  assert.deepEqual(new Set(texts).size, 1 + OPERATORS.length)
  for (const text of ['x', 'relu(x)', 'gelu(x)', 'max(x,x)', 'sum_n(x)']) assert.ok(texts.includes(text), text)
  assert.deepEqual([...new Set(expressions.map(depthOf))], [0, 1])
})
