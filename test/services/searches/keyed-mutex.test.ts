import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '../../../src/db/connection/client.js'
import { withMutex } from '../../../src/services/searches/keyed-mutex.js'

test('work with one id runs in turn, also after a failure; work with other ids does not wait', async () => {
  // The mutex knows a database by its pool.
  const database = { pool: {} } as Database
  const order: string[] = []
  const work = (name: string, milliseconds: number) => async () => {
    order.push(`${name} begins`)
    await new Promise((resolve) => setTimeout(resolve, milliseconds))
    order.push(`${name} ends`)
    if (name === 'a') throw new Error('a fails')
  }
  await Promise.allSettled([
    withMutex(database, 1, work('a', 20)),
    withMutex(database, 1, work('b', 1)),
    withMutex(database, 2, work('c', 1)),
  ])
  assert.deepEqual(
    order.filter((event) => !event.startsWith('c')),
    ['a begins', 'a ends', 'b begins', 'b ends'],
  )
  assert.ok(order.indexOf('c begins') < order.indexOf('a ends'))
})
