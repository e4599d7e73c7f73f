import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApi } from '../support/api.js'

const api = await openTestApi()
const key = await api.createKey('DATASET')

async function ask(document: string) {
  const { data, errors } = await api.ask(document, {}, key)
  assert.deepEqual(errors, [])
  return data
}

await ask(`mutation {
  createDataset(input: { name: "own", title: "t", description: "d", architecture: "a", task: "t" }) { dataset { id } }
}`)
await ask(`mutation { addEvaluations(input: { dataset: "own", rows: [
  { expression: "relu(x)", seed: 0, testLoss: 0.5, trainLoss: 0.1, validationAccuracy: 0.5 }
  { expression: "relu(x)", seed: 1, testLoss: 0.7, trainLoss: 0.3, validationAccuracy: 0.6 }
  { expression: "tanh(x)", seed: 1, testLoss: 1.5, validationLoss: 1.25, validationAccuracy: 0.7 }
  { expression: "elu(x)", validationAccuracy: 0.8 }
] }) { evaluations { id } } }`)

const inDataset = async (selection: string) => (await ask(`{ dataset(name: "own") { ${selection} } }`)).dataset

test('runs of a dataset are listed newest first, also those of one seed, page by page', async () => {
  const fields = 'nodes { seed evaluation { expression runCount } }'
  const { all, ones, none } =
    await inDataset(`all: runs { totalCount ${fields} } ones: runs(seed: 1) { totalCount ${fields} }
    none: runs(seed: 7) { totalCount ${fields} }`)
  const toShort = ({
    nodes,
  }: {
    nodes: { seed: number | null; evaluation: { expression: string; runCount: number } }[]
  }) => nodes.map(({ seed, evaluation }) => [seed, evaluation.expression, evaluation.runCount])
  assert.deepEqual(toShort(all), [
    [null, 'elu(x)', 1],
    [1, 'tanh(x)', 1],
    [1, 'relu(x)', 2],
    [0, 'relu(x)', 2],
  ])
  assert.deepEqual([all.totalCount, ones.totalCount, none.totalCount], [4, 2, 0])
  assert.deepEqual(toShort(ones), toShort(all).slice(1, 3))
  const first = (await inDataset('runs(first: 3) { nodes { seed } pageInfo { hasNextPage endCursor } }')).runs
  const rest = (
    await inDataset(`runs(first: 3, after: "${first.pageInfo.endCursor}") { nodes { seed } pageInfo { hasNextPage } }`)
  ).runs
  assert.deepEqual([first.pageInfo.hasNextPage, rest.nodes, rest.pageInfo.hasNextPage], [true, [{ seed: 0 }], false])
})

test('a cursor of the runs of one seed belongs to that list', async () => {
  const { pageInfo } = (await inDataset('runs(first: 1) { pageInfo { endCursor } }')).runs
  const { errors } = await api.ask(
    `{ dataset(name: "own") { runs(seed: 1, after: "${pageInfo.endCursor}") { totalCount } } }`,
  )
  assert.equal(errors[0].extensions.code, 'BAD_USER_INPUT')
})

test('evaluations are filtered by losses and by the number of runs', async () => {
  const filters: [string, string[]][] = [
    ['minRuns: 0', ['elu(x)', 'tanh(x)', 'relu(x)']],
    ['minRuns: 1', ['elu(x)', 'tanh(x)', 'relu(x)']],
    ['minRuns: 2', ['relu(x)']],
    ['minRuns: 3', []],
    ['minRuns: null, testLoss: null', ['elu(x)', 'tanh(x)', 'relu(x)']],
    ['testLoss: { max: 1 }', ['relu(x)']],
    ['testLoss: { min: 0.6 }', ['tanh(x)', 'relu(x)']],
    ['trainLoss: { min: 0.2, max: 0.2 }', ['relu(x)']],
    ['validationLoss: { min: 1.25, max: 2 }', ['tanh(x)']],
    ['validationLoss: { max: 1 }', []],
    ['minRuns: 2, testLoss: { min: 1 }', []],
  ]
  for (const [filter, expected] of filters) {
    const { leaderboard, statistics } = await inDataset(
      `leaderboard(filter: { ${filter} }) { totalCount nodes { expression } } statistics(filter: { ${filter} }) { count }`,
    )
    assert.deepEqual(
      leaderboard.nodes.map(({ expression }: { expression: string }) => expression),
      expected,
      filter,
    )
    assert.deepEqual([leaderboard.totalCount, statistics.count], [expected.length, expected.length], filter)
  }
})
