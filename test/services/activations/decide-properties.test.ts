import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseExpression } from '../../../src/activations/parse-expression.js'
import { computeProperties } from '../../../src/activations/properties/compute-properties.js'
import { readShippedProperties } from '../../../src/datasets/shipped/shipped-properties.js'
import { PROJECT_ROOT } from '../../../src/root.js'
import { decideProperties } from '../../../src/services/activations/decide-properties.js'

const shipped = readShippedProperties(join(PROJECT_ROOT, 'seed'))

test('a function has the same properties whether they are shipped or computed', () => {
  const spellings = { listed: 'max(erf(x),swish(x))', unlisted: 'max(erf(0.125*x),swish(x))', learnable: 'prelu(x)' }
  assert.deepEqual([shipped.has(spellings.listed), shipped.has(spellings.unlisted)], [true, false])
  for (const text of Object.values(spellings)) {
    assert.deepEqual(decideProperties(text), computeProperties(parseExpression(text)), text)
  }
})

test('another spelling of a shipped function is decided by itself', () => {
  const { sampled, ...listed } = decideProperties('x')
  const { sampled: _, ...other } = decideProperties('min(x,max(x,x))')
  assert.equal(shipped.has('min(x,max(x,x))'), false)
  assert.deepEqual(other, listed)
  assert.deepEqual(sampled, [])
})
