import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { writeSeedFolder } from '../../../src/datasets/shipped/seed-folder.js'
import { importSeed } from '../../../src/services/shipped-data/import-seed.js'
import { openTestApi } from '../../support/api.js'
import { makeFolder } from '../../support/folder.js'
import { makeRun, makeSeedData, makeSeedManifest, openWithoutSpace } from '../../support/seed.js'

test('nothing that a client stores or deletes changes names, filters, groups or exports of another dataset', async (t) => {
  const database = await openWithoutSpace(t)
  const seedFolder = makeFolder()
  const data = makeSeedData()
  // Longer than the spellings that the client uses below.
  const runs = [...data.runs, makeRun('max(x,tanh(erf(x)))', 0, 0.3), makeRun('identity(tanh(softsign(x)))', 0, 0.1)]
  writeSeedFolder(join(seedFolder, 'mini-test'), makeSeedManifest(), { ...data, runs })
  await importSeed(database, { seedFolder })
  const api = await openTestApi(t, database, { rateLimit: 0 })
  const secret = await api.createKey('DATASET', 'SEARCH', 'TRAIN')
  const ask = async (query: string) => {
    const { data, errors } = await api.ask(query, {}, secret)
    assert.deepEqual(errors, [], query)
    return data
  }
  const read = async () => {
    const activation = '{ id expression depth operators equivalents { totalCount nodes } }'
    const answer = await ask(`{
      dataset(name: "mini-test") {
        rows: leaderboard { nodes { expression activation ${activation} } }
        flat: leaderboard(filter: { activation: { maxDepth: 1 } }) { totalCount }
        deep: leaderboard(filter: { activation: { maxDepth: 2 } }) { totalCount }
        contains: leaderboard(filter: { activation: { contains: "tanh(softsign" } }) { totalCount }
        short: leaderboard(filter: { activation: { contains: "prod_n" } }) { totalCount }
        without: leaderboard(filter: { activation: { withoutOperators: ["identity"] } }) { totalCount }
        operators: groups(by: OPERATOR) { key statistics { count quartiles } }
        roots: groups(by: ROOT_OPERATOR) { key statistics { count } }
        depths: groups(by: DEPTH) { key statistics { count } }
      }
      named: activation(expression: "tanh(softsign(x))") ${activation}
      activations(filter: { evaluatedIn: "mini-test" }) { nodes ${activation} }
    }`)
    const exported: unknown[] = []
    for (const format of ['json', 'jsonl', 'csv']) {
      const { statusCode, body, headers } = await api.app.http.inject({ url: `/export/mini-test.${format}` })
      assert.equal(statusCode, 200, body)
      exported.push([body, headers.etag])
    }
    return { answer, exported }
  }
  const before = await read()
  assert.equal(before.answer.named.expression, 'identity(tanh(softsign(x)))')
  await ask(
    `mutation { createDataset(input: { name: "own", title: "t", description: "d", architecture: "a", task: "t" }) { dataset { id } } }`,
  )
  for (const text of [
    ...['tanh(softsign(x))', 'mul(square(x),square(x))', 'identity(relu(x))', 'max(tanh(erf(x)),x)'],
    ...['x', 'erfc(x)', 'negative(x)', 'prod_n(x,sigmoid(x))', 'cosh(tanh(erf(x)))'],
  ]) {
    const { addEvaluation } = await ask(`mutation { addEvaluation(input: { dataset: "own", expression: "${text}",
      validationAccuracy: 0.5 }) { evaluation { expression } } }`)
    assert.equal(addEvaluation.evaluation.expression, text)
    assert.deepEqual(await read(), before, text)
  }
  const { createSearch } = await ask(`mutation { createSearch(input: { dataset: "own", algorithm: RANDOM, budget: 5,
    schemas: ["identity(unary(unary(x)))"] }) { search { id } } }`)
  const { suggest } =
    await ask(`mutation { suggest(input: { searchId: "${createSearch.search.id}", worker: "w", count: 2 }) {
    suggestions { id } } }`)
  for (const { id } of suggest.suggestions) {
    await ask(
      `mutation { reportEvaluation(input: { suggestionId: "${id}", validationAccuracy: 0.4 }) { suggestion { id } } }`,
    )
  }
  assert.deepEqual(await read(), before)
  await ask('mutation { deleteDataset(name: "own") { __typename } }')
  assert.deepEqual(await read(), before)
})

test('the name that the first client gave stays, also if its dataset is deleted', async (t) => {
  const api = await openTestApi(t)
  const ask = async (query: string, secret: string) => {
    const { data, errors } = await api.ask(query, {}, secret)
    assert.deepEqual(errors, [], query)
    return data
  }
  const evaluate = (name: string, expression: string) => `mutation {
    createDataset(input: { name: "${name}", title: "t", description: "d", architecture: "a", task: "t" }) { dataset { id } }
    addEvaluation(input: { dataset: "${name}", expression: "${expression}", validationAccuracy: 0.5 }) {
      evaluation { expression activation { expression depth equivalents { nodes } } } } }`
  const [first, second] = [await api.createKey('DATASET'), await api.createKey('DATASET')]
  const name = 'identity(tanh(erf(mish(x))))'
  const activation = { expression: name, depth: 4, equivalents: { nodes: [name] } }
  assert.deepEqual((await ask(evaluate('one', name), first)).addEvaluation.evaluation, { expression: name, activation })
  const own = 'tanh(erf(mish(x)))'
  assert.deepEqual((await ask(evaluate('two', own), second)).addEvaluation.evaluation, { expression: own, activation })
  await ask('mutation { deleteDataset(name: "one") { __typename } }', first)
  const { dataset } = await ask(
    '{ dataset(name: "two") { evaluations { nodes { expression activation { expression depth equivalents { nodes } } } } } }',
    second,
  )
  assert.deepEqual(dataset.evaluations.nodes, [{ expression: own, activation }])
})
