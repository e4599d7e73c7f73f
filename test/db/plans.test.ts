import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Kysely } from 'kysely'
import { openKyselyOn } from '../../src/db/connection/kysely.js'
import { countEvaluations, findRanks } from '../../src/db/evaluations/find-evaluations.js'
import { findSeedNoise } from '../../src/db/evaluations/find-noise.js'
import { listStatistics } from '../../src/db/evaluations/list-statistics.js'
import { runsPage } from '../../src/db/evaluations/runs-page.js'
import type { EvaluationConditions } from '../../src/db/statements/conditions.js'
import {
  activationsPage,
  evaluationsPage,
  expressionsPage,
  searchesPage,
  suggestionsPage,
  trainingJobsPage,
} from '../../src/db/statements/page-queries.js'
import type { PageList } from '../../src/db/statements/page-query.js'
import { countRows, listPages, type Position, type Window } from '../../src/db/statements/pages.js'
import { embeddingPage, predictionsPage } from '../../src/db/statements/point-page-queries.js'
import { listShapedPages } from '../../src/db/statements/shaped-pages.js'
import type { Tables } from '../../src/db/tables/generated.js'
import { METRICS, type Metric } from '../../src/metrics.js'
import { openTestDatabase } from '../support/database.js'

const database = await openTestDatabase()
const { pool } = database
const ROWS = 100_000

// One large dataset, a small and an empty one; every seventh value of a metric is missing, and values have ties. A map on
// which every 300th activation is, and a Gaussian process, which has none. Jobs, searches and suggestions, of which few are
// not done.
await pool.query(`
  BEGIN;
  SET LOCAL actbench.quiet = 'on';
  INSERT INTO datasets (name, version, title, description, architecture, task, origin, updated_at)
    SELECT 'plans-' || i, '1', 't', 'd', 'a', 't', 'IMPORTED', now() FROM generate_series(1, 3) i;
  INSERT INTO activations (identity, identity_version, expression, depth, operators, is_finite, is_constant)
    SELECT sha256(i::text::bytea), 2, 'max(relu(x),f' || i || '(x))', i % 5,
      ARRAY['max', (ARRAY['relu','erf','tanh','swish'])[1 + i % 4], (ARRAY['abs','exp'])[1 + i % 2]],
      i % 9 <> 0, false FROM generate_series(1, ${ROWS}) i;
  INSERT INTO expressions (text, activation_id, length) SELECT expression, id, char_length(expression) FROM activations;
  INSERT INTO evaluations (dataset_id, activation_id, expression, origin, updated_at,
      ${Object.values(METRICS).map(({ column }) => column)})
    SELECT CASE WHEN id % 50 = 0 THEN 2 ELSE 1 END, id, expression, 'IMPORTED', now(),
      ${Object.values(METRICS).map((_, m) => `CASE WHEN id % 7 <> ${m} THEN (id * 7919 % 997) / 1000.0 END`)} FROM activations;
  INSERT INTO runs (evaluation_id, dataset_id, activation_id, dataset_version, seed)
    SELECT e.id, e.dataset_id, e.activation_id, '1', s FROM evaluations e, generate_series(0, 3) s
    WHERE s = 0 OR (s <= 2 AND e.id % 1000 = 0) OR e.id = 77;
  INSERT INTO surrogates (dataset_id, version, algorithm, features)
    VALUES (1, 1, 'UMAP_KNN', '{OUTPUTS}'), (1, 2, 'GAUSSIAN_PROCESS', '{OUTPUTS}');
  INSERT INTO surrogate_points (surrogate_id, activation_id, x, y, mean, features, based_on)
    SELECT 1, id, random(), random(), (id * 31 % 997) / 1000.0, '{OUTPUTS}', '{}' FROM activations WHERE id % 300 = 0;
  INSERT INTO surrogate_points (surrogate_id, activation_id, mean, features, based_on)
    SELECT 2, id, (id * 31 % 997) / 1000.0, '{OUTPUTS}', '{}' FROM activations;
  INSERT INTO api_keys (name, secret_hash) SELECT 'key-' || i, sha256(i::text::bytea) FROM generate_series(1, 3) i;
  INSERT INTO training_jobs (dataset_id, dataset_version, activation_id, expression, seed, state, api_key_id, finished_at)
    SELECT dataset_id, '1', activation_id, expression, 0, state, CASE WHEN activation_id % 5000 = 0 THEN 2 ELSE 1 END, CASE WHEN state = 'SUCCEEDED' THEN now() END
    FROM (SELECT *, (CASE WHEN activation_id % 9999 = 0 THEN 'QUEUED' ELSE 'SUCCEEDED' END)::training_state AS state
      FROM evaluations ORDER BY activation_id) e;
  INSERT INTO searches (dataset_id, api_key_id, algorithm, state, budget, schemas, seed)
    SELECT CASE WHEN i % 50 = 0 THEN 2 ELSE 1 END, CASE WHEN i % 5000 = 0 THEN 2 ELSE 1 END, 'RANDOM', (CASE WHEN i % 10000 = 0 THEN 'ACTIVE' ELSE 'COMPLETED' END)::search_state,
      100, '{}', 0 FROM generate_series(1, ${ROWS}) i;
  INSERT INTO suggestions (search_id, activation_id, expression, worker, state, lease_expires_at, validation_accuracy, step, finished_at)
    SELECT CASE WHEN id % 10 = 0 THEN 1 ELSE 2 END, id, expression, 'w', 'COMPLETED', now(), 0.5, id, now()
    FROM activations WHERE id > 100;
  INSERT INTO suggestions (search_id, activation_id, expression, worker, state, lease_expires_at)
    SELECT 1 + i % 2, i, 'x', 'w', (ARRAY['LEASED', 'EXPIRED'])[1 + i % 2]::suggestion_state, now() + interval '1 day'
    FROM generate_series(1, 100) i;
  COMMIT`)
