import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApi } from '../../support/api.js'
import { createBenchmark } from '../../support/benchmark.js'
import { interceptStatements } from '../../support/intercept-statements.js'

// The planner leaves alone a list with `edges`, so that the same rows come both ways: as JSON of PostgreSQL, and as objects.

const api = await openTestApi()
const { dataset } = await createBenchmark(api.database)
const METRICS =
  'trainAccuracy trainLoss validationAccuracy validationLoss testAccuracy testLoss runtimeSeconds createdAt __typename'
const ACTIVATION = 'activation { __typename id expression operators depth isFinite isConstant }'
const RUN = `runs { id seed backend device datasetVersion softwareVersion ${METRICS} epochs {
  __typename epoch trainAccuracy trainLoss validationAccuracy validationLoss } }`
const EVERYTHING = `id expression runCount ${METRICS} ${ACTIVATION} ${RUN}
  dataset { __typename id name version title architecture task }`
const PAGE = 'pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount __typename'

/** Asks an operation and returns its data, and whether PostgreSQL wrote the rows. */
async function ask(query: string, variables?: Record<string, unknown>) {
  let isPlanned = false
  const stop = interceptStatements(api.database.pool, (text, run) => {
    if (text.includes('row_to_json(s)')) isPlanned = true
    return run()
  })
  try {
    const { data, errors } = await api.ask(query, variables)
    assert.deepEqual(errors, [], query)
    return { data, isPlanned }
  } finally {
    stop()
  }
}

/** Compares the nodes of a list that is written by PostgreSQL with those of its edges. Returns the page. */
async function compareWays(list: string, node: string, isWritten = true) {
  const inDataset = (selection: string) => `{ dataset(name: "synthetic") { list: ${list} { ${selection} } } }`
  const planned = await ask(inDataset(`nodes { ${node} } ${PAGE}`))
  const objects = await ask(inDataset(`edges { node { ${node} } } ${PAGE}`))
  assert.deepEqual([planned.isPlanned, objects.isPlanned], [isWritten, false], list)
  const { nodes, ...page } = planned.data.dataset.list
  const { edges, ...samePage } = objects.data.dataset.list
  assert.deepEqual(
    nodes,
    edges.map((edge: { node: unknown }) => edge.node),
    list,
  )
  assert.deepEqual(page, samePage, list)
  return { nodes, page }
}

test('rows that PostgreSQL writes have every field as rows of objects have it', async () => {
  const { nodes } = await compareWays('leaderboard(first: 30)', EVERYTHING)
  assert.equal(nodes.length, 30)
  assert.equal(nodes[0].runs.length, 3)
  assert.equal(nodes[0].runs[0].epochs.length, 3)
})

test('numbers, texts and dates survive: small and large numbers, marks, letters beyond ASCII, missing values', async () => {
  const { pool } = api.database
  const [first, second] = await api.database.prisma.evaluation.findMany({ where: { datasetId: dataset.id }, take: 2 })
  await pool.query(
    'UPDATE evaluations SET test_loss = 5e-324, train_loss = 1.7976931348623157e308, runtime_seconds = 1e21 WHERE id = $1',
    [first.id],
  )
  await pool.query(
    "UPDATE evaluations SET test_loss = 0.1::float4, train_loss = 123456789012345680, created_at = '0099-01-02T03:04:05.006Z' WHERE id = $1",
    [second.id],
  )
  await pool.query('UPDATE runs SET device = $2, backend = $3, seed = NULL WHERE evaluation_id = $1 AND seed > 0', [
    first.id,
    'a "quoted" \\ back\nslash\t\u0001 \u2028 é 漢 🙂 </script> $& $1',
    '',
  ])
  const { nodes } = await compareWays('evaluations(first: 5)', EVERYTHING)
  assert.equal(nodes[0].testLoss, 5e-324)
  assert.equal(nodes[0].runs[2].device, 'a "quoted" \\ back\nslash\t\u0001 \u2028 é 漢 🙂 </script> $& $1')
})

