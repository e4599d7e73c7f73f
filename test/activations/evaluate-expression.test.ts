import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compileExpression } from '../../src/activations/compile-expression.js'
import { evaluateExpression } from '../../src/activations/evaluate-expression.js'
import { parseExpression } from '../../src/activations/parse-expression.js'
import { arbitraryExpression } from './arbitrary-expression.js'

const inputs = Float64Array.from({ length: 41 }, (_, i) => (i - 20) / 4)

test('evaluation operator by operator gives the same bits as the compiled loop', () => {
  fc.assert(
    fc.property(arbitraryExpression, (expression) => {
      const expected = new Float64Array(inputs.length)
      compileExpression(expression).evaluate(inputs, expected)
      assert.deepEqual(evaluateExpression(expression, inputs), expected)
    }),
    { numRuns: 300 },
  )
})

test('known outputs of a node are used without changes', () => {
  const expression = parseExpression('square(relu(x))')
  assert.equal(expression.kind, 'APPLICATION')
  if (expression.kind !== 'APPLICATION') return
  const known = new Map([[expression.operands[0], new Float64Array(inputs.length).fill(3)]])
  assert.deepEqual(evaluateExpression(expression, inputs, known), new Float64Array(inputs.length).fill(9))
})

test('the inputs do not change', () => {
  const before = Float64Array.from(inputs)
  evaluateExpression(parseExpression('max_n(negative(x),square(x))'), inputs)
  assert.deepEqual(inputs, before)
})
