import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApi } from '../../support/api.js'
import { createBenchmark } from '../../support/benchmark.js'
import { interceptStatements } from '../../support/intercept-statements.js'

// The planner leaves alone a selection with a directive, so that the same rows come both ways: as JSON of PostgreSQL, and as objects.

const api = await openTestApi(undefined, undefined, { rateLimit: 0 })
await createBenchmark(api.database)
const METRICS = 'trainAccuracy trainLoss validationAccuracy validationLoss testAccuracy testLoss runtimeSeconds'
const EVALUATION = `__typename id expression runCount createdAt ${METRICS}
  activation { id expression operators } dataset { __typename id name version title architecture task }
  runs { id seed epochs { epoch validationAccuracy } }`
const [{ expression: STORED }] = await api.database.prisma.activation.findMany({
  where: { evaluations: { some: {} } },
  take: 1,
})

/** Asks a query, and counts the statements of whose rows PostgreSQL writes the JSON. */
async function ask(query: string, variables?: Record<string, unknown>) {
  let written = 0
  const stop = interceptStatements(api.database.pool, (text, run) => {
    if (text.includes('row_to_json(s)')) written++
    return run()
  })
  const { data, errors } = await api.ask(query, variables)
  stop()
  return { data, errors, written }
}

/** Compares both ways to answer a query, whose `#` is replaced by nothing and by a directive that keeps everything. */
async function compareWays(query: string, written: number, variables?: Record<string, unknown>) {
  const planned = await ask(query.replaceAll('#', ''), variables)
  const objects = await ask(query.replaceAll('#', '@include(if: true)'), variables)
  assert.deepEqual([planned.written, objects.written], [written, 0], query)
  assert.deepEqual(planned.errors, [])
  assert.equal(JSON.stringify(planned.data), JSON.stringify(objects.data), query)
  return planned.data
}

const ofFunction = (selection: string) => `query ($expression: String!) { activation(expression: $expression) {
  ${selection} } }`

test('evaluations of a function have every field as text as they have it as objects', async () => {
  const query = ofFunction(`id evaluations { ${EVALUATION} id # } expression`)
  const { activation } = await compareWays(query, 1, { expression: STORED })
  assert.deepEqual(Object.keys(activation), ['id', 'evaluations', 'expression'])
  assert.equal(activation.evaluations.length, 1)
  assert.equal(activation.evaluations[0].runs[0].epochs.length, 3)
})

test('functions near another one are the same both ways, with aliases and fragments', async () => {
  const query = `${ofFunction(`near: neighbours(first: 4) { far: distance ...Near } evaluations { id # }`)}
    fragment Near on Neighbour { is: activation { __typename name: expression ... on Node { id } depth isFinite # } }`
  const { activation } = await compareWays(query, 2, { expression: STORED })
  assert.deepEqual(Object.keys(activation.near[0]), ['far', 'is'])
  assert.deepEqual(Object.keys(activation.near[0].is), ['__typename', 'name', 'id', 'depth', 'isFinite'])
  assert.equal(activation.near.length, 4)
})

test('a function that is not stored, or that nobody has evaluated, has an empty list', async () => {
  const expression = 'sub(swish(x),arctan(arctan(arcsinh(x))))'
  const unstored = await compareWays(ofFunction('id evaluations { id # }'), 0, { expression })
  assert.deepEqual(unstored.activation.evaluations, [])
  const { id } = await api.database.prisma.activation.findFirstOrThrow({ where: { evaluations: { some: {} } } })
  await api.database.prisma.evaluation.deleteMany({ where: { activationId: id } })
  const { expression: lonely } = await api.database.prisma.activation.findUniqueOrThrow({ where: { id } })
  const { activation } = await compareWays(ofFunction('evaluations { id # }'), 1, { expression: lonely })
  assert.deepEqual(activation.evaluations, [])
})

test('all evaluations of a function come dataset by dataset', async () => {
  const { pool } = api.database
  await pool.query(`INSERT INTO datasets (name, version, title, description, architecture, task, origin, updated_at)
    SELECT name, '1', 't', 'd', 'a', 't', 'REPORTED', now() FROM unnest(ARRAY['second', 'third']) name`)
  await pool.query(`INSERT INTO evaluations (dataset_id, activation_id, expression, origin, updated_at)
    SELECT d.id, a.id, a.expression || n, 'IMPORTED', now() FROM datasets d, activations a, generate_series(1, 2) n
      WHERE a.expression = '${STORED}' ORDER BY d.id DESC, n`)
  const query = ofFunction('evaluations { expression dataset { name } validationAccuracy # }')
  const { activation } = await compareWays(query, 1, { expression: STORED })
  assert.ok(activation.evaluations.length >= 6)
})

test('what PostgreSQL cannot write, and fields that would have to be merged, run as they were sent', async () => {
  for (const selection of [
    'evaluations { rank }',
    'evaluations { activation { names } }',
    'evaluations { id } evaluations { expression }',
    'neighbours(first: 2) { activation { names } }',
    'neighbours(first: 2) { activation { id } activation { depth } }',
  ]) {
    const { errors, written } = await ask(ofFunction(selection), { expression: STORED })
    assert.deepEqual([errors, written], [[], 0], selection)
  }
})

test('a condition on a relation is decided by its variable', async () => {
  const query = `query ($list: Boolean!) { activation(expression: "${STORED}") { id
    evaluations @include(if: $list) { id } } }`
  const keys = async (list: boolean) => Object.keys((await ask(query, { list })).data.activation)
  assert.deepEqual([await keys(true), await keys(false)], [['id', 'evaluations'], ['id']])
})

test('errors beside a relation are those of graphql-js', async () => {
  const { data, errors } = await ask(`{ good: activation(expression: "${STORED}") { evaluations { id } }
    bad: activation(expression: "no-such(x)") { evaluations { id } }
    wrong: activation(expression: "${STORED}") { neighbours(first: 0) { activation { id } } } }`)
  assert.ok(data.good.evaluations.length > 0)
  assert.deepEqual([data.bad, data.wrong], [null, null])
  assert.deepEqual(
    errors.map(({ path, extensions }) => [path?.join('.'), extensions.code]),
    [
      ['bad', 'INVALID_EXPRESSION'],
      ['wrong.neighbours', 'BAD_USER_INPUT'],
    ],
  )
})
