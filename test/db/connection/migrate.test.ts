import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applyMigrations, readMigrations } from '../../../src/db/connection/migrate.js'
import { openEmptyDatabase, openTestDatabase } from '../../support/database.js'

test('an empty database gets every migration once, in order, and a second run changes nothing', async (t) => {
  const database = await openEmptyDatabase(t)
  const names = readMigrations().map((migration) => migration.name)
  assert.deepEqual(await applyMigrations(database.url), names)
  assert.deepEqual(await applyMigrations(database.url), [])
  const { rows } = await database.pool.query('SELECT * FROM _prisma_migrations ORDER BY started_at')
  assert.deepEqual(
    rows.map((row) => row.migration_name),
    names,
  )
  assert.ok(
    rows.every((row) => /^[0-9a-f]{64}$/.test(row.checksum) && row.finished_at && row.applied_steps_count === 1),
  )
})

test('the queue has its schema after the migrations', async (t) => {
  const { pool } = await openTestDatabase(t)
  const { rows } = await pool.query("SELECT to_regproc('graphile_worker.add_job') IS NOT NULL AS there")
  assert.equal(rows[0].there, true)
})

test('of six processes that start at once, one migrates and the others wait for it', async (t) => {
  const database = await openEmptyDatabase(t)
  const results = await Promise.all(Array.from({ length: 6 }, () => applyMigrations(database.url)))
  assert.deepEqual(results.filter((applied) => applied.length > 0).length, 1)
  const { rows } = await database.pool.query('SELECT count(*)::int AS count FROM _prisma_migrations')
  assert.equal(rows[0].count, readMigrations().length)
})

test('a migration that fails half-way leaves nothing behind and is named', async (t) => {
  const database = await openEmptyDatabase(t)
  const broken = { name: '20990101000000_broken', sql: 'CREATE TABLE half (id int); SELECT 1/0;' }
  await assert.rejects(applyMigrations(database.url, [broken]), /20990101000000_broken failed: division by zero/)
  const { rows } = await database.pool.query(
    "SELECT to_regclass('half') AS half, (SELECT count(*)::int FROM _prisma_migrations) AS count",
  )
  assert.deepEqual(rows[0], { half: null, count: 0 })
  const mended = { name: broken.name, sql: 'CREATE TABLE half (id int)' }
  assert.deepEqual(await applyMigrations(database.url, [mended]), [broken.name])
})

test('a migration that was changed after it was applied stops the start', async (t) => {
  const database = await openEmptyDatabase(t)
  const migration = { name: '20990101000000_first', sql: 'CREATE TABLE first (id int)' }
  await applyMigrations(database.url, [migration])
  await assert.rejects(
    applyMigrations(database.url, [{ ...migration, sql: 'CREATE TABLE first (id bigint)' }]),
    /20990101000000_first was changed after/,
  )
})

test('a database of a newer version stops the start', async (t) => {
  const database = await openEmptyDatabase(t)
  await applyMigrations(database.url, [{ name: '20990101000000_future', sql: 'SELECT 1' }])
  await assert.rejects(applyMigrations(database.url), /20990101000000_future, which this version does not know/)
})

test('a migration that another tool left unfinished stops the start', async (t) => {
  const database = await openEmptyDatabase(t)
  await applyMigrations(database.url, [])
  await database.pool.query(
    "INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('1', 'x', '20261123154934_init')",
  )
  await assert.rejects(applyMigrations(database.url), /20261123154934_init was begun by another tool/)
})

test('a database that cannot be reached is an error of the caller', async () => {
  await assert.rejects(applyMigrations('postgresql://nobody:x@127.0.0.1:1/nothing'), /ECONNREFUSED/)
})
