import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDatabase } from '../../../src/db/connection/client.js'
import { isConnectionError, throughOutage } from '../../../src/db/connection/connection-errors.js'
import { openTestDatabase } from '../../support/database.js'

const database = await openTestDatabase()

async function catchError(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work()
  } catch (error) {
    return error
  }
  throw new Error('it was expected to fail')
}

test('a server that is not there is a connection error, in a statement and in a transaction', async () => {
  const away = openDatabase('postgresql://nobody@127.0.0.1:1/nothing')
  try {
    assert.ok(isConnectionError(await catchError(() => away.prisma.activation.count())))
    assert.ok(isConnectionError(await catchError(() => away.prisma.$transaction((db) => db.activation.count()))))
    assert.ok(isConnectionError(await catchError(() => away.pool.query('SELECT 1'))))
  } finally {
    await away.close()
  }
})

test('a session that the server ends is a connection error', async () => {
  const statement = () => database.prisma.$queryRaw`SELECT pg_terminate_backend(pg_backend_pid())`
  assert.ok(isConnectionError(await catchError(statement)))
  const transaction = () =>
    database.prisma.$transaction(async (db) => {
      await db.$queryRaw`SELECT pg_terminate_backend(pg_backend_pid())`
    })
  assert.ok(isConnectionError(await catchError(transaction)))
})

test('a statement that is wrong is none', async () => {
  assert.ok(!isConnectionError(await catchError(() => database.prisma.$queryRaw`SELECT 1/0`)))
  assert.ok(!isConnectionError(await catchError(() => database.prisma.$queryRaw`SELECT nonsense`)))
  assert.ok(!isConnectionError(new Error('something else')))
  assert.ok(!isConnectionError(undefined))
})

test('work is repeated while the database is away, and its own errors pass', async () => {
  let calls = 0
  const away = () => Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }))
  assert.equal(await throughOutage(async () => (++calls < 2 ? away() : 'back')), 'back')
  assert.equal(calls, 2)
  await assert.rejects(
    throughOutage(async () => Promise.reject(new Error('mine'))),
    /mine/,
  )
  await assert.rejects(throughOutage(away, AbortSignal.abort()), /refused/)
})
