import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readByteRange } from '../../../src/http/exports/byte-range.js'

test('a Range header names a part of a file, and anything else the whole file', () => {
  const parts: [string | undefined, unknown][] = [
    ['bytes=0-0', { first: 0, last: 0 }],
    ['bytes=2-5', { first: 2, last: 5 }],
    ['bytes= 2 - 5', { first: 2, last: 5 }],
    ['bytes=4-', { first: 4, last: 9 }],
    ['bytes=4-100', { first: 4, last: 9 }],
    ['bytes=-3', { first: 7, last: 9 }],
    ['bytes=-100', { first: 0, last: 9 }],
    ['bytes=10-', 'UNSATISFIABLE'],
    ['bytes=-0', 'UNSATISFIABLE'],
    ['bytes=999999999999999-', 'UNSATISFIABLE'],
    [undefined, null],
    ['bytes=-', null],
    ['bytes=5-2', null],
    ['bytes=0-1,4-5', null],
    ['rows=0-1', null],
    ['bytes=0x1-2', null],
    ['bytes=1e3-', null],
  ]
  for (const [header, expected] of parts)
    assert.deepEqual(readByteRange(header, undefined, '"a"', 10), expected, header)
})

test('If-Range gives the part only of the same state', () => {
  assert.deepEqual(readByteRange('bytes=0-1', '"a"', '"a"', 10), { first: 0, last: 1 })
  for (const other of ['"b"', 'W/"a"', 'Sat, 28 Nov 2026 00:00:00 GMT']) {
    assert.equal(readByteRange('bytes=0-1', other, '"a"', 10), null)
  }
})
