import assert from 'node:assert/strict'
import { test } from 'node:test'
import type pg from 'pg'
import { type Database, openDatabase } from '../../../src/db/connection/client.js'
import { applyMigrations, readMigrations } from '../../../src/db/connection/migrate.js'
import { countEvaluations, findRanks } from '../../../src/db/evaluations/find-evaluations.js'
import { findSeedNoise } from '../../../src/db/evaluations/find-noise.js'
import { keepCounts, listOutdatedCounts } from '../../../src/db/evaluations/keep-counts.js'
import { listStatistics } from '../../../src/db/evaluations/list-statistics.js'
import { computeStatistics, type MetricStatistics } from '../../../src/db/evaluations/metric-statistics.js'
import type { Range } from '../../../src/db/statements/conditions.js'
import { evaluationsPage } from '../../../src/db/statements/page-queries.js'
import { countRows } from '../../../src/db/statements/pages.js'
import { METRICS, type Metric } from '../../../src/metrics.js'
import { deleteDataset } from '../../../src/services/datasets/delete-dataset.js'
import { keepOutdatedCounts } from '../../../src/services/evaluations/counts-watch.js'
import { openEmptyDatabase, openTestDatabase } from '../../support/database.js'
import { createViewer } from '../../support/fixtures/training-fixture.js'

const COLUMNS = Object.values(METRICS).map(({ column }) => column)
const ROWS = 2500
/** Ties at a few levels, many different values, one value for most rows, and values of very different sizes. */
const VALUES: Readonly<Record<string, string>> = {
  train_accuracy: 'round(random()::numeric, 1)',
  validation_accuracy: 'random()',
  test_accuracy: 'CASE WHEN random() < 0.8 THEN 0.1 ELSE random() END',
  train_loss: 'random() * 10 - 5',
  validation_loss: 'CASE WHEN random() < 0.001 THEN 1e26 WHEN random() < 0.5 THEN 2.31 ELSE random() * 5 END',
  test_loss: '(ARRAY[-1e300, 0, 1e300])[1 + floor(random() * 3)]',
  runtime_seconds: '12.5',
}
/** Every seventh value is missing. */
const DRAWN = COLUMNS.map((column) => `CASE WHEN random() > 0.14 THEN ${VALUES[column]} END`).join(', ')

async function createActivations({ pool }: Pick<Database, 'pool'>): Promise<void> {
  await pool.query(`INSERT INTO activations (identity, identity_version, expression, depth, operators, is_finite, is_constant)
    SELECT sha256(i::text::bytea), 2, 'f' || i, 1, '{}', true, false FROM generate_series(1, ${3 * ROWS}) i`)
}

async function createDataset({ pool }: Pick<Database, 'pool'>, name: string): Promise<number> {
  const { rows } = await pool.query(
    `INSERT INTO datasets (name, version, title, description, architecture, task, origin, updated_at)
       VALUES ($1, '1', 't', 'd', 'a', 't', 'REPORTED', now()) RETURNING id`,
    [name],
  )
  return rows[0].id
}

/** Adds evaluations of functions that have none yet. */
async function add(db: Pick<pg.ClientBase, 'query'>, datasetId: number, count: number): Promise<void> {
  await db.query(
    `INSERT INTO evaluations (dataset_id, activation_id, expression, origin, updated_at, ${COLUMNS.join(', ')})
       SELECT $1::int, a.id, a.expression, 'REPORTED', now(), ${DRAWN} FROM activations a
       WHERE NOT EXISTS (SELECT FROM evaluations e WHERE e.dataset_id = $1 AND e.activation_id = a.id)
       ORDER BY random() LIMIT $2`,
    [datasetId, count],
  )
}

interface Stored {
  readonly id: number
  readonly [column: string]: number | null
}

