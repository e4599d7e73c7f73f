import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDatabase } from '../../src/db/connection/client.js'
import { toActbenchError } from '../../src/graphql/format-error.js'
import { openTestDatabase } from '../support/database.js'

test('a statement that takes too long is ended, and said to be SERVICE_UNAVAILABLE', async (t) => {
  const { url } = await openTestDatabase(t)
  const database = openDatabase(url, { statementSeconds: 1 })
  t.after(() => database.close())
  const statements = [
    () => database.prisma.$queryRaw`SELECT pg_sleep(20)::text`,
    () => database.prisma.$transaction((db) => db.$queryRaw`SELECT pg_sleep(20)::text`),
    () => database.pool.query('SELECT pg_sleep(20)'),
  ]
  const startedAt = performance.now()
  for (const run of statements) {
    const error = await run().then(
      () => null,
      (reason: unknown) => reason,
    )
    assert.equal(toActbenchError(error)?.code, 'SERVICE_UNAVAILABLE')
  }
  assert.ok(performance.now() - startedAt < 20_000)
  assert.deepEqual(await database.prisma.$queryRaw`SELECT 1 AS one`, [{ one: 1 }])
})
