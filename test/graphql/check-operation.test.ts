import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getIntrospectionQuery, parse } from 'graphql'
import { ActbenchError } from '../../src/errors.js'
import { checkOperation, MAX_DEPTH } from '../../src/graphql/check-operation.js'

const nested = (depth: number): string => (depth === 1 ? '{ a }' : `{ a ${nested(depth - 1)} }`)
const check = (document: string, variables = {}) => checkOperation(parse(document), variables)
const hasCode = (code: string) => (error: unknown) => error instanceof ActbenchError && error.code === code

test('fields may be nested so deep, and no deeper', () => {
  check(nested(MAX_DEPTH))
  assert.throws(
    () => check(nested(MAX_DEPTH + 1)),
    (error: ActbenchError) => {
      assert.deepEqual(error.extensions, { cost: MAX_DEPTH + 1, limit: MAX_DEPTH })
      return hasCode('QUERY_TOO_COMPLEX')(error)
    },
  )
})

test('fragments count where they are spread', () => {
  const document = (depth: number) => `{ a { ...f } } fragment f on T ${nested(depth)}`
  check(document(MAX_DEPTH - 1))
  assert.throws(() => check(document(MAX_DEPTH)), hasCode('QUERY_TOO_COMPLEX'))
  const inline = (depth: number) => `{ a { ... on T ${nested(depth)} } }`
  check(inline(MAX_DEPTH - 1))
  assert.throws(() => check(inline(MAX_DEPTH)), hasCode('QUERY_TOO_COMPLEX'))
})

test('a chain of fragments that doubles at each link is measured at once', () => {
  const links = Array.from({ length: 15 }, (_, i) => `fragment f${i} on T { a { ...f${i + 1} ...f${i + 1} } }`)
  const document = `{ ...f0 } ${links.join(' ')} fragment f15 on T { a }`
  check(document)
})

test('what an explorer asks to learn the schema is allowed', () => {
  check(getIntrospectionQuery())
  const types = (depth: number): string => (depth === 0 ? 'name' : `ofType { ${types(depth - 1)} }`)
  assert.throws(() => check(`{ __schema { types { ${types(30)} } } }`), hasCode('QUERY_TOO_COMPLEX'))
})

test('texts that cannot be stored are refused by the path of their argument', () => {
  const cases: [string, Record<string, unknown>, string][] = [
    ['{ a(name: "b\\u0000") }', {}, 'name'],
    ['{ a(filter: { b: { c: ["d", "\\u0000"] } }) }', {}, 'filter.b.c'],
    ['mutation { a(input: { name: "\\u0000" }) }', {}, 'name'],
    ['query ($n: String) { a(name: $n) }', { n: '\ud800' }, 'n'],
    ['query ($input: I) { a(input: $input) }', { input: { name: ['\udc00'] } }, 'name'],
  ]
  for (const [document, variables, argument] of cases) {
    assert.throws(
      () => check(document, variables),
      (error: ActbenchError) => {
        assert.equal(error.extensions.argument, argument)
        return hasCode('BAD_USER_INPUT')(error)
      },
    )
  }
  check('{ a(name: "\\uD83D\\uDE00 ß") }', { n: '😀' })
})
