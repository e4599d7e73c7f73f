import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openKysely } from '../../../src/db/connection/kysely.js'
import { countMatching } from '../../../src/db/evaluations/count-matching.js'
import { keepCountsAndColumns, listOutdatedCounts } from '../../../src/db/evaluations/keep-counts.js'
import { type ComparedRows, listForComparison } from '../../../src/db/evaluations/list-compared.js'
import { openTestDatabase } from '../../support/database.js'

const database = await openTestDatabase()
const { pool } = database
const METRICS = ['validation_accuracy', 'test_loss']

await pool.query(`INSERT INTO activations (identity, identity_version, expression, depth, operators, is_finite, is_constant)
  SELECT sha256(i::text::bytea), 2, 'f' || i || '(x)', 1, '{}', true, false FROM generate_series(1, 400) i`)
await pool.query(`INSERT INTO datasets (name, version, title, description, architecture, task, origin, updated_at)
  VALUES ('one', '1', 't', 'd', 'a', 't', 'REPORTED', now())`)
await pool.query(`INSERT INTO evaluations (dataset_id, activation_id, expression, origin, updated_at, ${METRICS.join(', ')})
  SELECT 1, id, expression, 'REPORTED', now(), random(), random() FROM activations WHERE id <= 300`)

/** Adds runs of some evaluations, with all metrics, some without a seed, some of another version. */
async function addRuns(share: number, version: string): Promise<void> {
  await pool.query(
    `INSERT INTO runs (evaluation_id, dataset_id, activation_id, dataset_version, seed, ${METRICS.join(', ')})
       SELECT e.id, 1, e.activation_id, $2, CASE WHEN random() < 0.1 THEN NULL ELSE s END,
         ${METRICS.map((column) => `e.${column} * (1 - 0.01 * random())`).join(', ')}
       FROM evaluations e, generate_series(0, 2) s WHERE random() < $1 ON CONFLICT DO NOTHING`,
    [share, version],
  )
}

/**
 * All evaluations by their number of runs and the seed of a single run, whether they are listed or summed up: the tables also
 * list those that have several runs of other versions.
 */
function summarise({ repeated, others }: ComparedRows): unknown {
  const sums = new Map<string, [value: number, count: number]>()
  const add = (key: string, value: number, count: number) => {
    const [sum, before] = sums.get(key) ?? [0, 0]
    sums.set(key, [sum + value * count, before + count])
  }
  for (const { value, runs } of repeated) {
    if (runs.length < 2) add(`${runs.length} ${runs[0]?.[0] ?? null}`, value, 1)
  }
  for (const [value, seed, runs, count] of others) add(`${runs} ${seed}`, value, count)
  const several = repeated.filter(({ runs }) => runs.length > 1).sort((a, b) => a.id - b.id)
  const rounded = [...sums].map(([key, [sum, count]]) => `${key}: ${count} of ${sum.toFixed(9)}`)
  return { several, others: rounded.sort() }
}

/** Compares packed columns with the tables, in processes that know nothing yet. */
async function check(label: string): Promise<void> {
  for (const metric of ['VALIDATION_ACCURACY', 'TEST_LOSS'] as const) {
    const found = summarise(await listForComparison(openKysely(pool), metric, 1, 0.02))
    assert.notEqual(await countMatching(openKysely(pool), 1, { activation: { maxDepth: 9 } }), null, 'packed')
    await pool.query(`UPDATE dataset_columns SET name = 'hidden' WHERE name = 'about'`)
    const wanted = summarise(await listForComparison(openKysely(pool), metric, 1, 0.02))
    await pool.query(`UPDATE dataset_columns SET name = 'about' WHERE name = 'hidden'`)
    assert.deepEqual(found, wanted, `${label}: ${metric}`)
  }
}

test('packed columns know the same evaluations and seeds as the tables, whatever changes', async () => {
  await addRuns(0.3, '1')
  await addRuns(0.2, '2')
  await keepCountsAndColumns(database.kysely, 1)
  await check('packed')
  await addRuns(0.1, '1')
  await check('runs added')
  await pool.query('DELETE FROM runs WHERE random() < 0.2')
  await check('runs deleted')
  await pool.query('UPDATE runs SET seed = seed + 10 WHERE random() < 0.2')
  await check('seeds changed')
  await pool.query('DELETE FROM evaluations WHERE random() < 0.1')
  await pool.query('UPDATE evaluations SET validation_accuracy = NULL WHERE random() < 0.1')
  await check('evaluations deleted')
  await pool.query(`INSERT INTO evaluations (dataset_id, activation_id, expression, origin, updated_at, ${METRICS.join(', ')})
    SELECT 1, id, expression, 'REPORTED', now(), random(), random() FROM activations WHERE id > 300`)
  await addRuns(0.05, '1')
  await check('evaluations added')
  await pool.query(`UPDATE datasets SET version = '2'`)
  await keepCountsAndColumns(database.kysely, 1)
  await check('another version')
})

test('columns without seeds are packed again, and are not used for comparisons until then', async () => {
  await pool.query(`UPDATE dataset_columns SET bytes = convert_to(
    (convert_from(bytes, 'UTF8')::jsonb - 'format')::text, 'UTF8') WHERE name = 'about'`)
  await pool.query(`DELETE FROM dataset_columns WHERE name = 'seeds'`)
  assert.deepEqual(await listOutdatedCounts(database.kysely), [1])
  await check('without seeds')
  await keepCountsAndColumns(database.kysely, 1)
  assert.deepEqual(await listOutdatedCounts(database.kysely), [])
  await check('packed again')
})
