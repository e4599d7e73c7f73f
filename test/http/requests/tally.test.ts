import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTally } from '../../../src/http/requests/tally.js'

test('amounts are counted by name, and each is taken away once', () => {
  const tally = createTally()
  const ends = [tally.add('a'), tally.add('a', 5), tally.add('b', 2)]
  assert.deepEqual([tally.of('a'), tally.of('b'), tally.of('c'), tally.total], [6, 2, 0, 8])
  for (const end of [ends[1], ends[1], ends[0]]) end()
  assert.deepEqual([tally.of('a'), tally.of('b'), tally.total], [0, 2, 2])
})
