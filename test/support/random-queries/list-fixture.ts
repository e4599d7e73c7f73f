import type pg from 'pg'
import type { Database } from '../../../src/db/connection/client.js'
import { METRIC_COLUMNS, type StoredActivation, type StoredEvaluation, type Tables } from './list-model.js'

export const DATASETS = ['lists-one', 'lists-two', 'lists-three']
export const OPERATORS = ['relu', 'max', 'max_n', 'erf', 'swish']

/** Few values, so that many rows tie; among them the least and the nearest that a column can tell apart. */
export const VALUES = [0, 5e-324, 0.1, 0.3, 0.30000000000000004, 0.5, 1, null]

/** An evaluation to add: everything by its place in a list, so that any whole number will do. */
export interface NewEvaluation {
  readonly dataset: number
  readonly activation: number
  readonly values: readonly number[]
}

/** Three datasets, 45 activations with up to three spellings, 120 evaluations and a surrogate with 40 predictions. */
export async function createLists({ pool }: Database): Promise<void> {
  await pool.query(
    `INSERT INTO datasets (name, version, title, description, architecture, task, origin)
     SELECT name, '1', 't', 'd', 'a', 't', 'IMPORTED' FROM unnest($1::text[]) name`,
    [DATASETS],
  )
  for (let i = 0; i < 45; i++) await addActivation(pool, i * 7919)
  for (let i = 0; i < 120; i++) {
    const values = METRIC_COLUMNS.map((_, metric) => (i * 31 + metric * 17) ** 2 % 101)
    await addEvaluation(pool, { dataset: (i * i) % 4, activation: (i * 37) % 45, values })
  }
  await pool.query(`
    INSERT INTO surrogates (dataset_id, version, algorithm, features, state, trained_on, candidates, fitted_at)
      SELECT id, 1, 'UMAP_KNN', '{OUTPUTS}', 'READY', 10, 40, now() FROM datasets ORDER BY id LIMIT 1;
    INSERT INTO surrogate_points (surrogate_id, activation_id, x, y, mean, features, based_on)
      SELECT s.id, a.id, CASE WHEN a.id % 5 <> 0 THEN a.id % 3 END, a.id, CASE WHEN a.id % 4 <> 0 THEN (a.id % 6) / 6.0 END,
        '{OUTPUTS}', '{}' FROM surrogates s, (SELECT id FROM activations ORDER BY id LIMIT 40) a`)
}

/** Stores an activation whose properties follow from a number. */
export async function addActivation(pool: pg.Pool, number: number): Promise<void> {
  const operators = OPERATORS.filter((_, place) => (number >> place) % 3 === 0)
  const texts = Array.from({ length: 1 + (number % 3) }, (_, spelling) => {
    const inner = operators.reduce((text, operator) => `${operator}(${text})`, `x${number}_${'y'.repeat(spelling)}`)
    return spelling % 2 === 0 ? inner : inner.toUpperCase()
  })
  await pool.query(
    `WITH a AS (
       INSERT INTO activations (identity, identity_version, expression, depth, operators, is_finite, is_constant)
       VALUES (sha256($1::text::bytea || random()::text::bytea), 2, $2, $3, $4, $5, false) RETURNING id)
     INSERT INTO expressions (text, activation_id, length) SELECT text, a.id, char_length(text)
     FROM a, unnest($6::text[]) text ON CONFLICT DO NOTHING`,
    [number, texts[0], operators.length, operators, number % 4 !== 1, texts],
  )
}

/** Stores an evaluation: imported ones may share a function, not an expression. */
export async function addEvaluation(pool: pg.Pool, { dataset, activation, values }: NewEvaluation): Promise<void> {
  const metrics = METRIC_COLUMNS.map((_, place) => VALUES[values[place] % VALUES.length])
  await pool.query(
    `INSERT INTO evaluations (dataset_id, activation_id, expression, origin, ${METRIC_COLUMNS.join(', ')})
     SELECT d.id, a.id, a.expression || ' ' || gen_random_uuid(), 'IMPORTED',
       ${METRIC_COLUMNS.map((_, place) => `$${place + 3}::float8`).join(', ')}
     FROM (SELECT id FROM datasets ORDER BY id OFFSET $1 % (SELECT count(*) FROM datasets) LIMIT 1) d,
       (SELECT id, expression FROM activations ORDER BY id OFFSET $2 % (SELECT count(*) FROM activations) LIMIT 1) a`,
    [dataset, activation, ...metrics],
  )
}

/** Everything that the lists are made of, read without a condition, an order or a limit. */
export async function readTables({ pool }: Database): Promise<Tables> {
  const activations = await pool.query<StoredActivation>(`
    SELECT a.id, encode(a.identity, 'hex') AS identity, a.depth, a.operators, a.is_finite AS "isFinite",
      (SELECT array_agg(x.text) FROM expressions x WHERE x.activation_id = a.id) AS spellings FROM activations a`)
  const evaluations = await pool.query<StoredEvaluation>(`
    SELECT e.id, d.name AS dataset, e.activation_id AS "activationId",
      ${METRIC_COLUMNS.map((column) => `e.${column}`).join(', ')} FROM evaluations e JOIN datasets d ON d.id = e.dataset_id`)
  const points = await pool.query<Tables['points'][number]>(
    'SELECT activation_id AS "activationId", x, mean FROM surrogate_points',
  )
  return { activations: activations.rows, evaluations: evaluations.rows, points: points.rows }
}

/** Takes away what was added since the tables were read. */
export async function removeAdded({ pool }: Database, { activations, evaluations }: Tables): Promise<void> {
  await pool.query('DELETE FROM evaluations WHERE id <> ALL ($1)', [evaluations.map(({ id }) => id)])
  await pool.query('DELETE FROM activations WHERE id <> ALL ($1)', [activations.map(({ id }) => id)])
}
