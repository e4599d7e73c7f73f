import type pg from 'pg'
import { METRIC_ENTRIES } from '../../src/metrics.js'
import { addActivations } from '../add-activations.js'

/** Numbers of evaluations of the datasets. */
export const SIZES: readonly number[] = [10_000, 100_000, 1_000_000]

/** The name of the dataset of a size. */
export const nameOf = (size: number): string => `growth-${size}`

const SCHEMA = 'binary(unary(unary(x)),unary(unary(x)))'

/**
 * Stores one dataset of each size, unless it is there: functions with made-up identities, random metrics, and three runs of
 * every hundredth function.
 */
export async function fillGrowth(client: pg.Client, sizes: readonly number[]): Promise<void> {
  const { rows } = await client.query<{ name: string }>('SELECT name FROM datasets')
  const missing = sizes.filter((size) => !rows.some(({ name }) => name === nameOf(size)))
  if (missing.length === 0) return
  await addActivations(client, Math.max(...missing), [SCHEMA])
  for (const size of missing) {
    const began = performance.now()
    await addDataset(client, size)
    console.error(`${nameOf(size)}: stored in ${((performance.now() - began) / 1000).toFixed(0)} s`)
  }
  await client.query('VACUUM ANALYZE')
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
