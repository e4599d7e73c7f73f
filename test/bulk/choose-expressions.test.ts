import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { computeIdentity } from '../../src/activations/identity.js'
import { parseExpression } from '../../src/activations/parse-expression.js'
import { chooseExpressions } from '../../src/bulk/choose-expressions.js'
import { BASELINE_EXPRESSIONS } from '../../src/surrogate/strategies/search-strategy.js'
import { makeFolder } from '../support/folder.js'
import { makeRun } from '../support/seed.js'

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

test('the functions of the literature are those outside of the space, each once', () => {
  const literature = chooseExpressions({ kind: 'LITERATURE' })
  const ids = literature.map((text) => identityOf(text).id)
  assert.equal(new Set(ids).size, literature.length)
  const space = new Set(chooseExpressions({ kind: 'SPACE' }).map((text) => identityOf(text).id))
  assert.deepEqual(
    literature.filter((_, i) => space.has(ids[i])),
    [],
  )
  for (const text of ['clip(x,0,6)', 'gelu(x)', 'mul(x,cos(x))']) assert.ok(literature.includes(text), text)
  assert.ok(literature.length >= 116)
})

test('a list keeps its order, without comments and without further spellings of the same function', () => {
  const file = join(makeFolder(), 'list')
  writeFileSync(file, '# the best ones\nswish(x)\n\nmish(x)\nmul(x, sigmoid(x))\n')
  assert.deepEqual(chooseExpressions({ kind: 'LIST', file }), ['swish(x)', 'mish(x)'])
})

test('the best of other runs follow the baselines, by their mean over seeds, each function once', () => {
  const file = join(makeFolder(), 'runs.jsonl')
  const lines = [
    makeRun('square(x)', 0, 0.9),
    makeRun('square(x)', 1, 0.5),
    makeRun('cosh(x)', 0, 0.8),
    makeRun('relu(x)', 0, 0.95),
    makeRun('sinh(x)', 0, 0.2),
  ].map((run) => JSON.stringify(run))
  writeFileSync(file, `${lines.join('\n')}\n{"cut`)
  const chosen = chooseExpressions({ kind: 'SAMPLE', count: 12, seed: 0, best: { file, count: 3 } })
  assert.deepEqual(chosen.slice(0, 8), BASELINE_EXPRESSIONS)
  assert.deepEqual(chosen.slice(8, 10), ['cosh(x)', 'square(x)'])
  assert.equal(new Set(chosen.map((text) => identityOf(text).id)).size, 12)
})
