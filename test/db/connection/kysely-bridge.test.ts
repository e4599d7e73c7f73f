import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Db } from '../../../src/db/connection/client.js'
import { inTransaction } from '../../../src/db/connection/in-transaction.js'
import { openTestDatabase } from '../../support/database.js'

const database = await openTestDatabase()

const findProcesses = async (db: Db) => {
  const prisma = await db.$queryRaw<{ id: number }[]>`SELECT pg_backend_pid() AS id`
  const kysely = await sql<{ id: number }>`SELECT pg_backend_pid() AS id`.execute(db.$kysely)
  return [prisma[0].id, kysely.rows[0].id]
}

test('Prisma and Kysely share the connection of a transaction, also of many at once', async () => {
  const pairs = await Promise.all(
    Array.from({ length: 20 }, () =>
      inTransaction(database, async (db) => {
        const [prisma, kysely] = await findProcesses(db)
        await sql`SELECT pg_sleep(0.01)`.execute(db.$kysely)
        return { prisma, kysely, again: await findProcesses(db) }
      }),
    ),
  )
  for (const { prisma, kysely, again } of pairs) {
    assert.equal(kysely, prisma)
    assert.deepEqual(again, [prisma, prisma])
  }
  assert.ok(new Set(pairs.map(({ prisma }) => prisma)).size > 1)
})

test('a transaction that fails takes the rows of both along', async () => {
  const insert = async (db: Db) => {
    await db.setting.create({ data: { name: 'from-prisma', value: Buffer.from('p') } })
    await db.$kysely
      .insertInto('settings')
      .values({ name: 'from-kysely', value: Buffer.from('k') })
      .execute()
    return db.setting.count({ where: { name: { startsWith: 'from-' } } })
  }
  const failing = inTransaction(database, async (db) => {
    assert.equal(await insert(db), 2)
    throw new Error('undone')
  })
  await assert.rejects(failing, /undone/)
  assert.equal(await database.prisma.setting.count({ where: { name: { startsWith: 'from-' } } }), 0)
  assert.equal(await inTransaction(database, insert), 2)
  assert.equal(await database.prisma.setting.count({ where: { name: { startsWith: 'from-' } } }), 2)
})

test('values come as node-postgres reads them, with the number of changed rows', async () => {
  await inTransaction(database, async ({ $kysely }) => {
    const { rows } = await sql`SELECT '\\x01'::bytea AS bytes, 5::int8 AS big, 1.5::numeric AS exact, now() AS time,
      0.1::float4 AS single, '{"a":1}'::json AS json, ARRAY[1, 2] AS list`.execute($kysely)
    const [{ time, ...row }] = rows as Record<string, unknown>[]
    assert.ok(time instanceof Date)
    assert.deepEqual(row, {
      ...{ bytes: Buffer.from([1]), big: '5', exact: '1.5', single: 0.1, json: { a: 1 }, list: [1, 2] },
    })
    const update = await $kysely
      .updateTable('settings')
      .set({ value: Buffer.from('x') })
      .executeTakeFirst()
    const settings = await $kysely.selectFrom('settings').select('name').execute()
    assert.equal(update.numUpdatedRows, BigInt(settings.length))
  })
})

test('a deadlock that Kysely meets is tried again', async () => {
  let attempts = 0
  await inTransaction(database, async ({ $kysely }) => {
    attempts++
    if (attempts < 3) await sql`DO $$ BEGIN RAISE EXCEPTION 'made' USING ERRCODE = '40P01'; END $$`.execute($kysely)
  })
  assert.equal(attempts, 3)
})

test('a statement after the end of its transaction is refused', async () => {
  const { $kysely } = await inTransaction(database, async (db) => db)
  await assert.rejects($kysely.selectFrom('settings').select('name').execute(), /the transaction is over/)
})
