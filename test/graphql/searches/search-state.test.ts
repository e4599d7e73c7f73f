import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApi } from '../../support/api.js'
import { createSyntheticDataset, listFunctions, storeFunctions } from '../../support/fixtures/learning-fixture.js'
import { createTrainable } from '../../support/fixtures/training-fixture.js'
import { interceptStatements } from '../../support/intercept-statements.js'

const api = await openTestApi()
const { database } = api
const [owner, stranger, admin] = [
  await api.createKey('SEARCH', 'TRAIN'),
  await api.createKey('SEARCH'),
  await api.createKey('ADMIN'),
]
const functions = await storeFunctions(database, listFunctions(30))
await createSyntheticDataset(database, { name: 'two', measured: functions.slice(0, 2) })
await createSyntheticDataset(database, { name: 'many', measured: functions })
await createTrainable(database)

const STATE = 'id state endReason waitingFor seed schemas budget completed failed'

async function ask(document: string, variables: Record<string, unknown> = {}, key: string | undefined = owner) {
  const { data, errors } = await api.ask(document, variables, key)
  assert.deepEqual(errors, [])
  return data
}

const begin = async (input: Record<string, unknown>) =>
  (
    await ask(`mutation ($input: CreateSearchInput!) { createSearch(input: $input) { search { ${STATE} } } }`, {
      input: { dataset: 'many', algorithm: 'RANDOM', seed: 7, ...input },
    })
  ).createSearch.search

const suggest = async (searchId: string, input: Record<string, unknown> = {}) =>
  (
    await ask(
      `mutation ($input: SuggestInput!) {
        suggest(input: $input) { suggestions { id expression } search { ${STATE} } }
      }`,
      { input: { searchId, worker: 'w', ...input } },
    )
  ).suggest

const report = async (suggestionId: string, input: Record<string, unknown> = {}) =>
  (
    await ask(
      `mutation ($input: ReportEvaluationInput!) {
        reportEvaluation(input: $input) { suggestion { id state } search { ${STATE} } }
      }`,
      { input: { suggestionId, ...input } },
    )
  ).reportEvaluation

const read = async (id: string, key: string | undefined = owner) =>
  (await ask(`query ($id: ID!) { search(id: $id) { ${STATE} } }`, { id }, key)).search

const toKey = (id: string) => Number(Buffer.from(id, 'base64url').toString().split(':')[1])

test('a new search shows its seed and schemas, and waits for nothing', async () => {
  const search = await begin({ schemas: ['unary( x )'] })
  assert.deepEqual(
    [search.seed, search.schemas, search.waitingFor, search.endReason, search.failed],
    [7, ['unary(x)'], null, null, 0],
  )
})

test('a replay of two functions completes with its last function and says why', async () => {
  for (const algorithm of ['RANDOM', 'REGULARIZED_EVOLUTION', 'EXPECTED_IMPROVEMENT']) {
    const { id } = await begin({ dataset: 'two', replay: true, budget: 10, algorithm })
    const { suggestions, search } = await suggest(id, { count: 5 })
    assert.equal(suggestions.length, 2)
    assert.equal(search.state, 'ACTIVE')
    assert.match(
      search.waitingFor,
      /all measured functions of the dataset are evaluated or leased; .* lease ends at \d{4}-/,
    )
    assert.deepEqual((await suggest(id, { worker: 'other' })).suggestions, [])
    assert.equal((await report(suggestions[0].id)).search.state, 'ACTIVE')
    const last = (await report(suggestions[1].id)).search
    assert.deepEqual([last.state, last.endReason, last.completed], ['COMPLETED', 'NO_FUNCTION_LEFT', 2])
    assert.match(last.waitingFor, /the search has ended: all measured functions/)
    assert.deepEqual((await suggest(id)).suggestions, [])
  }
})

test('a search whose budget is leased says until when, and an expired lease ends the wait', async () => {
  const { id } = await begin({ budget: 2 })
  const { suggestions } = await suggest(id, { count: 5 })
  const { waitingFor } = await read(id)
  assert.match(waitingFor, /^the rest of its budget is leased; the first lease ends at \d{4}-\d\d-\d\dT/)
  await database.prisma.suggestion.update({
    where: { id: toKey(suggestions[0].id) },
    data: { leaseExpiresAt: new Date() },
  })
  assert.equal((await read(id)).waitingFor, null)
  assert.equal((await suggest(id, { worker: 'other' })).suggestions[0].expression, suggestions[0].expression)
})

test('a search whose trainings no worker takes says so', async () => {
  const { id } = await begin({ dataset: 'mini-cnn', budget: 1, schemas: ['unary(unary(x))'] })
  await suggest(id, { train: true })
  assert.match((await read(id)).waitingFor, /is leased; .* a training waits: no worker for mini-cnn is connected/)
})

test('a search by EXPECTED_IMPROVEMENT without a process says whether one is being fitted', async () => {
  const { id } = await begin({})
  await database.prisma.search.update({ where: { id: toKey(id) }, data: { algorithm: 'EXPECTED_IMPROVEMENT' } })
  assert.match((await read(id)).waitingFor, /updateSurrogate fits one/)
  await ask(
    'mutation { updateSurrogate(input: { dataset: "many", algorithm: GAUSSIAN_PROCESS }) { surrogate { id } } }',
  )
  assert.match((await read(id)).waitingFor, /a surrogate is being fitted/)
})

