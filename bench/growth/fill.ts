import type pg from 'pg'
import { METRIC_ENTRIES } from '../../src/metrics.js'
import { describeActivation } from '../../src/services/activations/describe-activation.js'
import { addActivations } from '../add-activations.js'

/** Numbers of evaluations of the datasets. */
export const SIZES: readonly number[] = [10_000, 100_000, 1_000_000]

/** The name of the dataset of a size. */
export const nameOf = (size: number): string => `growth-${size}`

const SCHEMA = 'binary(unary(unary(x)),unary(unary(x)))'

/**
 * Stores one dataset of each size, unless it is there: functions with made-up identities, random metrics, three runs of
 * every hundredth function, and made-up predictions.
 */
export async function fillGrowth(client: pg.Client, sizes: readonly number[]): Promise<void> {
  const { rows } = await client.query<{ name: string }>('SELECT name FROM datasets')
  const missing = sizes.filter((size) => !rows.some(({ name }) => name === nameOf(size)))
  if (missing.length > 0) await addActivations(client, Math.max(...missing), [SCHEMA])
  for (const size of missing) {
    const began = performance.now()
    await addDataset(client, size)
    console.error(`${nameOf(size)}: stored in ${((performance.now() - began) / 1000).toFixed(0)} s`)
  }
  for (const size of sizes) await addSurrogate(client, nameOf(size))
  if (missing.length > 0) await client.query('VACUUM ANALYZE')
}

/** As many functions as a fit uses. */
const FITTED = 20_000

/** A surrogate with predictions of the best functions, unless there is one. */
async function addSurrogate(client: pg.Client, dataset: string): Promise<void> {
  await client.query(
    `WITH u AS (
       INSERT INTO surrogates (dataset_id, version, algorithm, state, trained_on, candidates, spearman, fitted_at)
         SELECT d.id, 1, 'GAUSSIAN_PROCESS', 'READY', $2, 0, 0.9, now() FROM datasets d
         WHERE d.name = $1 AND NOT EXISTS (SELECT FROM surrogates s WHERE s.dataset_id = d.id) RETURNING id, dataset_id)
     INSERT INTO surrogate_points (surrogate_id, activation_id, mean, standard_deviation, measured)
       SELECT u.id, e.activation_id, e.validation_accuracy + 0.1 * (random() - 0.6), 0.05, e.validation_accuracy
       FROM u JOIN evaluations e ON e.dataset_id = u.dataset_id
       WHERE e.validation_accuracy IS NOT NULL ORDER BY e.validation_accuracy DESC LIMIT $2`,
    [dataset, FITTED],
  )
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

/**
 * The expression of the best function of a dataset. Made-up identities cannot be asked for, so the best function of a made-up
 * dataset gets a real one.
 */
export async function identifyBest(client: pg.Client, dataset: string): Promise<string> {
  const { rows } = await client.query<{ id: number; expression: string }>(
    `SELECT e.activation_id AS id, e.expression FROM evaluations e JOIN datasets d ON d.id = e.dataset_id
       WHERE d.name = $1 AND validation_accuracy IS NOT NULL ORDER BY validation_accuracy DESC, e.id LIMIT 1`,
    [dataset],
  )
  const [{ id, expression }] = rows
  const size = SIZES.find((each) => nameOf(each) === dataset)
  if (size === undefined) return expression
  const real = `elu(x)+${size}*x`
  await client.query('UPDATE activations SET identity = $1 WHERE id = $2', [
    Buffer.from(describeActivation(real).identityHex, 'hex'),
    id,
  ])
  return real
}
