import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { copyOut } from '../../../src/db/backup/copy-out.js'
import { openTestDatabase } from '../../support/database.js'

const database = await openTestDatabase()

test('a connection can be used again after a copy of any size, also with a slow reader', async () => {
  const client = await database.pool.connect()
  try {
    for (const rows of [0, 1, 30, 100, 263, 264, 265, 300, 700, 1000]) {
      const copy = copyOut(client, `COPY (SELECT repeat('x', 999) FROM generate_series(1, ${rows})) TO STDOUT`)
      let bytes = 0
      await sleep(20)
      for await (const chunk of copy) {
        bytes += (chunk as Buffer).length
        await sleep(1)
      }
      assert.equal(bytes, rows * 1000)
      assert.equal(copy.rows, rows)
      assert.deepEqual((await client.query('SELECT 1 AS one')).rows, [{ one: 1 }])
    }
    const failing = copyOut(
      client,
      `COPY (SELECT 1 / (300 - n), repeat('x', 999) FROM generate_series(1, 400) n) TO STDOUT`,
    )
    await assert.rejects(async () => {
      for await (const _ of failing) await sleep(1)
    }, /division by zero/)
    assert.deepEqual((await client.query('SELECT 1 AS one')).rows, [{ one: 1 }])
  } finally {
    client.release()
  }
})