/** Compares everything that is kept with the figures of all rows. */
async function checkAll(database: Database, datasetId: number, label: string): Promise<void> {
  const { kysely, pool } = database
  const { rows } = await pool.query<Stored>(`SELECT * FROM evaluations WHERE dataset_id = $1 ORDER BY id`, [datasetId])
  assert.deepEqual(await countEvaluations(kysely, [datasetId]), [rows.length], label)
  for (const metric of Object.keys(METRICS) as Metric[]) {
    const { column, property, isHigherBetter } = METRICS[metric]
    const sorted = Float64Array.from(rows.flatMap((row) => row[column] ?? [])).sort()
    const below = (value: number) => firstPlace(sorted, (other) => other >= value)
    const upTo = (value: number) => firstPlace(sorted, (other) => other > value)
    const asked = rows.filter((_, i) => i % 17 === 0 || i % 1000 < 5)
    assert.deepEqual(
      await findRanks(
        kysely,
        metric,
        asked.map(({ id }) => id),
      ),
      asked.map((row) => {
        const value = row[column]
        if (value === null) return null
        return 1 + (isHigherBetter ? sorted.length - upTo(value) : below(value))
      }),
      `${label}: ranks by ${metric}`,
    )
    const ranges: Range[] = [
      { min: 0.1 },
      { max: 0.1 },
      { min: 0.1, max: 0.1 },
      { min: -1e300, max: 2.31 },
      { min: 0.9 },
    ]
    for (const range of ranges) {
      const count = await countRows(kysely, [datasetId], evaluationsPage({ [property]: range }, null))
      const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = range
      assert.deepEqual(count, [upTo(max) - below(min)], `${label}: ${property} in ${JSON.stringify(range)}`)
    }
    for (const bins of [50, 500]) {
      const [found] = await listStatistics(kysely, [datasetId], { metric, conditions: {}, bins })
      checkStatistics(found, computeStatistics([...sorted], bins), `${label}: ${metric} in ${bins} bins`)
    }
  }
  const both = evaluationsPage({ trainLoss: { min: 0 }, testAccuracy: { max: 0.5 } }, null)
  const wanted = rows.filter((row) => (row.train_loss ?? -1) >= 0 && (row.test_accuracy ?? 1) <= 0.5).length
  assert.deepEqual(await countRows(kysely, [datasetId], both), [wanted], label)
}

function firstPlace(sorted: Float64Array, isReached: (value: number) => boolean): number {
  const place = sorted.findIndex(isReached)
  return place < 0 ? sorted.length : place
}

/** Mean and deviation may differ by rounding; all else must be equal. */
function checkStatistics(found: MetricStatistics, wanted: MetricStatistics, label: string): void {
  const { mean, standardDeviation } = found
  assert.deepEqual(found, { ...wanted, metric: (found as { metric?: string }).metric, mean, standardDeviation }, label)
  if (wanted.mean === null || wanted.standardDeviation === null) {
    assert.equal(mean, null, label)
    return
  }
  const size = Math.max(Math.abs(wanted.mean), wanted.standardDeviation)
  assert.ok(Math.abs((mean as number) - wanted.mean) <= 1e-12 * size, `${label}: mean ${mean}, not ${wanted.mean}`)
  if (Number.isFinite(wanted.standardDeviation)) {
    const error = Math.abs((standardDeviation as number) - wanted.standardDeviation)
    assert.ok(error <= 1e-12 * size, `${label}: deviation ${standardDeviation}, not ${wanted.standardDeviation}`)
  }
}

const database = await openTestDatabase()
await createActivations(database)