test('every page is the same both ways: forwards, backwards, between cursors, filtered, empty, without the metric', async () => {
  const { page } = await compareWays('leaderboard(first: 7)', 'id')
  const [start, end] = [page.pageInfo.startCursor, page.pageInfo.endCursor].map((cursor) => JSON.stringify(cursor))
  for (const list of [
    `leaderboard(first: 7, after: ${end})`,
    `leaderboard(last: 5, before: ${end})`,
    `leaderboard(last: 5, before: ${end}, after: ${start})`,
    `leaderboard(first: 200, after: ${start})`,
    'leaderboard',
    'leaderboard(last: 9)',
    'leaderboard(first: 200, metric: TEST_LOSS)',
    'leaderboard(first: 1, metric: RUNTIME)',
    'leaderboard(filter: { validationAccuracy: { min: 2 } })',
    'leaderboard(last: 3, filter: { validationAccuracy: { min: 2 } })',
    'leaderboard(filter: { activation: { operators: ["relu"] }, trainAccuracy: { min: 0.2 } })',
    'evaluations(first: 4)',
    'evaluations(last: 4)',
    'evaluations(first: 4, offset: 3)',
    'evaluations(first: 4, offset: 46)',
    'evaluations(first: 60, orderBy: { metric: TRAIN_LOSS, direction: DESCENDING })',
  ]) {
    await compareWays(list, 'id expression testLoss')
  }
  // Nothing is read if the list is shorter than the offset.
  await compareWays('evaluations(first: 4, offset: 1000)', 'id expression testLoss', false)
})

test('aliases, fragments and equal fields are merged in the order of the selection', async () => {
  const query = (list: string) => `
    query ($wanted: Int!) { board: dataset(name: "synthetic") { ...OnDataset } }
    fragment OnDataset on Dataset { page: leaderboard(first: $wanted) { ...OnPage } name }
    fragment OnPage on EvaluationConnection { ${list} }
    fragment Row on Evaluation { runs { seed } ... on Node { b: id } runs { runSeed: seed epochs { epoch } } ...Again }
    fragment Again on Evaluation { expression activation { expression } }`
  const row = 'a: expression ...Row activation { id } ... { A: expression } ... on Run { id }'.replace(
    '... on Run { id }',
    '',
  )
  const planned = await ask(query(`rows: nodes { ${row} }`), { wanted: 4 })
  const objects = await ask(query(`edges { node { ${row} } }`), { wanted: 4 })
  assert.deepEqual([planned.isPlanned, objects.isPlanned], [true, false])
  const { rows } = planned.data.board.page
  const nodes = objects.data.board.page.edges.map((edge: { node: unknown }) => edge.node)
  assert.equal(JSON.stringify(rows), JSON.stringify(nodes))
  assert.deepEqual(Object.keys(rows[0]), ['a', 'runs', 'b', 'expression', 'activation', 'A'])
})

test('several lists and several parents are planned together', async () => {
  const { data, isPlanned } = await ask(`{
    datasets { nodes { name leaderboard(first: 2) { nodes { id } } worst: leaderboard(last: 2) { nodes { id testLoss } } } }
    activations(first: 3) { nodes { id expression operators } pageInfo { endCursor } }
    again: activations(first: 3) { edges { node { id expression operators } } pageInfo { endCursor } }
  }`)
  assert.ok(isPlanned)
  const [{ leaderboard, worst }] = data.datasets.nodes
  assert.deepEqual([leaderboard.nodes.length, worst.nodes.length], [2, 2])
  assert.notDeepEqual(leaderboard.nodes[0].id, worst.nodes[0].id)
  assert.deepEqual(
    data.activations.nodes,
    data.again.edges.map((edge: { node: unknown }) => edge.node),
  )
  assert.deepEqual(data.activations.pageInfo, data.again.pageInfo)
})

test('what PostgreSQL cannot write runs as it was sent', async () => {
  const long = 'k'.repeat(64)
  for (const selection of [
    'leaderboard(first: 2) { nodes { rank } }',
    'leaderboard(first: 2) { nodes { runs { metadata } } }',
    'leaderboard(first: 2) { nodes { id @include(if: true) } }',
    'leaderboard(first: 2) { nodes { ... @skip(if: false) { id } } }',
    'leaderboard(first: 2) { nodes { id } edges { cursor } }',
    'leaderboard(first: 2) { nodes { id } more: nodes { expression } }',
    'leaderboard(first: 2) { nodes { id } } leaderboard(first: 2) { nodes { expression } }',
    `leaderboard(first: 2) { nodes { ${long}: id } }`,
    'name',
  ]) {
    const { isPlanned } = await ask(`{ dataset(name: "synthetic") { ${selection} } }`)
    assert.equal(isPlanned, false, selection)
  }
  const { data } = await ask(
    `{ dataset(name: "synthetic") { leaderboard(first: 1) { nodes { id } nodes { expression } } } }`,
  )
  assert.deepEqual(Object.keys(data.dataset.leaderboard.nodes[0]), ['id', 'expression'])
})

