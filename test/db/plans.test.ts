import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EvaluationConditions } from '../../src/db/conditions.js'
import { METRICS, type Metric } from '../../src/db/metrics.js'
import { activationsPage, evaluationsPage, expressionsPage, predictionsPage } from '../../src/db/page-queries.js'
import { listPages, type PageQueryBuilder, type Position, type Window } from '../../src/db/pages.js'
import { openTestDatabase } from '../support/database.js'

const database = await openTestDatabase()
const { pool } = database
const ROWS = 100_000

// One large dataset and a small one; every seventh value of a metric is missing, and values have ties.
await pool.query(`
  INSERT INTO datasets (name, version, title, description, architecture, task, origin, updated_at)
    SELECT 'plans-' || i, '1', 't', 'd', 'a', 't', 'IMPORTED', now() FROM generate_series(1, 2) i;
  INSERT INTO activations (identity, expression, depth, operators, is_finite, is_constant)
    SELECT sha256(i::text::bytea), 'max(relu(x),f' || i || '(x))', i % 5,
      ARRAY['max', (ARRAY['relu','erf','tanh','swish'])[1 + i % 4], (ARRAY['abs','exp'])[1 + i % 2]],
      i % 9 <> 0, false FROM generate_series(1, ${ROWS}) i;
  INSERT INTO expressions (text, activation_id, length) SELECT expression, id, char_length(expression) FROM activations;
  INSERT INTO evaluations (dataset_id, activation_id, expression, origin, updated_at,
      ${Object.values(METRICS).map(({ column }) => column)})
    SELECT CASE WHEN id % 50 = 0 THEN 2 ELSE 1 END, id, expression, 'IMPORTED', now(),
      ${Object.values(METRICS).map((_, m) => `CASE WHEN id % 7 <> ${m} THEN (id * 7919 % 997) / 1000.0 END`)} FROM activations;
  INSERT INTO surrogates (dataset_id, version, algorithm, features) VALUES (1, 1, 'UMAP_KNN', '{OUTPUTS}');
  INSERT INTO surrogate_points (surrogate_id, activation_id, x, y, mean, features, based_on)
    SELECT 1, id, random(), random(), (id * 31 % 997) / 1000.0, '{OUTPUTS}', '{}' FROM activations`)
await pool.query('ANALYZE')

interface Plan {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: Plan[]
}

/** The plan of the very statement that a page sends, with what it really read. */
async function explainPage(build: PageQueryBuilder, window: Partial<Window>): Promise<Plan> {
  let plan: Plan | undefined
  const explaining = {
    async query(text: string, values: unknown[]) {
      const { rows } = await pool.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values)
      plan = rows[0]['QUERY PLAN'][0].Plan
      return pool.query(text, values)
    },
  }
  await listPages(explaining as never, [1], build, {
    size: 20,
    isBackward: false,
    after: null,
    before: null,
    ...window,
  })
  return plan as Plan
}

function* nodesOf(plan: Plan): Generator<Plan> {
  yield plan
  for (const child of plan.Plans ?? []) yield* nodesOf(child)
}

/** No step of the plan reads, sorts or drops rows far beyond a page: so no large table is read from end to end. */
async function checkPage(name: string, build: PageQueryBuilder, window: Partial<Window>, most = 2000): Promise<void> {
  for (const node of nodesOf(await explainPage(build, window))) {
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
      await checkPage('predictions', predictionsPage(null), at(0.5))
    }
    await checkPage('equivalents', expressionsPage(null), { isBackward })
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
})

test('a part of a text is found by its trigrams', async () => {
  for (const contains of ['f77777', 'relu(x),f123']) {
    await checkPage(contains, activationsPage({ contains }), {}, 5000)
    const order = { metric: 'TEST_LOSS', isDescending: false } as const
    await checkPage(contains, evaluationsPage({ activation: { contains } }, order), {}, 5000)
  }
})
