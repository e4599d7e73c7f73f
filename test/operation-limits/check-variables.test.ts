import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ActbenchError } from '../../src/errors.js'
import { DEFAULT_LIMITS } from '../../src/limits.js'
import { checkVariables } from '../../src/operation-limits/check-variables.js'

const check = (variables: Record<string, unknown>) => checkVariables(variables, DEFAULT_LIMITS)
const refusal = (code: string, extensions: object) => (error: unknown) => {
  assert.ok(error instanceof ActbenchError)
  assert.deepEqual([error.code, error.extensions], [code, extensions], error.message)
  return true
}

test('variables have a limited number of values', () => {
  const { values: limit, list } = DEFAULT_LIMITS
  const lists = (count: number) => {
    const whole = Array.from({ length: Math.floor(count / (list + 1)) }, () => Array(list).fill(0))
    return Object.fromEntries([...whole, Array((count % (list + 1)) - 1).fill(0)].map((each, i) => [`v${i}`, each]))
  }
  check(lists(limit))
  assert.throws(() => check(lists(limit + 1)), refusal('QUERY_TOO_COMPLEX', { cost: limit + 1, limit }))
  const fields = Object.fromEntries(Array.from({ length: 1e5 }, (_, i) => [`f${i}`, i]))
  assert.throws(() => check({ a: fields }), refusal('QUERY_TOO_COMPLEX', { cost: 100_001, limit }))
})

test('a list has a limited number of elements', () => {
  const { list: limit } = DEFAULT_LIMITS
  check({ a: Array(limit).fill('x') })
  assert.throws(
    () => check({ a: { b: Array(limit + 1).fill('x') } }),
    refusal('QUERY_TOO_COMPLEX', { cost: limit + 1, limit }),
  )
})

test('values have a limited depth, also if they have half a million levels', () => {
  const { valueDepth: limit } = DEFAULT_LIMITS
  const nested = (depth: number) => {
    let value: unknown = 1
    for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { value }
    return { a: value }
  }
  check(nested(limit))
  for (const depth of [limit + 1, 500_000]) {
    assert.throws(() => check(nested(depth)), refusal('QUERY_TOO_COMPLEX', { cost: limit + 1, limit }))
  }
})

test('texts that cannot be stored are refused with the path of their argument', () => {
  assert.throws(() => check({ n: '\ud800' }), refusal('BAD_USER_INPUT', { argument: 'n' }))
  assert.throws(() => check({ input: { name: ['\udc00'] } }), refusal('BAD_USER_INPUT', { argument: 'name' }))
  check({ n: '😀', m: null })
})

test('variables may be missing', () => {
  checkVariables(undefined, DEFAULT_LIMITS)
  checkVariables(null, DEFAULT_LIMITS)
})