await pool.query('SELECT actbench_keep_counts(id) FROM datasets')
await pool.query('ANALYZE')

interface Plan {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: Plan[]
}

/** The plan of exactly the statement that a page sends, with the rows that it read. */
async function explainPage(list: PageList<unknown>, window: Partial<Window>, parent: number): Promise<Plan> {
  const [plan] = await explain((db) =>
    listPages(db, [parent], list, { size: 20, isBackward: false, after: null, before: null, ...window }),
  )
  return plan
}

/** The plans of the statements that `work` sends. */
async function explain(work: (db: Kysely<Tables>) => Promise<unknown>): Promise<Plan[]> {
  const plans: Plan[] = []
  const explaining = openKyselyOn({
    // A statement that connections prepare has a name beside its text.
    async query(statement: string | { readonly text: string }, values: unknown[]) {
      const text = typeof statement === 'string' ? statement : statement.text
      if (/^(begin|start|set|commit)/i.test(text)) return { rows: [] }
      const { rows } = await pool.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values)
      plans.push(rows[0]['QUERY PLAN'][0].Plan)
      return pool.query(text, values)
    },
  } as never)
  await work(explaining)
  return plans
}

/** No step of these statements goes through more rows than `most`. */
async function checkStatements(
  name: string,
  work: (db: Kysely<Tables>) => Promise<unknown>,
  most: number,
): Promise<void> {
  for (const plan of await explain(work)) {
    for (const node of nodesOf(plan)) {
      const rows = (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops']
      assert.ok(rows <= most, `${name}: ${node['Node Type']} ${node['Relation Name'] ?? ''} goes through ${rows} rows`)
    }
  }
}

function* nodesOf(plan: Plan): Generator<Plan> {
  yield plan
  for (const child of plan.Plans ?? []) yield* nodesOf(child)
}

/** No step of the plan reads, sorts or drops rows far beyond a page: so no large table is read from end to end. */
async function checkPage(
  name: string,
  list: PageList<unknown>,
  window: Partial<Window>,
  most = 2000,
  parent = 1,
): Promise<void> {
  for (const node of nodesOf(await explainPage(list, window, parent))) {
    const type = node['Node Type']
    const rows = (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops']
    assert.ok(rows <= most, `${name}: ${type} ${node['Relation Name'] ?? ''} goes through ${rows} rows`)
  }
}

const middle: Position = { value: 0.5, key: ROWS / 2 }
const empty: Position = { value: null, key: ROWS / 2 }
const WINDOWS: Partial<Window>[] = [
  {},
  { isBackward: true },
  ...[middle, empty].flatMap((position) => [{ after: position }, { before: position, isBackward: true }]),
]

for (const metric of Object.keys(METRICS) as Metric[]) {
  test(`a page by ${metric} is read from its index, wherever it stands`, async () => {
    for (const isDescending of [true, false]) {
      for (const window of WINDOWS) {
        await checkPage(JSON.stringify([isDescending, window]), evaluationsPage({}, { metric, isDescending }), window)
      }
    }
  })
}

test('pages in the order of recording, of activations, of spellings and of predictions are read from indexes', async () => {
  const key = ROWS / 2
  for (const isBackward of [false, true]) {
    const side = isBackward ? 'before' : 'after'
    for (const position of [null, key]) {
      const at = (value: number | null) => ({ isBackward, [side]: position === null ? null : { value, key: position } })
      await checkPage('recorded', evaluationsPage({}, null), at(null))
      await checkPage('activations', activationsPage({}), at(2))
      await checkPage('predictions', predictionsPage(null), at(0.5), 2000, 2)
    }
    await checkPage('equivalents', expressionsPage(null), { isBackward })
  }
})

test('a map reads its own points, and predictions of unevaluated functions read a few pages at most', async () => {
  for (const after of [null, { value: null, key: ROWS / 2 }]) {
    for (const map of ['surrogate', 'outputs', 'spectra'] as const)
      await checkPage('map', embeddingPage(map), { after }, 400)
    await checkPage('no map', embeddingPage(null), { after }, 50, 2)
  }
  for (const after of [null, { value: 0.5, key: ROWS / 2 }]) {
    for (const isEvaluated of [true, false])
      await checkPage('predictions', predictionsPage(isEvaluated), { after }, 2000, 2)
  }
})

test('jobs, searches and suggestions are read from indexes, also those in a rare state', async () => {
  for (const after of [null, { value: null, key: ROWS / 2 }]) {
    for (const datasetId of [null, 1, 2, 3]) {
      for (const state of [null, 'QUEUED', 'SUCCEEDED', 'FAILED'] as const) {
        await checkPage(`jobs ${datasetId} ${state}`, trainingJobsPage({ datasetId, state, apiKeyId: null }), { after })
      }
      for (const state of [null, 'ACTIVE', 'COMPLETED', 'STOPPED'] as const) {
        await checkPage(`searches ${datasetId} ${state}`, searchesPage({ datasetId, state, apiKeyId: null }), { after })
      }
    }
    for (const state of [null, 'LEASED', 'COMPLETED', 'FAILED', 'EXPIRED'] as const) {
      await checkPage(`suggestions ${state}`, suggestionsPage(state), { after })
    }
  }
})

test("one's own jobs and searches are read from indexes, also if they are few among many", async () => {
  for (const after of [null, { value: null, key: ROWS / 2 }]) {
    for (const apiKeyId of [1, 2, 3]) {
      for (const state of [null, 'QUEUED', 'SUCCEEDED', 'FAILED'] as const) {
        await checkPage(`jobs of ${apiKeyId} ${state}`, trainingJobsPage({ datasetId: null, state, apiKeyId }), {
          after,
        })
      }
      for (const state of [null, 'ACTIVE', 'COMPLETED', 'STOPPED'] as const) {
        await checkPage(`searches of ${apiKeyId} ${state}`, searchesPage({ datasetId: null, state, apiKeyId }), {
          after,
        })
      }
    }
  }
})

test('filters read an index or stop after a page', async () => {
  const filters: EvaluationConditions[] = [
    { activation: { operators: ['relu'] } },
    { activation: { operators: ['relu', 'abs'], isFinite: true } },
    { activation: { withoutOperators: ['relu'] } },
    { activation: { maxDepth: 2 } },
    { activation: { isFinite: true } },
    { activation: { notEvaluatedIn: 2 } },
    { validationAccuracy: { min: 0.2, max: 0.8 } },
    { trainLoss: { min: 0.001 } },
    { validationLoss: { min: 0.9961 } },
    { testLoss: { max: 0.0005 } },
    { minRuns: 1 },
    { minRuns: 3 },
    { minRuns: 4 },
    { minRuns: 5 },
  ]
  for (const conditions of filters) {
    const name = JSON.stringify(conditions)
    for (const window of [{}, { isBackward: true }, { after: middle }]) {
      await checkPage(
        name,
        evaluationsPage(conditions, { metric: 'VALIDATION_ACCURACY', isDescending: true }),
        window,
        5000,
      )
    }
    if (conditions.activation) await checkPage(name, activationsPage(conditions.activation), {}, 5000)
  }
  for (const evaluatedIn of [1, 2, 3]) await checkPage('evaluated', activationsPage({ evaluatedIn }), {}, 5000)
})

test('runs of a dataset are read from an index, also those of a rare or an unknown seed', async () => {
  for (const seed of [null, 0, 1, 3, 4]) {
    for (const after of [null, { value: null, key: ROWS / 2 }])
      await checkPage(`runs ${seed}`, runsPage({ seed }), { after })
    await checkPage(`runs ${seed} backwards`, runsPage({ seed }), { isBackward: true })
    await checkPage(`runs ${seed} of an empty dataset`, runsPage({ seed }), {}, 50, 3)
  }
})

test('a part of a text is found by its trigrams', async () => {
  const { rows } = await pool.query(
    "SELECT histogram_bounds::text AS bounds FROM pg_stats WHERE tablename = 'expressions' AND attname = 'text'",
  )
  // PostgreSQL expects a text of its random histogram in a hundredth of all rows, so it would walk through the others.
  const rare = ['f77777', 'f77778'].find((text) => !rows[0].bounds.includes(text))
  for (const contains of [rare, 'relu(x),f123']) {
    await checkPage(`part ${contains}`, activationsPage({ contains }), {}, 5000)
    const order = { metric: 'TEST_LOSS', isDescending: false } as const
    await checkPage(`part ${contains}`, evaluationsPage({ activation: { contains } }, order), {}, 5000)
  }
})

test('ranks in the middle, counts and statistics of a large dataset go through few rows', async () => {
  for (const metric of Object.keys(METRICS) as Metric[]) {
    const { column, property } = METRICS[metric]
    const middle = await pool.query(
      `SELECT id FROM evaluations WHERE dataset_id = 1 AND ${column} >= 0.5 ORDER BY ${column} LIMIT 20`,
    )
    const ids = middle.rows.map(({ id }) => id)
    await checkStatements(`ranks by ${metric}`, (db) => findRanks(db, metric, ids), 20 * 1500)
    const range = evaluationsPage({ [property]: { min: 0.2, max: 0.7 } }, null)
    await checkStatements(`count by ${metric}`, (db) => countRows(db, [1], range), 3000)
    const options = { metric, conditions: {}, bins: 50 }
    await checkStatements(`statistics of ${metric}`, (db) => listStatistics(db, [1], options), 60 * 1500)
  }
  await checkStatements('count', (db) => countEvaluations(db, [1, 2]), 100)
  await checkStatements('count of a list', (db) => countRows(db, [1], evaluationsPage({}, null)), 100)
})

test('the noise of a small dataset next to a large one goes through the rows of the small one', async () => {
  await checkStatements('noise', (db) => findSeedNoise(db, 'VALIDATION_ACCURACY', [2]), ROWS / 50)
})

test('PostgreSQL keeps one plan for a page of a named dataset and does not plan it each time', async () => {
  const client = await pool.connect()
  try {
    const list = evaluationsPage({}, { metric: 'VALIDATION_ACCURACY', isDescending: true })
    const window = { size: 20, isBackward: false, after: null, before: null }
    const shape = { type: 'Evaluation', fields: [{ key: 'expression', name: 'expression' }] } as const
    for (let i = 0; i < 12; i++) {
      const [page] = await listShapedPages(openKyselyOn(client), [`plans-${1 + (i % 2)}`], list, window, shape)
      assert.equal(page.count, 20)
    }
    const { rows } = await client.query<{ generic: number; custom: number }>(
      `SELECT generic_plans::int AS generic, custom_plans::int AS custom FROM pg_prepared_statements
       WHERE name LIKE 'page-of-named%'`,
    )
    // The first five are planned with their values, to compare.
    assert.deepEqual(rows, [{ generic: 7, custom: 5 }])
  } finally {
    client.release()
  }
})
