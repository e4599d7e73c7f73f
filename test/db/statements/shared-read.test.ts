import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Kysely } from 'kysely'
import { sharedRead } from '../../../src/db/statements/shared-read.js'
import type { Tables } from '../../../src/db/tables/generated.js'
import { openTestDatabase } from '../../support/database.js'

const { kysely } = await openTestDatabase()

/** A read that doubles its keys, and the lists of keys that it was asked for. */
function createRead() {
  const asked: (readonly number[])[] = []
  const read = sharedRead(async (_db: Kysely<Tables>, keys: readonly number[]) => {
    asked.push(keys)
    if (keys.includes(13)) throw new Error('expected other keys, got 13')
    return keys.map((key) => 2 * key)
  })
  return { asked, read }
}

test('requests of the same turn share a read, and those of later turns do not', async () => {
  const { asked, read } = createRead()
  const both = await Promise.all([read(kysely, [1, 2]), read(kysely, [2, 3])])
  assert.deepEqual(both, [
    [2, 4],
    [4, 6],
  ])
  assert.deepEqual(await read(kysely, [1]), [2])
  assert.deepEqual(asked, [[1, 2, 2, 3], [1]])
})

test('transactions and long lists of keys are read alone', async () => {
  const { asked, read } = createRead()
  const long = Array.from({ length: 101 }, (_, i) => i + 100)
  await kysely
    .transaction()
    .execute((transaction) =>
      Promise.all([read(kysely, [1]), read(transaction, [2]), read(kysely, long), read(kysely, [3])]),
    )
  assert.deepEqual(asked, [[2], long, [1, 3]])
})

test('a read that fails fails for all that share it, and later reads work', async () => {
  const { read } = createRead()
  const settled = await Promise.allSettled([read(kysely, [1]), read(kysely, [13])])
  assert.deepEqual(
    settled.map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  assert.deepEqual(await read(kysely, [4]), [8])
})
