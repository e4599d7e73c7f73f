import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { type Database, openDatabase } from '../../../src/db/connection/client.js'
import { applyMigrations, readMigrations } from '../../../src/db/connection/migrate.js'
import { PRIORITY, queueTask, taskKey } from '../../../src/db/queue.js'
import { authenticate, createApiKey } from '../../../src/services/access/api-keys.js'
import type { Viewer } from '../../../src/services/access/viewer.js'
import { backUpDatabase } from '../../../src/services/backup/back-up-database.js'
import { checkBackup, restoreDatabase } from '../../../src/services/backup/restore-database.js'
import { openEmptyDatabase, openTestDatabase } from '../../support/database.js'
import { openSearchFixture } from '../../support/fixtures/search-fixture.js'
import { createTrainable } from '../../support/fixtures/training-fixture.js'
import { makeFolder } from '../../support/folder.js'

/** Characters that COPY, JSON and SQL treat in a special way. */
const NAME = 'a\\n \\N "ü" \\. $1 {,}'
const OPERATOR: Viewer = { apiKeyId: 0, name: 'operator', scopes: ['ADMIN'] }

/** All rows of all tables as text, except those that a backup leaves out. */
async function readRows({ pool }: Pick<Database, 'pool'>): Promise<Record<string, string[]>> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
     AND relname NOT IN ('workers', 'budgets', 'kept_datasets', 'kept_metrics', 'metric_steps', 'evaluation_changes',
       'dataset_columns',       '_prisma_migrations') ORDER BY relname`,
  )
  const content: Record<string, string[]> = {}
  for (const { name } of tables) {
    const { rows } = await pool.query<{ row: string }>(`SELECT t::text AS row FROM "${name}" t ORDER BY 1`)
    content[name] = rows.map(({ row }) => row)
  }
  return content
}

/** A restore changes the jobs that were RUNNING, also the time of their last change. */
function withoutJobs(rows: Record<string, string[]>): Record<string, string[]> {
  return { ...rows, training_jobs: [] }
}

async function readTasks({ pool }: Pick<Database, 'pool'>): Promise<unknown[]> {
  const { rows } = await pool.query(
    `SELECT j.task_identifier, j.key, p.payload, j.priority, j.max_attempts, j.run_at FROM graphile_worker.jobs j
     JOIN graphile_worker._private_jobs p ON p.id = j.id ORDER BY j.key`,
  )
  return rows
}

/** Restores with a handle of its own, as the command does: an open connection would refuse the restore. */
async function restore(url: string, file: string, replaces = false): Promise<void> {
  const database = openDatabase(url, { maxConnections: 2, applicationName: 'actbench-cli' })
  try {
    await restoreDatabase(database, await checkBackup(file), { replaces })
  } finally {
    await database.close()
  }
}

/** A database with every kind of row that needs care, and a backup of it. */
async function openBackup(folder: string) {
  const { database, begin, ask, viewer } = await openSearchFixture()
  const { secret } = await createApiKey(database, OPERATOR, { name: NAME, scopes: ['TRAIN', 'SEARCH'] })
  const search = await begin({})
  await ask(search.id, { count: 3 })
  const dataset = await createTrainable(database)
  await database.prisma.dataset.update({ where: { id: dataset.id }, data: { description: 'a\tb\nc\r\\' } })
  const { id: workerId } = await database.prisma.worker.create({
    data: { poolId: 'pool', lockKey: 1n, host: 'gone', processId: 1, backend: 'wasm', device: 'cpu' },
  })
  const [{ id: activationId, expression }] = await database.prisma.activation.findMany({ take: 1 })
  const job = { datasetId: dataset.id, datasetVersion: dataset.version, activationId, expression }
  const running = await database.prisma.trainingJob.create({
    data: {
      ...{ ...job, seed: 7, state: 'RUNNING', workerId, startedAt: new Date(), progress: 0.5, fence: 3 },
      ...{ apiKeyId: viewer.apiKeyId, checkpoint: new Uint8Array([0, 92, 10, 9, 255]) },
    },
  })
  const version = { name: dataset.name, version: dataset.version }
  await queueTask(
    database.kysely,
    'train_activation',
    { trainingJobId: running.id },
    { jobKey: taskKey('train_activation', running.id), priority: PRIORITY.bulk, dataset: version, maxAttempts: 1000 },
  )
  // Nothing but the queue knows of a spectrum that waits.
  await queueTask(
    database.kysely,
    'compute_features',
    { datasetId: dataset.id, activationId },
    { jobKey: taskKey('compute_features', dataset.id, activationId), priority: PRIORITY.idle, dataset: version },
  )
  const file = join(folder, 'all.backup')
  const summary = await backUpDatabase(database, file)
  return { database, file, summary, secret, running }
}

test('a backup restores every row, the keys, the queue and the ids, into an empty database', async (t) => {
  const folder = makeFolder()
  const { database, file, summary, secret, running } = await openBackup(folder)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(folder), ['all.backup'])
  const target = await openEmptyDatabase(t)
  await restore(target.url, file)
  const [before, after] = [await readRows(database), await readRows(target)]
  const jobs = after.training_jobs
  assert.deepEqual(withoutJobs(after), withoutJobs(before))
  assert.equal(summary.rows, Object.values(before).flat().length)
  assert.equal(jobs.length, 1)
  const job = await target.prisma.trainingJob.findUniqueOrThrow({ where: { id: running.id } })
  assert.deepEqual([job.state, job.workerId, job.fence, job.progress], ['QUEUED', null, 4, 0.5])
  assert.deepEqual(job.checkpoint, new Uint8Array([0, 92, 10, 9, 255]))
  assert.deepEqual(await readTasks(target), await readTasks(database))
  assert.equal(summary.tasks, (await readTasks(target)).length)
  assert.equal((await authenticate(target, secret))?.name, NAME)
  assert.equal(await target.prisma.worker.count(), 0)

  await t.test('new rows get ids that no row of the backup ever had', async () => {
    const { id } = await target.prisma.apiKey.create({ data: { name: 'n', secretHash: new Uint8Array(32) } })
    const { _max } = await database.prisma.apiKey.aggregate({ _max: { id: true } })
    assert.equal(id, (_max.id ?? 0) + 1)
  })

  await t.test('triggers and checks work again', async () => {
    await assert.rejects(
      target.pool.query(`UPDATE training_jobs SET progress = 2`),
      /training_jobs_progress_is_a_share/,
    )
    await assert.rejects(target.pool.query(`UPDATE training_jobs SET state = 'SUCCEEDED'`), /cannot change from QUEUED/)
  })

  await t.test('a database with content is refused without --replace, and replaced with it', async (t) => {
    const other = await openTestDatabase(t)
    await createApiKey(other, OPERATOR, { name: 'mine', scopes: ['SEARCH'] })
    const { url } = other
    const kept = await readRows(other)
    // The handle of the test would count as a command in progress.
    const reader = openDatabase(url, { applicationName: 'reader' })
    t.after(() => reader.close())
    await other.pool.query(
      "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'actbench-test' AND datname = current_database() AND pid <> pg_backend_pid()",
    )
    await assert.rejects(
      restore(url, file),
      /servers, workers or commands use the database \(1 connections\): stop them/,
    )
    other.dropConnections()
    await assert.rejects(restore(url, file), { message: 'the database has 1 keys; --replace deletes all of it' })
    assert.deepEqual(await readRows(reader), kept)
    await restore(url, file, true)
    assert.deepEqual(withoutJobs(await readRows(reader)), withoutJobs(after))
    assert.deepEqual(await readTasks(reader), await readTasks(database))
  })

  await t.test('a migrated database with nothing but shipped data is replaced without --replace', async (t) => {
    const fresh = await openTestDatabase(t)
    await restore(fresh.url, file)
    assert.deepEqual(withoutJobs(await readRows(fresh)), withoutJobs(after))
  })

  await t.test('a restore that fails or is stopped changes nothing', async (t) => {
    const fresh = await openEmptyDatabase(t)
    const stop = new AbortController()
    const handle = openDatabase(fresh.url, { applicationName: 'actbench-cli' })
    t.after(() => handle.close())
    const checked = await checkBackup(file)
    const onProgress = () => stop.abort()
    await assert.rejects(restoreDatabase(handle, checked, { signal: stop.signal, onProgress }), { name: 'AbortError' })
    const { rows } = await fresh.pool.query("SELECT FROM pg_tables WHERE schemaname = 'public'")
    assert.equal(rows.length, 0)
  })

  await t.test('a view of somebody else keeps its tables', async (t) => {
    const other = await openTestDatabase(t)
    await other.pool.query('CREATE VIEW report AS SELECT name FROM datasets')
    other.dropConnections()
    await assert.rejects(restore(other.url, file, true), /other objects depend/)
  })

  await t.test('the archive can be inspected with tar', () => {
    const names = gunzipSync(readFileSync(file)).toString('latin1')
    assert.match(names, /^manifest\.json\0/)
  })

  await t.test('a damaged, cut or foreign file gives one line', async () => {
    const bytes = readFileSync(file)
    const bad = join(folder, 'bad')
    const say = async (content: Uint8Array | string) => {
      writeFileSync(bad, content)
      return (await checkBackup(bad).catch((error: Error) => error)) as Error
    }
    const plain = gunzipSync(bytes)
    const manifest = plain.indexOf('"formatVersion": 1')
    const altered = Buffer.from(plain)
    altered[plain.indexOf('tables/api_keys') + 520] ^= 1
    const newer = Buffer.from(plain)
    newer.write('9', manifest + 17)
    const flipped = Buffer.from(bytes)
    flipped[bytes.length >> 1] ^= 255
    const cases = [
      [bytes.subarray(0, bytes.length >> 1), 'the file is incomplete; it ends too early'],
      [bytes.subarray(0, bytes.length - 30), 'the file is incomplete; it ends too early'],
      [bytes.subarray(0, 5), 'the file is incomplete; it ends too early'],
      ['', 'expected a file of `actbench backup`'],
      ['{"relu(x)": {}}', 'expected a file of `actbench backup`'],
      [gzipSync('{"relu(x)": {}}'), 'expected a file of `actbench backup`'],
      [gzipSync(Buffer.alloc(5000, 'x')), 'expected a file of `actbench backup`'],
      [gzipSync(altered), 'the file is damaged: its SHA-256 is wrong'],
      [gzipSync(plain.subarray(0, plain.length - 3000)), 'the file is incomplete; it ends too early'],
    ] as const
    for (const [content, message] of cases) assert.equal((await say(content)).message, `${bad}: ${message}`)
    assert.match((await say(flipped)).message, /^\S+bad: the file is (damaged|incomplete)[^\n]*$/)
    assert.match((await say(gzipSync(newer))).message, /^\S+bad: version \S+ of actbench made it, which is newer/)
    await assert.rejects(checkBackup(folder), /expected a backup, got a folder/)
    await assert.rejects(checkBackup(join(folder, 'none')), /none: cannot be read \(ENOENT\)$/)
  })
})

test('a backup that is stopped or cannot be written leaves no file', async (t) => {
  const database = await openTestDatabase(t)
  const folder = makeFolder()
  const file = join(folder, 'x.backup')
  await assert.rejects(backUpDatabase(database, file, { signal: AbortSignal.abort() }), { name: 'AbortError' })
  await assert.rejects(backUpDatabase(database, join(folder, 'none', 'x')), /the folder \S+none does not exist/)
  await assert.rejects(backUpDatabase(database, folder), /expected a file, got a folder/)
  assert.deepEqual(readdirSync(folder), [])
  writeFileSync(file, 'an older backup')
  await backUpDatabase(database, file)
  await checkBackup(file)
  truncateSync(file, 100)
  assert.ok(existsSync(file))
})

test('a backup of an older version is restored and brought up to date', async (t) => {
  const old = await openEmptyDatabase(t)
  const first = readMigrations().findIndex(({ name }) => name.endsWith('_add_left_out'))
  await applyMigrations(old.url, readMigrations().slice(0, first))
  await old.pool.query(
    `INSERT INTO datasets (name, version, title, description, architecture, task, origin, search_space, updated_at)
     VALUES ('mine', '1', 't', 'd', 'a', 't', 'IMPORTED', NULL, now())`,
  )
  await old.pool.query(
    `INSERT INTO activations (identity, expression, depth, operators, is_finite, is_constant)
     VALUES (sha256('x'), 'relu(x)', 1, '{relu}', true, false)`,
  )
  const file = join(makeFolder(), 'old.backup')
  await backUpDatabase(old, file)
  for (const target of [await openEmptyDatabase(t), await openTestDatabase(t)]) {
    await restore(target.url, file, true)
    assert.deepEqual(await applyMigrations(target.url), [])
    const dataset = await target.prisma.dataset.findUniqueOrThrow({ where: { name: 'mine' } })
    assert.deepEqual([dataset.title, dataset.searchSpace], ['t', []])
    assert.equal(await target.prisma.activation.count(), 1)
  }
})
