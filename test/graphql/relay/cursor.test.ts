import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ActbenchError } from '../../../src/errors.js'
import { type CursorKind, parseCursor, toCursor } from '../../../src/graphql/relay/cursor.js'

const BY_VALUE: CursorKind = { name: 'a', value: 'nullable number', key: 'int' }
const isRefusal = (error: unknown) =>
  error instanceof ActbenchError && error.code === 'BAD_USER_INPUT' && error.extensions.argument === 'after'

test('a decoded cursor has the encoded position, to the last bit of its value', () => {
  const values = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0))
  fc.assert(
    fc.property(values, fc.integer(), (value, key) => {
      assert.deepEqual(parseCursor(BY_VALUE, toCursor(BY_VALUE, { value, key }), 'after'), { value, key })
    }),
  )
  const byText: CursorKind = { name: 't', value: 'int', key: 'text' }
  const position = { value: 7, key: 'relu(x)' }
  assert.deepEqual(parseCursor(byText, toCursor(byText, position), 'after'), position)
})

test('a cursor of a list in another order is refused', () => {
  const cursor = toCursor(BY_VALUE, { value: 1, key: 1 })
  assert.throws(() => parseCursor({ ...BY_VALUE, name: 'b' }, cursor, 'after'), isRefusal)
})

test('an invalid cursor is refused, even if it is almost valid', () => {
  fc.assert(fc.property(fc.string(), (text) => assert.throws(() => parseCursor(BY_VALUE, text, 'after'), isRefusal)))
  const encode = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url')
  for (const parts of [
    ['a', '1', 1],
    ['a', 1, '1'],
    ['a', 1, 1.5],
    ['a', 1, 2 ** 31],
    ['a', 1],
    ['a', 1, 1, 1],
    { name: 'a' },
  ]) {
    assert.throws(() => parseCursor(BY_VALUE, encode(parts), 'after'), isRefusal)
  }
  assert.throws(() => parseCursor({ ...BY_VALUE, value: 'none' }, encode(['a', 1, 1]), 'after'), isRefusal)
  for (const value of [1.5, 2 ** 31, null]) {
    assert.throws(() => parseCursor({ ...BY_VALUE, value: 'int' }, encode(['a', value, 1]), 'after'), isRefusal)
  }
  assert.throws(() => parseCursor({ ...BY_VALUE, value: 'number' }, encode(['a', null, 1]), 'after'), isRefusal)
  const text: CursorKind = { name: 'a', value: 'none', key: 'text' }
  assert.throws(() => parseCursor(text, encode(['a', null, '\0']), 'after'), isRefusal)
})
