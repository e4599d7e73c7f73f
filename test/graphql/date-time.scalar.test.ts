import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Kind } from 'graphql'
import { DateTime } from '../../src/graphql/date-time.scalar.js'

test('a time is read in any time zone and written in UTC', () => {
  const instant = DateTime.parseValue('2026-01-31T12:00:00+02:00')
  assert.equal(DateTime.serialize(instant), '2026-01-31T10:00:00.000Z')
  assert.deepEqual(DateTime.parseLiteral({ kind: Kind.STRING, value: '2026-01-31T10:00Z' }), instant)
})

test('a value that is not a time is refused', () => {
  const texts = [
    '',
    'now',
    '2026-01-31',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-31T12:00:00',
    '2026-01-31T25:00:00Z',
  ]
  for (const value of [...texts, 0, 1e12, null, {}]) {
    assert.throws(() => DateTime.parseValue(value), /expected an instant/)
  }
  assert.throws(() => DateTime.parseLiteral({ kind: Kind.INT, value: '1' }), /expected an instant/)
})
