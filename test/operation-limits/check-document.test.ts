import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getIntrospectionQuery, parse } from 'graphql'
import { ActbenchError } from '../../src/errors.js'
import { DEFAULT_LIMITS, type Limits } from '../../src/limits.js'
import { checkDocument } from '../../src/operation-limits/check-document.js'

const nested = (depth: number): string => (depth === 1 ? '{ a }' : `{ a ${nested(depth - 1)} }`)
const repeat = (count: number, toText: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => toText(i)).join(' ')
const check = (document: string, limits: Partial<Limits> = {}) =>
  checkDocument(parse(document), { ...DEFAULT_LIMITS, ...limits })
const refusal = (cost: number, limit: number) => (error: unknown) => {
  assert.ok(error instanceof ActbenchError)
  assert.deepEqual([error.code, error.extensions], ['QUERY_TOO_COMPLEX', { cost, limit }], error.message)
  return true
}

/** For each limit, a document that reaches a given count. */
const documents: Partial<Record<keyof Limits, (count: number) => string>> = {
  depth: nested,
  introspectionDepth: (count) => `{ __schema ${nested(count - 1)} }`,
  rootFields: (count) => `{ ${repeat(count - 1, (i) => `a${i}`)} ... { ...F ...F } } fragment F on Query { ...F b }`,
  fields: (count) => `{ a { ${repeat(count - 4, (i) => `b${i}`)} ... { ...F } } } fragment F on T { c }`,
  aliases: (count) => `{ a { ${repeat(count, (i) => `b${i}: c`)} } }`,
  fragments: (count) => `{ a } ${repeat(count, (i) => `fragment F${i} on T { a }`)}`,
  operations: (count) => repeat(count, (i) => `query q${i} { a }`),
  directives: (count) => `{ a ${repeat(count, () => '@include(if: true)')} }`,
  variables: (count) => `query (${repeat(count, (i) => `$v${i}: Int`)}) { a }`,
  valueDepth: (count) => `{ a(b: ${repeat(count / 2, () => '[{ c:')} 1 ${repeat(count / 2, () => '}]')}) }`,
  list: (count) => `{ a(b: [${repeat(count, String)}]) }`,
}

for (const [name, toDocument] of Object.entries(documents)) {
  test(`${name}: the limit itself is allowed, and nothing above it`, () => {
    const limit = DEFAULT_LIMITS[name as keyof Limits]
    check(toDocument(limit), { fields: 1e5, rootFields: 1e5, [name]: limit })
    const beyond = name === 'valueDepth' ? limit + 2 : limit + 1
    assert.throws(
      () => check(toDocument(beyond), { fields: 1e5, rootFields: 1e5, [name]: limit }),
      refusal(name === 'valueDepth' ? limit + 1 : beyond, limit),
    )
  })
}

test('the depth of a fragment counts at each of its spreads', () => {
  const document = (depth: number) => `{ a { ...f } } fragment f on T ${nested(depth)}`
  check(document(15))
  assert.throws(() => check(document(16)), refusal(17, 16))
  const inline = (depth: number) => `{ a { ... on T ${nested(depth)} } }`
  check(inline(15))
  assert.throws(() => check(inline(16)), refusal(17, 16))
})

test('a chain of fragments that doubles at each link is measured at once', () => {
  const links = repeat(15, (i) => `fragment f${i} on T { a { ...f${i + 1} ...f${i + 1} } }`)
  check(`{ ...f0 } ${links} fragment f15 on T { a }`)
})

test('fragments that contain each other or do not exist are left to validation', () => {
  check('{ a { ...f } } fragment f on T { b { ...g } } fragment g on T { c { ...f ...none } }')
})

test('the introspection query of an explorer is allowed', () => {
  check(getIntrospectionQuery())
})

test('nesting of types in a variable counts as nesting of values', () => {
  check(`query ($v: ${'['.repeat(10)}Int${']'.repeat(10)}) { a }`)
  assert.throws(() => check(`query ($v: ${'['.repeat(11)}Int${']'.repeat(11)}) { a }`), refusal(11, 10))
})

test('texts that cannot be stored are refused with the path of their argument', () => {
  const cases: [string, string][] = [
    ['{ a(name: "b\\u0000") }', 'name'],
    ['{ a(filter: { b: { c: ["d", "\\u0000"] } }) }', 'filter.b.c'],
    ['mutation { a(input: { name: "\\u0000" }) }', 'name'],
  ]
  for (const [document, argument] of cases) {
    assert.throws(
      () => check(document),
      (error: ActbenchError) => {
        assert.deepEqual([error.code, error.extensions], ['BAD_USER_INPUT', { argument }])
        return true
      },
    )
  }
  check('{ a(name: "\\uD83D\\uDE00 ß") }')
})
