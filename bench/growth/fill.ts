import type pg from 'pg'
import { depthOf, formatExpression, operatorsOf } from '../../src/activations/expression.js'
import { enumerateExpressions, parseSchema } from '../../src/activations/search-space.js'
import { METRIC_ENTRIES } from '../../src/metrics.js'

/** Numbers of evaluations of the datasets. */
export const SIZES: readonly number[] = [10_000, 100_000, 1_000_000]

/** The name of the dataset of a size. */
export const nameOf = (size: number): string => `growth-${size}`

const SCHEMA = 'binary(unary(unary(x)),unary(unary(x)))'
const BATCH = 20_000
const ADD = `
  WITH new AS (
    SELECT row->>0 AS text, (row->>1)::int AS depth, ARRAY(SELECT json_array_elements_text(row->2)) AS operators
    FROM json_array_elements($1::json) row
    WHERE NOT EXISTS (SELECT FROM expressions x WHERE x.text = row->>0)),
  a AS (
    INSERT INTO activations (identity, identity_version, expression, depth, operators, is_finite, is_constant)
    SELECT sha256(text::bytea), 2, text, depth, operators, true, false FROM new RETURNING id, expression)
  INSERT INTO expressions (text, activation_id, length) SELECT expression, id, char_length(expression) FROM a`

/**
 * Stores one dataset of each size, unless it is there: functions with made-up identities, random metrics, and three runs of
 * every hundredth function.
 */
export async function fillGrowth(client: pg.Client, sizes: readonly number[]): Promise<void> {
  const { rows } = await client.query<{ name: string }>('SELECT name FROM datasets')
  const missing = sizes.filter((size) => !rows.some(({ name }) => name === nameOf(size)))
  if (missing.length === 0) return
  await addActivations(client, Math.max(...missing))
  for (const size of missing) {
    const began = performance.now()
    await addDataset(client, size)
    console.error(`${nameOf(size)}: stored in ${((performance.now() - began) / 1000).toFixed(0)} s`)
  }
  await client.query('VACUUM ANALYZE')
}

async function addActivations(client: pg.Client, wanted: number): Promise<void> {
  const { rows } = await client.query<{ count: number }>('SELECT count(*)::int FROM activations')
  let left = wanted - rows[0].count
  for (let from = 0; left > 0; from += BATCH) {
    const batch = [...enumerateExpressions(parseSchema(SCHEMA), undefined, { from, to: from + BATCH })]
    if (batch.length === 0) throw new Error(`${SCHEMA}: too few expressions; ${left} are missing`)
    const spelled = batch.map((each) => [formatExpression(each), depthOf(each), operatorsOf(each)])
    const added = await client.query(ADD, [JSON.stringify(spelled)])
    left -= added.rowCount ?? 0
  }
}

async function addDataset(client: pg.Client, size: number): Promise<void> {
  const columns = METRIC_ENTRIES.map(({ column }) => column)
  await client.query('BEGIN')
  await client.query(`SET LOCAL actbench.quiet = 'on'`)
  await client.query('SELECT setseed(0.5)')
  const dataset = await client.query<{ id: number }>(
    `INSERT INTO datasets (name, version, title, description, architecture, task, origin, updated_at)
       VALUES ($1, '1', $1, 'd', 'a', 't', 'REPORTED', now()) RETURNING id`,
    [nameOf(size)],
  )
  const [{ id }] = dataset.rows
  await client.query(
    `INSERT INTO evaluations (dataset_id, activation_id, expression, origin, updated_at, ${columns.join(', ')})
       SELECT $1, id, expression, 'REPORTED', now(), ${columns.map(() => 'random()').join(', ')}
       FROM (SELECT * FROM activations ORDER BY id LIMIT $2) a`,
    [id, size],
  )
  await client.query(
    `INSERT INTO runs (evaluation_id, dataset_id, activation_id, dataset_version, seed, ${columns.join(', ')})
       SELECT e.id, e.dataset_id, e.activation_id, '1', seed,
         ${columns.map((column) => `least(1, greatest(0, e.${column} + (seed - 1) * 0.02))`).join(', ')}
       FROM evaluations e, generate_series(0, 2) seed WHERE e.dataset_id = $1 AND e.id % 100 = 0`,
    [id],
  )
  await client.query('COMMIT')
}
