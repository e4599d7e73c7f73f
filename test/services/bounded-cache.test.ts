import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '../../src/db/connection/client.js'
import { createBoundedCache } from '../../src/services/bounded-cache.js'
import { takeTurns } from '../../src/services/searches/take-turns.js'

/** A database as far as caches look at it: they know it by its pool. */
const openNothing = () => ({ pool: {} }) as Database

test('callers at the same moment share one load, and databases share nothing', async () => {
  const cache = createBoundedCache<number, object>(2)
  const database = openNothing()
  let loads = 0
  const load = async () => ({ load: ++loads })
  const values = await Promise.all([1, 1, 1].map((key) => cache.get(database, key, load)))
  assert.equal(loads, 1)
  assert.ok(values.every((value) => value === values[0]))
  assert.notEqual(await cache.get(openNothing(), 1, load), values[0])
})

test('the value that was not used for longest is dropped', async () => {
  const cache = createBoundedCache<number, number>(2)
  const database = openNothing()
  const loaded: number[] = []
  const get = (key: number) => cache.get(database, key, async () => loaded.push(key))
  for (const key of [1, 2, 1, 3, 1, 2]) await get(key)
  assert.deepEqual(loaded, [1, 2, 3, 2])
})

test('a failed load is tried again', async () => {
  const cache = createBoundedCache<number, string>(2)
  const database = openNothing()
  await assert.rejects(cache.get(database, 1, () => Promise.reject(new Error('no'))))
  assert.equal(await cache.get(database, 1, async () => 'yes'), 'yes')
})

test('work for one id goes in turns, also after a failure; work for others does not wait', async () => {
  const database = openNothing()
  const order: string[] = []
  const work = (name: string, milliseconds: number) => async () => {
    order.push(`${name} begins`)
    await new Promise((resolve) => setTimeout(resolve, milliseconds))
    order.push(`${name} ends`)
    if (name === 'a') throw new Error('a fails')
  }
  await Promise.allSettled([
    takeTurns(database, 1, work('a', 20)),
    takeTurns(database, 1, work('b', 1)),
    takeTurns(database, 2, work('c', 1)),
  ])
  assert.deepEqual(
    order.filter((event) => !event.startsWith('c')),
    ['a begins', 'a ends', 'b begins', 'b ends'],
  )
  assert.ok(order.indexOf('c begins') < order.indexOf('a ends'))
})
