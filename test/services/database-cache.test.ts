import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '../../src/db/connection/client.js'
import { createDatabaseCache } from '../../src/services/database-cache.js'

/** Caches know a database by its pool. */
const createFakeDatabase = () => ({ pool: {} }) as Database

test('concurrent callers share one load, and databases share nothing', async () => {
  const cache = createDatabaseCache<number, object>(2)
  const database = createFakeDatabase()
  let loads = 0
  const load = async () => ({ load: ++loads })
  const values = await Promise.all([1, 1, 1].map((key) => cache.get(database, key, load)))
  assert.equal(loads, 1)
  assert.ok(values.every((value) => value === values[0]))
  assert.notEqual(await cache.get(createFakeDatabase(), 1, load), values[0])
})

test('the least recently used value is dropped', async () => {
  const cache = createDatabaseCache<number, number>(2)
  const database = createFakeDatabase()
  const loaded: number[] = []
  const get = (key: number) => cache.get(database, key, async () => loaded.push(key))
  for (const key of [1, 2, 1, 3, 1, 2]) await get(key)
  assert.deepEqual(loaded, [1, 2, 3, 2])
})

test('a failed load is tried again', async () => {
  const cache = createDatabaseCache<number, string>(2)
  const database = createFakeDatabase()
  await assert.rejects(cache.get(database, 1, () => Promise.reject(new Error('no'))))
  assert.equal(await cache.get(database, 1, async () => 'yes'), 'yes')
})
