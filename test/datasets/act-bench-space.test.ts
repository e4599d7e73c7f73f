import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareExpressions } from '../../src/activations/compare-expressions.js'
import { computeActBenchClasses } from '../../src/datasets/act-bench-space.js'

test('the Act-Bench space has 5,832 expressions in 3,217 classes, 2,830 of them finite as float32', () => {
  const classes = computeActBenchClasses()
  assert.equal(classes.length, 3217)
  assert.equal(classes.filter((found) => found.isFinite).length, 2830)
  assert.equal(new Set(classes.flatMap((found) => found.expressions)).size, 5832)
})

test('classes are in the order of their identities, and each has its shortest spelling first', () => {
  const classes = computeActBenchClasses()
  for (const [i, { identity, expressions }] of classes.entries()) {
    assert.match(identity, /^[0-9a-f]{64}$/)
    assert.ok(i === 0 || classes[i - 1].identity < identity)
    assert.ok(expressions.every((text, k) => k === 0 || compareExpressions(expressions[k - 1], text) < 0))
  }
})

test('swish(identity(x)) and x times its sigmoid are one class', () => {
  const found = computeActBenchClasses().find(({ expressions }) => expressions.includes('swish(identity(x))'))
  assert.ok(found?.expressions.includes('mul(identity(x),sigmoid(x))'))
})