test('counts, ranks and statistics are those of all rows, whatever changes before and after they are kept', async () => {
  const { pool, kysely } = database
  const datasetId = await createDataset(database, 'random')
  await createDataset(database, 'empty')
  await add(pool, datasetId, ROWS)
  await checkAll(database, datasetId, 'never kept')
  assert.equal(await keepCounts(kysely, datasetId), true)
  await checkAll(database, datasetId, 'just kept')
  const changes: Readonly<Record<string, () => Promise<unknown>>> = {
    added: () => add(pool, datasetId, 300),
    deleted: () => pool.query('DELETE FROM evaluations WHERE dataset_id = $1 AND random() < 0.05', [datasetId]),
    changed: () =>
      pool.query(
        `UPDATE evaluations SET (${COLUMNS.join(', ')}) = (SELECT ${DRAWN} WHERE evaluations.id > 0)
           WHERE dataset_id = $1 AND random() < 0.05`,
        [datasetId],
      ),
    'outliers deleted': () =>
      pool.query('DELETE FROM evaluations WHERE dataset_id = $1 AND validation_loss > 1e20', [datasetId]),
    'best half deleted': () =>
      pool.query('DELETE FROM evaluations WHERE dataset_id = $1 AND validation_accuracy > 0.5', [datasetId]),
    kept: () => keepCounts(kysely, datasetId),
  }
  const names = Object.keys(changes)
  for (const [round, name] of [...names, ...names.slice(0, 3)].entries()) {
    await changes[name]()
    await checkAll(database, datasetId, `round ${round}: ${name}`)
  }
  await pool.query('DELETE FROM evaluations WHERE dataset_id = $1', [datasetId])
  await checkAll(database, datasetId, 'all deleted')
  await keepCounts(kysely, datasetId)
  await checkAll(database, datasetId, 'empty and kept')
  await add(pool, datasetId, 20)
  await checkAll(database, datasetId, 'some again')
})

test('a transaction that ends after counts are kept is counted, and one that is rolled back is not', async () => {
  const { pool, kysely } = database
  const datasetId = await createDataset(database, 'raced')
  await add(pool, datasetId, 1500)
  for (const end of ['COMMIT', 'ROLLBACK']) {
    const writer = await pool.connect()
    try {
      await writer.query('BEGIN')
      await add(writer, datasetId, 50)
      await writer.query('DELETE FROM evaluations WHERE dataset_id = $1 AND train_accuracy = 0.5', [datasetId])
      assert.equal(await keepCounts(kysely, datasetId), true)
      await checkAll(database, datasetId, `before ${end}`)
      await writer.query(end)
    } finally {
      writer.release()
    }
    await checkAll(database, datasetId, `after ${end}`)
  }
})

test('concurrent writers and two servers that keep counts lose nothing', async (t) => {
  const datasetId = await createDataset(database, 'written')
  await add(database.pool, datasetId, 1200)
  const second = openDatabase(database.url, { applicationName: 'second' })
  t.after(() => second.close())
  const write = async (server: Database) => {
    for (let i = 0; i < 15; i++) {
      await server.pool.query(
        `UPDATE evaluations SET train_loss = random(), validation_accuracy = NULL
           WHERE id = (SELECT id FROM evaluations WHERE dataset_id = $1 ORDER BY random() LIMIT 1)`,
        [datasetId],
      )
    }
  }
  const keep = async (server: Database) => {
    for (let i = 0; i < 6; i++) await keepCounts(server.kysely, datasetId)
  }
  await Promise.all([write(database), write(second), write(second), keep(database), keep(second)])
  await checkAll(database, datasetId, 'after all')
  await checkAll(second, datasetId, 'by the second server')
})

