import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatExpression } from '../../src/activations/expression.js'
import { toSchemaPattern } from '../../src/activations/schema-pattern.js'
import { enumerateExpressions, parseSchema } from '../../src/activations/search-space.js'

const schemas = ['unary(unary(x))', 'max(unary(x),x)', 'n-ary(unary(x))']

test('every expression of the schemas matches, and those of others do not', () => {
  const pattern = new RegExp(toSchemaPattern(schemas))
  const all = schemas.flatMap((schema) => Array.from(enumerateExpressions(parseSchema(schema)), formatExpression))
  assert.ok(all.length > 1000)
  assert.ok(all.every((text) => pattern.test(text)))
  for (const text of ['relu(x)', 'min(relu(x),x)', 'max(x,relu(x))', 'sum_n(relu(x),relu(x))', 'relu(relu(relu(x)))']) {
    assert.ok(!pattern.test(text), text)
  }
})

test('a malformed schema is refused', () => {
  assert.throws(() => toSchemaPattern(['unary(y)']), { code: 'BAD_USER_INPUT' })
})
