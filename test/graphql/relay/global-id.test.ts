import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ActbenchError } from '../../../src/errors.js'
import { NODE_TYPES, parseGlobalId, parseIdOf, toGlobalId } from '../../../src/graphql/relay/global-id.js'

test('a decoded id has the encoded type and key', () => {
  for (const type of NODE_TYPES) {
    const key = type === 'Activation' ? 'ab'.repeat(32) : 2 ** 31 - 1
    assert.deepEqual(parseGlobalId(toGlobalId(type, key), 'id'), { type, key })
  }
})

test('any text that is not an id of this service is BAD_USER_INPUT', () => {
  const isRefused = (text: string) => {
    assert.throws(
      () => parseGlobalId(text, 'id'),
      (error: unknown) =>
        error instanceof ActbenchError && error.code === 'BAD_USER_INPUT' && error.extensions.argument === 'id',
    )
  }
  fc.assert(fc.property(fc.string(), isRefused))
  const encode = (text: string) => Buffer.from(text).toString('base64url')
  const keys = [
    'Run:0',
    'Run:-1',
    'Run:01',
    'Run:1.5',
    'Run:2147483648',
    'Run:1:2',
    'Run',
    'run:1',
    'Activation:1',
    'Nothing:1',
  ]
  for (const key of keys) isRefused(encode(key))
  isRefused(`${encode('Run:1')}=`)
  isRefused(` ${encode('Run:1')}`)
})

test('an id of another type is refused with the name of that type', () => {
  assert.equal(parseIdOf('Run', toGlobalId('Run', 7), 'id'), 7)
  assert.throws(() => parseIdOf('Run', toGlobalId('Search', 7), 'id'), /expected the id of a Run.*id of a Search/)
})
