import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDatabase } from '../../src/db/client.js'
import { isDatabaseUnreachable } from '../../src/graphql/unreachable.js'
import { openTestDatabase } from '../support/database.js'

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => assert.fail('it did not fail'),
    (error: unknown) => error,
  )

test('a port where nothing listens is a database that is not reachable, by either client', async () => {
  const database = openDatabase('postgresql://nobody@127.0.0.1:9/none')
  assert.ok(isDatabaseUnreachable(await failureOf(database.pool.query('select 1'))))
  assert.ok(isDatabaseUnreachable(await failureOf(database.prisma.dataset.findMany())))
  await database.close()
})

test('a connection that is ended in the middle of a statement counts too', async (t) => {
  const database = await openTestDatabase(t)
  const killed = 'select pg_terminate_backend(pg_backend_pid())'
  assert.ok(isDatabaseUnreachable(await failureOf(database.pool.query(killed))))
  assert.ok(isDatabaseUnreachable(await failureOf(database.prisma.$queryRawUnsafe(killed))))
})

test('a statement that is wrong is no such thing', async (t) => {
  const database = await openTestDatabase(t)
  assert.equal(isDatabaseUnreachable(await failureOf(database.pool.query('select nothing'))), false)
  assert.equal(isDatabaseUnreachable(await failureOf(database.prisma.$queryRawUnsafe('select nothing'))), false)
  assert.equal(isDatabaseUnreachable(Object.assign(new Error('no file'), { code: 'ENOENT' })), false)
})
