import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { openTestApi, type TestApi, type TestApiOptions } from '../../support/api.js'
import { createBenchmark } from '../../support/benchmark.js'
import { openTestDatabase } from '../../support/database.js'

// A query that was answered before takes a shorter way through the server. The path with a slash at its end never takes it.

async function open(t: TestContext, options: TestApiOptions = {}): Promise<TestApi> {
  const database = await openTestDatabase(t)
  await createBenchmark(database)
  return openTestApi(t, database, options)
}

function send(api: TestApi, url: string, payload: object, headers: Record<string, string> = {}) {
  return api.app.http.inject({ method: 'POST', url, headers, payload })
}

type Response = Awaited<ReturnType<typeof send>>

/** Everything that a client sees, except what differs from request to request. */
function comparable({ statusCode, body, headers }: Response) {
  const { date, 'x-request-id': requestId, 'ratelimit-remaining': _, 'ratelimit-reset': __, ...same } = headers
  return { statusCode, body: body.replaceAll(String(requestId), 'ID'), ...same }
}

/** Asks until the query is known, and compares the answer with that of the long way. */
async function compareWays(api: TestApi, payload: object, headers: Record<string, string> = {}): Promise<Response> {
  await send(api, '/graphql', payload, headers)
  const short = await send(api, '/graphql', payload, headers)
  const long = await send(api, '/graphql/', payload, headers)
  assert.deepEqual(comparable(short), comparable(long), JSON.stringify(payload))
  return short
}

const LEADERBOARD = `query Best($name: String!, $first: Int = 2) { dataset(name: $name) { title leaderboard(first: $first) {
  nodes { expression validationAccuracy } totalCount } } }`
const variables = { name: 'synthetic' }

test('a known query has the same answers, headers, errors and status', async (t) => {
  const api = await open(t)
  const query = LEADERBOARD
  const known = await compareWays(api, { query, variables })
  assert.equal(known.json().data.dataset.leaderboard.nodes.length, 2)
  const failures: [object, number, string][] = [
    [{ variables: { name: 'missing' } }, 200, 'NOT_FOUND'],
    [{ variables: {} }, 400, 'BAD_USER_INPUT'],
    [{ variables: { ...variables, first: 'x' } }, 400, 'BAD_USER_INPUT'],
    [{ variables: { ...variables, first: 1000 } }, 200, 'BAD_USER_INPUT'],
    [{ variables: { name: 'a\0b' } }, 400, 'BAD_USER_INPUT'],
    [{ variables: { name: `${'x'.repeat(20_000)}` } }, 200, 'NOT_FOUND'],
    [{ variables: [] }, 400, 'BAD_REQUEST'],
    [{ variables: 'x' }, 400, 'BAD_REQUEST'],
    [{ variables, operationName: 'Other' }, 400, 'BAD_REQUEST'],
    [{ variables, operationName: 7 }, 400, 'BAD_REQUEST'],
    [{ variables, extensions: 'x' }, 400, 'BAD_REQUEST'],
  ]
  for (const [more, status, code] of failures) {
    const { statusCode, body } = await compareWays(api, { query, ...more })
    const { errors } = JSON.parse(body)
    assert.deepEqual([statusCode, errors[0].extensions.code], [status, code], JSON.stringify(more))
  }
  for (const more of [
    { operationName: 'Best' },
    { operationName: null, extensions: null },
    { extensions: { client: 'x' } },
    { other: 1 },
  ]) {
    assert.equal((await compareWays(api, { query, variables, ...more })).body, known.body)
  }
})

test('a known query answers in the media type that each client accepts, and a key still counts', async (t) => {
  const api = await open(t)
  const payload = { query: LEADERBOARD, variables }
  for (const accept of ['application/json', 'application/graphql-response+json', '*/*']) {
    await compareWays(api, payload, { accept })
  }
  const { headers } = await compareWays(api, payload, { accept: 'application/graphql-response+json' })
  assert.match(String(headers['content-type']), /^application\/graphql-response\+json/)
  assert.equal((await compareWays(api, payload, { accept: 'text/html' })).statusCode, 406)
  const refused = await compareWays(api, payload, { authorization: 'Bearer wrong' })
  assert.deepEqual([refused.statusCode, refused.json().errors[0].extensions.code], [401, 'UNAUTHENTICATED'])
  const viewer = { query: '{ viewer { name } }' }
  const secret = await api.createKey('TRAIN')
  assert.equal((await compareWays(api, viewer)).json().data.viewer, null)
  const own = await compareWays(api, viewer, { authorization: `Bearer ${secret}` })
  assert.equal(own.json().data.viewer.name, 'TRAIN')
})

test('each operation of a document is known by itself, and a mutation never', async (t) => {
  const api = await open(t)
  const query =
    'query A { __typename } query B { datasets { totalCount } } mutation C { revokeApiKey(id: "x") { __typename } }'
  assert.deepEqual((await compareWays(api, { query, operationName: 'A' })).json().data, { __typename: 'Query' })
  assert.ok((await compareWays(api, { query, operationName: 'B' })).json().data.datasets.totalCount > 0)
  assert.equal((await compareWays(api, { query })).statusCode, 400)
  const refused = await compareWays(api, { query, operationName: 'C' })
  assert.equal(refused.json().errors[0].extensions.code, 'UNAUTHENTICATED')
})

test('a known query costs the same, also if it fails, and is counted and refused like any other', async (t) => {
  const api = await open(t, { rateLimit: 2000 })
  const readCost = async () => {
    const text = await api.app.gate.metrics.write()
    return Number(/^actbench_operation_cost_total (\d+)$/m.exec(text)?.[1] ?? 0)
  }
  const spent = async (url: string, payload: object) => {
    const before = await readCost()
    await send(api, url, payload)
    return (await readCost()) - before
  }
  for (const given of [variables, { name: 'missing' }]) {
    const payload = { query: LEADERBOARD, variables: given }
    const first = await spent('/graphql', payload)
    assert.ok(first > 0)
    assert.deepEqual([await spent('/graphql', payload), await spent('/graphql/', payload)], [first, first])
  }
  const text = await api.app.gate.metrics.write()
  assert.match(text, /^actbench_operations_total\{operation="Best",type="query",code="OK"\} 3$/m)
  assert.match(text, /^actbench_operations_total\{operation="Best",type="query",code="NOT_FOUND"\} 3$/m)
  const payload = { query: LEADERBOARD, variables: { ...variables, first: 200 } }
  let last = await send(api, '/graphql', payload)
  for (let i = 0; i < 100 && last.statusCode === 200; i++) last = await send(api, '/graphql', payload)
  assert.deepEqual([last.statusCode, last.json().errors[0].extensions.code], [429, 'RATE_LIMITED'])
  assert.ok(Number(last.headers['retry-after']) > 0)
  assert.equal(api.app.gate.inProgress, 0)
})

test('a known query whose answer is too large or that costs too much is refused', async (t) => {
  const api = await open(t, { limits: { answerBytes: 3000, cost: 200 } })
  const list = (first: number) => ({
    query: 'query ($first: Int) { activations(first: $first) { nodes { id expression } } }',
    variables: { first },
  })
  assert.equal((await compareWays(api, list(2))).statusCode, 200)
  const statuses = []
  for (const first of [30, 200]) {
    const response = await compareWays(api, list(first))
    assert.equal(response.json().errors[0].extensions.code, 'QUERY_TOO_COMPLEX')
    statuses.push(response.statusCode)
  }
  assert.deepEqual(statuses, [400, 400])
})
