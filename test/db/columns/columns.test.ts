import assert from 'node:assert/strict'
import { test } from 'node:test'
import type pg from 'pg'
import { openKysely } from '../../../src/db/connection/kysely.js'
import { countMatching } from '../../../src/db/evaluations/count-matching.js'
import { findSeedNoise } from '../../../src/db/evaluations/find-noise.js'
import { keepCounts, keepCountsAndColumns } from '../../../src/db/evaluations/keep-counts.js'
import { listRankValues } from '../../../src/db/evaluations/list-rank-data.js'
import { type GroupKey, listGroups, listStatistics } from '../../../src/db/evaluations/list-statistics.js'
import { createLoaders, type EvaluationConditions, evaluationsPage } from '../../../src/db/loaders.js'
import { METRICS, type Metric } from '../../../src/metrics.js'
import { openTestDatabase } from '../../support/database.js'

const database = await openTestDatabase()
const { pool } = database
const COLUMNS = Object.values(METRICS).map(({ column }) => column)
const METRIC_NAMES = Object.keys(METRICS) as Metric[]
const FUNCTIONS = 900
/** Ties, missing values and others. */
const VALUE = `(CASE WHEN random() < 0.1 THEN NULL WHEN random() < 0.3 THEN 0.5 ELSE random() END)`
const GROUP_KEYS: readonly GroupKey[] = [
  ...(['OPERATOR', 'ROOT_OPERATOR', 'DEPTH', 'IS_EVEN', 'IS_ODD', 'IS_MONOTONE', 'IS_BOUNDED'] as const),
  ...(['IS_SMOOTH', 'SYMMETRY'] as const),
]
const CONDITIONS: readonly EvaluationConditions[] = [
  {},
  { activation: { operators: ['op1', 'op40'] } },
  { activation: { operators: ['unknown'] } },
  { activation: { operators: ['new'] } },
  { activation: { withoutOperators: ['op2', 'unknown'], isEven: false }, validationAccuracy: { min: 0.1, max: 0.6 } },
  { activation: { maxDepth: 2, isFinite: true, isBounded: true }, minRuns: 2 },
  { validationAccuracy: { max: 0.5 }, trainLoss: { min: 0.5 } },
  { activation: { isFinite: false }, testLoss: { min: 0.5, max: 0.5 } },
]

await pool.query(`INSERT INTO activations (identity, identity_version, expression, depth, operators, is_finite, is_constant)
  SELECT sha256(i::text::bytea), 2, 'root' || i % 7 || '(f' || i || ')', i % 4,
    CASE WHEN i % 50 = 0 THEN '{}' ELSE ARRAY['op' || i % 45, 'op' || 45 + i % 3] END, i % 9 <> 0, false
    FROM generate_series(1, ${FUNCTIONS}) i`)
await pool.query(`INSERT INTO datasets (name, version, title, description, architecture, task, origin, updated_at)
  SELECT name, '1', 't', 'd', 'a', 't', 'REPORTED', now() FROM unnest(ARRAY['one', 'other', 'empty']) name`)
const PROPERTIES = 'activation_id, version, is_even, is_odd, is_monotone, is_bounded, is_smooth, turning_points'
await pool.query(`INSERT INTO activation_properties (${PROPERTIES})
  SELECT id, 1, id % 2 = 0, id % 3 = 0, id % 5 = 0, id % 7 < 3, id % 11 < 4, 0 FROM activations WHERE id % 4 > 0`)

type Client = Pick<pg.ClientBase, 'query'>

async function addEvaluations(db: Client, datasetId: number, count: number): Promise<void> {
  await db.query(
    `INSERT INTO evaluations (dataset_id, activation_id, expression, origin, updated_at, ${COLUMNS.join(', ')})
       SELECT $1::int, a.id, gen_random_uuid()::text, 'REPORTED', now(), ${COLUMNS.map(() => VALUE).join(', ')} FROM activations a
       WHERE NOT EXISTS (SELECT FROM evaluations e WHERE e.dataset_id = $1 AND e.activation_id = a.id)
       ORDER BY random() LIMIT $2`,
    [datasetId, count],
  )
}

async function addRuns(db: Client, datasetId: number, share: number): Promise<void> {
  await db.query(
    `INSERT INTO runs (evaluation_id, dataset_id, activation_id, dataset_version, seed, ${COLUMNS.join(', ')})
       SELECT e.id, e.dataset_id, e.activation_id, v, s, ${COLUMNS.map(() => 'nullif(round(random()::numeric, 1), 0.3)').join(', ')}
       FROM evaluations e, generate_series(1, 4) s, unnest(ARRAY['1', '2']) v WHERE e.dataset_id = $1 AND random() < $2
       ON CONFLICT DO NOTHING`,
    [datasetId, share],
  )
}

