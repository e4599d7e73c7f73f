import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileOperator, createFromSource } from '../../src/activations/operator-functions.js'

test('formulas can call the functions of this folder by name', () => {
  assert.equal(createFromSource<number>('return exp(0) + pow(2, 3)'), 9)
})

test('an operator is compiled from its formulas, locals first', () => {
  const { value, derivatives } = compileOperator({
    definition: 'a b + (a b)^2',
    locals: { p: 'a * b' },
    value: 'p + p * p',
    derivatives: ['b + 2 * p * b', 'a + 2 * p * a'],
  })
  assert.equal(value(2, 3), 42)
  assert.deepEqual(derivatives(2, 3), [39, 26])
})
