import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { computeIdentity } from '../../src/activations/identity.js'
import { parseExpression } from '../../src/activations/parse-expression.js'
import { chooseExpressions } from '../../src/bulk/choose-expressions.js'
import { BASELINE_EXPRESSIONS } from '../../src/surrogate/search-strategy.js'
import { makeFolder } from '../support/folder.js'

const identityOf = (text: string) => computeIdentity(parseExpression(text))

test('a sample begins with the baselines, and a longer one begins with the shorter one', () => {
  const short = chooseExpressions({ kind: 'SAMPLE', count: 20, seed: 3 })
  const long = chooseExpressions({ kind: 'SAMPLE', count: 40, seed: 3 })
  assert.deepEqual(short.slice(0, 8), BASELINE_EXPRESSIONS)
  assert.deepEqual(long.slice(0, 20), short)
  assert.notDeepEqual(chooseExpressions({ kind: 'SAMPLE', count: 20, seed: 4 }), short)
})

test('the whole space is every finite function once', () => {
  const space = chooseExpressions({ kind: 'SPACE' })
  assert.equal(space.length, 2830)
  assert.equal(new Set(space.map((text) => identityOf(text).id)).size, 2830)
  assert.deepEqual(space.slice(0, 30), chooseExpressions({ kind: 'SAMPLE', count: 30, seed: 0 }))
})

test('a list is taken in its order, without remarks and without functions that it has in another spelling', (t) => {
  const file = join(makeFolder(t), 'list')
  writeFileSync(file, '# the best ones\nswish(x)\n\nmish(x)\nmul(x, sigmoid(x))\n')
  assert.deepEqual(chooseExpressions({ kind: 'LIST', file }), ['swish(x)', 'mish(x)'])
})