/** What packed columns answer, by a process that knows nothing yet. Each round asks other questions. */
async function ask(datasetId: number, round: number): Promise<unknown> {
  const kysely = openKysely(pool)
  const loaders = createLoaders({ kysely })
  const turn = <Value>(values: readonly Value[]): Value => values[round % values.length]
  const metric = turn(METRIC_NAMES)
  const { measured, spreads } = await listRankValues(kysely, metric, datasetId, 0.07)
  const conditions = turn(CONDITIONS)
  const asked = CONDITIONS.filter((_, i) => (i + round) % 3 === 0)
  return {
    noise: await findSeedNoise(kysely, metric, [datasetId]),
    measured: [...measured].sort(([a, b], [c, d]) => a - c || b - d),
    spreads,
    counts: await Promise.all(asked.map((given) => loaders.count(evaluationsPage(given, null), datasetId))),
    statistics: await listStatistics(kysely, [datasetId], { metric, conditions, bins: 20 }),
    operators: await listGroups(kysely, [datasetId], { by: 'OPERATOR', metric, conditions }),
    groups: await listGroups(kysely, [datasetId], {
      by: turn(GROUP_KEYS),
      metric: 'VALIDATION_ACCURACY',
      conditions: {},
    }),
  }
}

/** Numbers may differ by rounding, because sums are added up in another order. */
function checkClose(found: unknown, wanted: unknown, path: string): void {
  if (typeof found === 'number' && typeof wanted === 'number') {
    assert.ok(
      found === wanted || Math.abs(found - wanted) <= 1e-9 * Math.max(Math.abs(found), Math.abs(wanted)),
      `${path}: ${found}, not ${wanted}`,
    )
  } else if (found !== null && wanted !== null && typeof found === 'object' && typeof wanted === 'object') {
    assert.deepEqual(Object.keys(found), Object.keys(wanted), path)
    for (const [name, value] of Object.entries(found)) checkClose(value, wanted[name as never], `${path}.${name}`)
  } else assert.equal(found, wanted, path)
}

let rounds = 0

/** Compares the answers with those of the tables, which are asked while the columns are hidden. */
async function check(datasetId: number, label: string, isPacked = true): Promise<void> {
  const round = rounds++
  const found = await ask(datasetId, round)
  const count = await countMatching(openKysely(pool), datasetId, { activation: { maxDepth: 9 } })
  assert.equal(count !== null, isPacked, `${label}: whether the columns were used`)
  await pool.query(`UPDATE dataset_columns SET name = 'hidden' WHERE name = 'about'`)
  const wanted = await ask(datasetId, round)
  await pool.query(`UPDATE dataset_columns SET name = 'about' WHERE name = 'hidden'`)
  checkClose(found, wanted, label)
}

const evaluationsOf = '(SELECT id FROM evaluations WHERE dataset_id = $1 AND random() < 0.03)'
const CHANGES: Readonly<Record<string, (datasetId: number) => Promise<unknown>>> = {
  'evaluations added': (id) => addEvaluations(pool, id, 20),
  'evaluations deleted': (id) => pool.query(`DELETE FROM evaluations WHERE id IN ${evaluationsOf}`, [id]),
  'evaluations changed': (id) =>
    pool.query(
      `UPDATE evaluations SET (${COLUMNS.join(', ')}) = (SELECT ${COLUMNS.map(() => VALUE).join(', ')} WHERE evaluations.id > 0)
         WHERE id IN ${evaluationsOf}`,
      [id],
    ),
  'runs added': (id) => addRuns(pool, id, 0.03),
  'runs deleted': (id) => pool.query('DELETE FROM runs WHERE dataset_id = $1 AND random() < 0.1', [id]),
  'runs changed': (id) =>
    pool.query('UPDATE runs SET validation_accuracy = random() WHERE dataset_id = $1 AND random() < 0.1', [id]),
  'functions changed': () =>
    pool.query(`UPDATE activations SET operators = ARRAY['new', 'op1', 'op' || id], depth = 3, expression = 'g' || id || '(x)'
      WHERE random() < 0.03`),
  'functions no longer finite': () => pool.query('UPDATE activations SET is_finite = false WHERE random() < 0.03'),
  'properties changed': () =>
    pool.query('UPDATE activation_properties SET is_even = NOT is_even, is_bounded = true WHERE random() < 0.05'),
  'properties deleted': () => pool.query('DELETE FROM activation_properties WHERE random() < 0.05'),
  'properties added': () =>
    pool.query(`INSERT INTO activation_properties (${PROPERTIES})
      SELECT id, 1, true, true, false, true, false, 0 FROM activations WHERE random() < 0.1 ON CONFLICT DO NOTHING`),
  'another function': (id) =>
    pool.query(
      `UPDATE evaluations e SET activation_id = a.id FROM activations a WHERE e.id = (SELECT min(id) FROM evaluations WHERE dataset_id = $1)
         AND a.id = (SELECT max(id) FROM activations b WHERE NOT EXISTS (SELECT FROM evaluations f WHERE f.activation_id = b.id))`,
      [id],
    ),
  'packed again': (id) => keepCountsAndColumns(database.kysely, id),
}