test('a search that fails too often ends, says so, and goes on with a larger budget', async () => {
  const { id } = await begin({ budget: 1 })
  for (let failure = 0; failure < 3; failure++) {
    const [{ id: suggestion }] = (await suggest(id)).suggestions
    await report(suggestion, { failure: 'CUDA out of memory' })
  }
  const ended = await read(id)
  assert.deepEqual([ended.state, ended.endReason, ended.failed], ['STOPPED', 'TOO_MANY_FAILURES', 3])
  assert.match(ended.waitingFor, /3 evaluations failed/)
  const extended = await ask(
    `mutation ($id: ID!) { extendSearch(id: $id, budget: 2) { search { ${STATE} } } }`,
    { id },
    admin,
  )
  assert.deepEqual(
    [extended.extendSearch.search.state, extended.extendSearch.search.budget, extended.extendSearch.search.endReason],
    ['ACTIVE', 2, null],
  )
  assert.equal((await suggest(id)).suggestions.length, 1)
})

test('a budget can be raised, also after it was used, by the owner and ADMIN only, and never lowered', async () => {
  const { id } = await begin({ replay: true, budget: 1 })
  const extend = (budget: number, key = owner, search = id) =>
    api.ask(
      'mutation ($id: ID!, $budget: Int!) { extendSearch(id: $id, budget: $budget) { search { state budget } } }',
      { id: search, budget },
      key,
    )
  const codeOf = async (answer: ReturnType<typeof extend>) => (await answer).errors[0]?.extensions.code
  await report((await suggest(id)).suggestions[0].id)
  assert.equal((await read(id)).endReason, 'BUDGET_USED')
  assert.equal(await codeOf(extend(3, stranger)), 'FORBIDDEN')
  for (const budget of [0, 1, -1, 10_001]) assert.equal(await codeOf(extend(budget)), 'BAD_USER_INPUT')
  for (let turn = 0; turn < 2; turn++) {
    assert.deepEqual((await extend(3)).data.extendSearch.search, { state: 'ACTIVE', budget: 3 })
  }
  assert.equal(await codeOf(extend(2)), 'BAD_USER_INPUT')
  assert.equal((await suggest(id, { count: 5 })).suggestions.length, 2)
  await ask('mutation ($id: ID!) { stopSearch(id: $id) { search { id } } }', { id })
  assert.equal(await codeOf(extend(9)), 'CONFLICT')
  assert.equal(await codeOf(extend(9, owner, Buffer.from('Search:999999').toString('base64url'))), 'NOT_FOUND')
})

test('a suggestion shows all that was reported; the worker and the failure only to the owner and ADMIN', async () => {
  const { id } = await begin({})
  const { suggestions } = await suggest(id, { count: 2, worker: 'gpu-3' })
  const metrics = {
    ...{ validationAccuracy: 0.5, validationLoss: 1.5, trainAccuracy: 0.75, trainLoss: 1.25 },
    ...{ testAccuracy: 0.25, testLoss: 2, runtimeSeconds: 12 },
  }
  await report(suggestions[0].id, metrics)
  await report(suggestions[1].id, { failure: 'CUDA out of memory in /home/me' })
  const list = async (key?: string) =>
    (
      await api.ask(
        `query ($id: ID!) { search(id: $id) {
          suggestions { nodes { worker failure ${Object.keys(metrics).join(' ')} } } best { worker testLoss }
        } }`,
        { id },
        key,
      )
    ).data.search
  const nothing = Object.fromEntries(Object.keys(metrics).map((name) => [name, null]))
  for (const key of [owner, admin]) {
    assert.deepEqual((await list(key)).suggestions.nodes, [
      { worker: 'gpu-3', failure: null, ...metrics },
      { worker: 'gpu-3', failure: 'CUDA out of memory in /home/me', ...nothing },
    ])
  }
  for (const key of [stranger, undefined]) {
    const { suggestions: others, best } = await list(key)
    assert.deepEqual(others.nodes, [
      { worker: null, failure: null, ...metrics },
      { worker: null, failure: null, ...nothing },
    ])
    assert.deepEqual(best, { worker: null, testLoss: 2 })
  }
})

test('`mine` lists the searches of the key of the request, and needs a key', async () => {
  const list = (mine: boolean | null, key?: string) =>
    api.ask(
      `query ($mine: Boolean) { searches(mine: $mine, dataset: "many", state: ACTIVE, first: 200) { totalCount nodes { id } } }`,
      { mine },
      key,
    )
  const document = 'mutation { createSearch(input: { dataset: "many", algorithm: RANDOM }) { search { id } } }'
  const { id } = (await ask(document, {}, stranger)).createSearch.search
  assert.deepEqual((await list(true, stranger)).data.searches, { totalCount: 1, nodes: [{ id }] })
  for (const mine of [false, null]) assert.ok((await list(mine)).data.searches.totalCount > 5)
  assert.equal((await list(true)).errors[0].extensions.code, 'UNAUTHENTICATED')
})

test('states, reasons and progress of many searches take the same number of statements as those of one', async () => {
  for (let more = 0; more < 12; more++) await suggest((await begin({ dataset: 'two', replay: true })).id)
  const count = async (first: number) => {
    let statements = 0
    const stop = interceptStatements(database.pool, (_, run) => {
      statements++
      return run()
    })
    await ask(`{ searches(dataset: "two", first: ${first}) { nodes { ${STATE} best { worker failure } } } }`)
    stop()
    return statements
  }
  const least = async (first: number) => Math.min(await count(first), await count(first), await count(first))
  assert.equal(await least(12), await least(1))
})