test('the noise follows runs that another server records, changes and deletes', async (t) => {
  const { pool } = database
  const datasetId = await createDataset(database, 'noisy')
  await add(pool, datasetId, 40)
  await pool.query('UPDATE evaluations SET train_loss = id WHERE dataset_id = $1', [datasetId])
  await keepCounts(database.kysely, datasetId)
  const second = openDatabase(database.url, { applicationName: 'second' })
  t.after(() => second.close())
  const noises = async () => {
    const [found] = await findSeedNoise(database.kysely, 'TRAIN_LOSS', [datasetId])
    assert.deepEqual((await findSeedNoise(second.kysely, 'TRAIN_LOSS', [datasetId]))[0], found)
    return found
  }
  assert.equal(await noises(), null)
  const [best] = (await pool.query('SELECT min(id)::int AS id FROM evaluations WHERE dataset_id = $1', [datasetId]))
    .rows
  await pool.query(
    `INSERT INTO runs (evaluation_id, dataset_id, activation_id, dataset_version, seed, train_loss)
       SELECT id, dataset_id, activation_id, '1', seed, 1 + 2 * seed FROM evaluations, generate_series(0, 1) seed WHERE id = $1`,
    [best.id],
  )
  assert.deepEqual(await noises(), { standardDeviation: Math.SQRT2, evaluations: 1, runs: 2 })
  await pool.query('UPDATE runs SET train_loss = 5 WHERE dataset_id = $1 AND seed = 1', [datasetId])
  assert.deepEqual(await noises(), { standardDeviation: Math.sqrt(8), evaluations: 1, runs: 2 })
  await pool.query('UPDATE evaluations SET train_loss = 1e9 WHERE id = $1', [best.id])
  assert.equal(await noises(), null)
  await pool.query('UPDATE evaluations SET train_loss = 0 WHERE id = $1', [best.id])
  assert.equal((await noises())?.runs, 2)
  await pool.query(`UPDATE datasets SET version = '2' WHERE id = $1`, [datasetId])
  assert.equal(await noises(), null)
  await pool.query(`UPDATE datasets SET version = '1' WHERE id = $1`, [datasetId])
  await pool.query('DELETE FROM runs WHERE dataset_id = $1 AND seed = 0', [datasetId])
  assert.equal(await noises(), null)
})

test('many changes are counted again once, and a deleted dataset leaves nothing behind', async () => {
  const { pool, kysely } = database
  const owner = await createViewer(database, 'owner of counts', ['DATASET', 'ADMIN'])
  await keepOutdatedCounts(database)
  assert.deepEqual(await listOutdatedCounts(kysely), [])
  const datasetId = await createDataset(database, 'outdated')
  assert.deepEqual(await listOutdatedCounts(kysely), [datasetId])
  await keepOutdatedCounts(database)
  await add(pool, datasetId, 500)
  assert.deepEqual(await listOutdatedCounts(kysely), [])
  await add(pool, datasetId, 1)
  assert.deepEqual(await listOutdatedCounts(kysely), [datasetId])
  await keepOutdatedCounts(database)
  assert.deepEqual(await listOutdatedCounts(kysely), [])
  await checkAll(database, datasetId, 'counted again')
  await add(pool, datasetId, 3)
  await deleteDataset(database, owner, 'outdated')
  for (const table of ['evaluation_changes', 'kept_datasets', 'kept_metrics', 'metric_steps']) {
    const { rows } = await pool.query(`SELECT count(*)::int AS count FROM ${table} WHERE dataset_id = $1`, [datasetId])
    assert.equal(rows[0].count, 0, table)
  }
})

test('the evaluations of an earlier version are counted by the migration', async (t) => {
  const old = await openEmptyDatabase(t)
  const migrations = readMigrations()
  const place = migrations.findIndex(({ name }) => name.endsWith('_keep_counts'))
  assert.ok(place > 0)
  await applyMigrations(old.url, migrations.slice(0, place))
  await createActivations(old)
  const datasetId = await createDataset(old, 'old')
  await add(old.pool, datasetId, 1200)
  await applyMigrations(old.url)
  await checkAll(old, datasetId, 'migrated')
  // The migration has counted it. A server packs its columns.
  assert.deepEqual(await listOutdatedCounts(old.kysely), [datasetId])
  await keepOutdatedCounts(old)
  assert.deepEqual(await listOutdatedCounts(old.kysely), [])
  await checkAll(old, datasetId, 'and packed')
  await add(old.pool, datasetId, 12)
  await checkAll(old, datasetId, 'and changed')
})