test('packed columns answer as the tables do, whatever changes before and after', async () => {
  await addEvaluations(pool, 1, 500)
  await addEvaluations(pool, 2, 40)
  await addRuns(pool, 1, 0.2)
  await check(1, 'never packed', false)
  for (const id of [1, 2, 3]) assert.equal(await keepCountsAndColumns(database.kysely, id), true)
  for (const id of [1, 2, 3]) await check(id, `packed ${id}`)
  const names = Object.keys(CHANGES)
  for (const [round, name] of [...names, ...names.slice(0, 7)].entries()) {
    await CHANGES[name](1)
    await check(1, `round ${round}: ${name}`)
  }
  await check(2, 'the other dataset')
  await pool.query('DELETE FROM evaluations WHERE dataset_id = 1')
  await check(1, 'all deleted')
  await keepCountsAndColumns(database.kysely, 1)
  await addEvaluations(pool, 1, 300)
  await check(1, 'all are new')
})

test('a process that has some of the lists reads only the others', async () => {
  const kysely = openKysely(pool)
  const conditions = { validationAccuracy: { min: 0.2 }, activation: { maxDepth: 3 } }
  const count = await countMatching(kysely, 1, conditions)
  const groups = { by: 'DEPTH', metric: 'TRAIN_LOSS', conditions } as const
  const found = [await listGroups(kysely, [1], groups), await findSeedNoise(kysely, 'VALIDATION_ACCURACY', [1])]
  assert.equal(count, await countMatching(kysely, 1, conditions))
  const fresh = openKysely(pool)
  assert.deepEqual(found, [
    await listGroups(fresh, [1], groups),
    await findSeedNoise(fresh, 'VALIDATION_ACCURACY', [1]),
  ])
})

test('another version of a dataset has other runs, packed or not', async () => {
  await addRuns(pool, 1, 0.5)
  await keepCountsAndColumns(database.kysely, 1)
  await check(1, 'version 1')
  await pool.query(`UPDATE datasets SET version = '2' WHERE id = 1`)
  await check(1, 'version 2')
  await keepCountsAndColumns(database.kysely, 1)
  await check(1, 'version 2, packed')
})

test('columns of an older generation are not used', async () => {
  await keepCounts(database.kysely, 1)
  await check(1, 'counted only', false)
  await keepCountsAndColumns(database.kysely, 1)
  await check(1, 'packed again')
})

test('transactions that end after the columns were packed are in the answers', async () => {
  const writer = await pool.connect()
  const other = await pool.connect()
  try {
    await writer.query('BEGIN')
    await addEvaluations(writer, 2, 10)
    await addRuns(writer, 2, 0.5)
    assert.equal(await keepCountsAndColumns(database.kysely, 2), true)
    await check(2, 'before the end')
    await writer.query('COMMIT')
    await check(2, 'after the end')
    // A function changes while its first evaluation is being written: the one who changes it does not see the evaluation.
    await other.query('BEGIN')
    await addEvaluations(other, 2, 15)
    await writer.query('BEGIN')
    await writer.query(`UPDATE activations SET operators = ARRAY['late'], depth = 1`)
    await other.query('COMMIT')
    assert.equal(await keepCountsAndColumns(database.kysely, 2), false)
    await check(2, 'while functions change')
    await writer.query('COMMIT')
    await check(2, 'after functions changed')
  } finally {
    writer.release()
    other.release()
  }
  assert.equal(await keepCountsAndColumns(database.kysely, 2), true)
  await check(2, 'packed at last')
})

test('a change of very many runs at once puts the columns out of use until they are packed again', async () => {
  await pool.query(`INSERT INTO runs (evaluation_id, dataset_id, activation_id, dataset_version)
    SELECT e.id, 2, e.activation_id, '1' FROM evaluations e, generate_series(1, 10) WHERE e.dataset_id = 2`)
  await keepCountsAndColumns(database.kysely, 2)
  await pool.query(
    `SELECT actbench_log_evaluations(array_agg(id)) FROM evaluations, generate_series(1, 5001) WHERE dataset_id = 2`,
  )
  await check(2, 'unknown changes', false)
  await keepCountsAndColumns(database.kysely, 2)
  await check(2, 'packed')
})