test('conditions around a planned list are kept', async () => {
  const query = `query ($list: Boolean!, $name: Boolean!) { dataset(name: "synthetic") {
    name @include(if: $name) leaderboard(first: 1) @include(if: $list) { nodes @skip(if: $name) { id } totalCount } } }`
  const keys = async (list: boolean, name: boolean) => {
    const { dataset } = (await ask(query, { list, name })).data
    return [Object.keys(dataset), Object.keys(dataset.leaderboard ?? {})]
  }
  assert.deepEqual(await keys(true, true), [['name', 'leaderboard'], ['totalCount']])
  assert.deepEqual(await keys(true, false), [['leaderboard'], ['nodes', 'totalCount']])
  assert.deepEqual(await keys(false, true), [['name'], []])
})

test('the errors of an operation with planned lists are those of graphql-js, with the data beside them', async () => {
  const nodes = '{ nodes { id expression } }'
  const failing = await api.ask(`{ good: dataset(name: "synthetic") { leaderboard(first: 1) ${nodes} }
    bad: dataset(name: "no-such") { leaderboard ${nodes} } }`)
  assert.equal(failing.data.good.leaderboard.nodes.length, 1)
  assert.equal(failing.data.bad, null)
  assert.deepEqual(
    failing.errors.map(({ path, extensions }) => [path, extensions.code]),
    [[['bad'], 'NOT_FOUND']],
  )
  const refused = await api.ask(`{ dataset(name: "synthetic") { leaderboard(first: 1000) ${nodes} } }`)
  assert.deepEqual(
    refused.errors.map(({ path, extensions }) => [path, extensions.argument]),
    [[['dataset', 'leaderboard'], 'first']],
  )
  const variable = await api.ask(
    `query ($first: Int!) { dataset(name: "synthetic") { leaderboard(first: $first) ${nodes} } }`,
  )
  assert.deepEqual(
    [variable.errors[0].extensions.code, variable.errors[0].extensions.argument],
    ['BAD_USER_INPUT', 'first'],
  )
})

test('nobody sees the field of the planned schema', async () => {
  const asked = await api.ask('{ dataset(name: "synthetic") { leaderboard { plannedNodes } } }')
  assert.equal(asked.errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED')
  const { data } = await ask(`{ __type(name: "EvaluationConnection") { fields { name } }
    dataset(name: "synthetic") { leaderboard(first: 1) { nodes { id } } } }`)
  assert.ok(!data.__type.fields.some(({ name }: { name: string }) => name === 'plannedNodes'))
})

test('a leaderboard needs one statement, which finds the dataset by its name', async () => {
  const countOf = async (query: string) => {
    let count = 0
    const stop = interceptStatements(api.database.pool, (text, run) => {
      if (/\bdatasets\b|\bevaluations\b/.test(text)) count++
      return run()
    })
    const { data, errors } = await api.ask(query)
    stop()
    return { count, data, codes: errors.map(({ extensions }) => extensions.code) }
  }
  const list = 'leaderboard(first: 3) { nodes { id dataset { name } } pageInfo { hasNextPage } __typename }'
  const one = await countOf(`{ dataset(name: "synthetic") { name __typename ${list} } }`)
  assert.deepEqual([one.count, one.codes], [1, []])
  assert.equal(one.data.dataset.name, 'synthetic')
  assert.equal(one.data.dataset.__typename, 'Dataset')
  const read = await countOf(`{ dataset(name: "synthetic") { id ${list} } }`)
  assert.equal(read.count, 2)
  assert.deepEqual(one.data.dataset.leaderboard, read.data.dataset.leaderboard)
  const missing = await countOf(`{ dataset(name: "missing") { ${list} } }`)
  assert.deepEqual([missing.data, missing.codes], [{ dataset: null }, ['NOT_FOUND']])
  const both = await countOf(`{ a: dataset(name: "synthetic") { ${list} } b: dataset(name: "missing") { ${list} } }`)
  assert.deepEqual([both.data.b, both.codes], [null, ['NOT_FOUND']])
  assert.deepEqual(both.data.a.leaderboard, one.data.dataset.leaderboard)
  const wrong = await countOf('{ dataset(name: "synthetic") { leaderboard(first: 0) { nodes { id } } } }')
  assert.deepEqual(wrong.codes, ['BAD_USER_INPUT'])
  const unasked = await countOf(
    '{ dataset(name: "missing") { leaderboard(first: 1) @include(if: false) { nodes { id } } } }',
  )
  assert.deepEqual(unasked.codes, ['NOT_FOUND'])
})
