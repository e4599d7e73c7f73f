import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseRepresentative, compareExpressions } from '../../src/activations/compare-expressions.js'

test('the representative is the shortest expression; of equally short ones, the first in the alphabet', () => {
  const texts = ['mul(x,sigmoid(x))', 'swish(x)', 'prod_n(x,sigmoid(x))']
  assert.equal(chooseRepresentative(texts), 'swish(x)')
  assert.equal(chooseRepresentative(['max(x,x)', 'abs_(x)1', 'min(x,x)']), 'abs_(x)1')
  assert.throws(() => chooseRepresentative([]))
})

test('the order is total and does not depend on the locale', () => {
  const texts = ['max_n(x)', 'max(x,x)', 'tanh(x)', 'erf(x)', 'x']
  const sorted = [...texts].sort(compareExpressions)
  assert.deepEqual(sorted, ['x', 'erf(x)', 'tanh(x)', 'max(x,x)', 'max_n(x)'])
  assert.equal(compareExpressions('x', 'x'), 0)
})
