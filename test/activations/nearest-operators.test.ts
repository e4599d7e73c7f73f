import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findNearestOperators, refuseOperator } from '../../src/activations/nearest-operators.js'
import { countExpressions, parseSchema } from '../../src/activations/search-space.js'

test('an alias leads to its operator, and other names to similar ones, whatever their case', () => {
  const expected = {
    silu: 'swish',
    SiLU: 'swish',
    Relu: 'relu',
    ReLU: 'relu',
    RELU: 'relu',
    swich: 'swish',
    tahn: 'tanh',
  }
  for (const [name, operator] of Object.entries(expected)) assert.equal(findNearestOperators(name)[0], operator, name)
  assert.deepEqual(findNearestOperators('quux'), [])
  assert.deepEqual(findNearestOperators(''), [])
  assert.deepEqual(findNearestOperators('x'.repeat(100_000)), [])
})

test('an unknown operator in a schema is named, with its position and the nearest known ones', () => {
  const messageOf = (schema: string) => {
    try {
      parseSchema(schema)
    } catch (error) {
      return (error as Error).message
    }
    return assert.fail(schema)
  }
  assert.match(
    messageOf('max(unary(x),silu(x))'),
    /^schemas: unknown operator silu at position 13; .*; did you mean swish/,
  )
  assert.match(messageOf('Relu(unary(x))'), /unknown operator Relu at position 0; .*; did you mean relu/)
  assert.match(messageOf('nary(x)'), /unknown operator nary at position 0; .*; did you mean (n-ary|unary)/)
  assert.match(messageOf('quux(x)'), /unknown operator quux at position 0; .*, got "quux\(x\)"$/)
  assert.match(messageOf('0.5'), /invalid at position 0/)
})

test('an unknown operator as an argument is named with the nearest known ones', () => {
  assert.throws(() => countExpressions(parseSchema('unary(x)'), ['relu', 'silu']), {
    code: 'BAD_USER_INPUT',
    message:
      'operators: unknown operator silu; expected names of operators, such as relu, got "silu"; did you mean swish?',
  })
  assert.throws(
    () => refuseOperator('filter.operators', 'y'.repeat(500)),
    ({ message }: Error) => message.length < 200,
  )
})
