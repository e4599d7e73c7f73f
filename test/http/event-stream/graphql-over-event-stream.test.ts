import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClient } from 'graphql-sse'
import { openTestApi } from '../../support/api.js'
import { createWorker, playTraining } from '../../support/benchmark.js'
import { countSubscriptions } from '../../support/fixtures/client-fixture.js'
import { createTrainable } from '../../support/fixtures/training-fixture.js'
import { waitUntil } from '../../support/wait-until.js'

const api = await openTestApi(undefined, undefined, { limits: { streams: 3 } })
const address = await api.app.http.listen({ port: 0, host: '127.0.0.1' })
const { id: datasetId } = await createTrainable(api.database)
const secret = await api.createKey('ADMIN')
const EVENTS = { accept: 'text/event-stream' }
const WATCH = 'subscription { evaluations(dataset: "mini-cnn") { expression } }'

const post = (body: object, headers: Record<string, string> = {}, path = '/graphql') =>
  fetch(`${address}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...EVENTS, ...headers },
    body: JSON.stringify(body),
  })

/** The results in the text of a whole stream, and whether it was completed. */
function readEvents(text: string) {
  const events = text.split('\n\n').filter((each) => each !== '' && each !== ':')
  const results = events.filter((each) => each.startsWith('event: next\n')).map((each) => JSON.parse(each.slice(18)))
  return { results, isComplete: events.at(-1) === 'event: complete\ndata: ' && results.length === events.length - 1 }
}

test('an operation is answered by events, over POST and GET, at both paths, and nothing compresses them', async () => {
  const query = '{ service { name } }'
  const headers = { ...EVENTS, 'accept-encoding': 'gzip, br' }
  const search = new URLSearchParams({ query, variables: '{}' })
  for (const response of [
    await post({ query }, headers),
    await post({ query }, { ...headers, accept: '*/*' }, '/graphql/stream'),
    await fetch(`${address}/graphql?${search}`, { headers }),
    await fetch(`${address}/graphql/stream?${search}`, { headers }),
  ]) {
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8')
    assert.equal(response.headers.get('content-encoding'), null)
    assert.match(String(response.headers.get('cache-control')), /no-transform/)
    assert.equal(response.headers.get('x-accel-buffering'), 'no')
    assert.equal(response.headers.get('access-control-allow-origin'), '*')
    assert.ok(Number(response.headers.get('ratelimit-remaining')) > 0)
    const data = JSON.stringify({ data: { service: { name: 'actbench' } } })
    assert.equal(await response.text(), `:\n\nevent: next\ndata: ${data}\n\nevent: complete\ndata: \n\n`)
  }
})

test('a subscription sends the current state, then each change, and completes at the end', async () => {
  const worker = await createWorker(api.database)
  const { data } = await api.ask(
    'mutation { trainActivation(input: { dataset: "mini-cnn", expression: "mish(x)", seeds: [0] }) { jobs { id } } }',
    {},
    secret,
  )
  const client = createClient({ url: `${address}/graphql`, retryAttempts: 0 })
  const query = 'subscription ($id: ID!) { trainingJob(id: $id) { state } }'
  const stream = client.iterate<{ trainingJob: { state: string } }>({
    query,
    variables: { id: data.trainActivation.jobs[0].id },
  })
  assert.deepEqual((await stream.next()).value, { data: { trainingJob: { state: 'QUEUED' } } })
  const job = await api.database.prisma.trainingJob.findFirstOrThrow()
  await playTraining(api.database, job.id, worker.id)
  const states: unknown[] = []
  for await (const each of stream) states.push(each.data?.trainingJob.state)
  assert.equal(states.at(-1), 'SUCCEEDED')
  await waitUntil(async () => (await countSubscriptions(api)) === 0)
})

test('errors about the document or its arguments come as an event, with the codes of the API', async () => {
  for (const [query, code] of [
    ['subscription { evaluations(dataset: "nope") { id } }', 'NOT_FOUND'],
    ['subscription ($d: String!) { evaluations(dataset: $d) { id } }', 'BAD_USER_INPUT'],
    ['subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['subscription {', 'GRAPHQL_PARSE_FAILED'],
    [`{ ${'a{'.repeat(1000)} }`, 'GRAPHQL_PARSE_FAILED'],
    [
      `{ ${'node(id:"a"){...on Dataset{evaluation(expression:"x"){activation{'.repeat(8)}id${'}'.repeat(32)} }`,
      'QUERY_TOO_COMPLEX',
    ],
    ['{ activation(expression: "nope(x)") { id } }', 'INVALID_EXPRESSION'],
  ] as const) {
    const response = await post({ query })
    const { results, isComplete } = readEvents(await response.text())
    assert.deepEqual([response.status, results.length, isComplete], [200, 1, true], query)
    assert.equal(results[0].errors[0].extensions.code, code, query)
  }
})

test('a request that is refused because of its client has the status and the body of an answer over HTTP', async () => {
  const mutation = 'mutation { updateSurrogate(input: { dataset: "mini-cnn" }) { surrogate { id } } }'
  for (const [response, status, code] of [
    [await post({}), 400, 'BAD_REQUEST'],
    [await post({ query: '{ service { name } }', variables: [] }), 400, 'BAD_REQUEST'],
    [await post({ query: 'query a { service { name } }', operationName: 'b' }), 400, 'BAD_REQUEST'],
    [await fetch(`${address}/graphql?query={service{name}}&variables={`, { headers: EVENTS }), 400, 'BAD_REQUEST'],
    [await post({ query: WATCH }, { authorization: 'Bearer wrong' }), 401, 'UNAUTHENTICATED'],
    [await post({ query: mutation }), 401, 'UNAUTHENTICATED'],
    [await post({ query: mutation }, { authorization: `Bearer ${await api.createKey('SEARCH')}` }), 403, 'FORBIDDEN'],
    [await post({ query: WATCH }, { 'content-type': 'text/plain' }), 415, 'BAD_REQUEST'],
    [await post({ query: WATCH }, { 'content-encoding': 'gzip' }), 415, 'BAD_REQUEST'],
  ] as const) {
    const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] }
    assert.deepEqual([response.status, errors[0].extensions.code], [status, code])
  }
  const search = new URLSearchParams({ query: mutation })
  const got = await fetch(`${address}/graphql/stream?${search}`, {
    headers: { ...EVENTS, authorization: `Bearer ${secret}` },
  })
  assert.deepEqual([got.status, got.headers.get('allow')], [405, 'POST'])
})

test('an address has a limited number of streams, and a client that leaves makes room', async () => {
  const leaving = new AbortController()
  const open = await Promise.all(
    [1, 2, 3].map(() =>
      fetch(`${address}/graphql/stream?${new URLSearchParams({ query: WATCH })}`, { signal: leaving.signal }),
    ),
  )
  assert.deepEqual(new Set(open.map(({ status }) => status)), new Set([200]))
  assert.equal(await countSubscriptions(api), 3)
  const refused = await post({ query: WATCH })
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '60'])
  leaving.abort()
  await waitUntil(async () => (await countSubscriptions(api)) === 0)
  await waitUntil(async () => (await post({ query: '{ service { name } }' })).status === 200)
})

test('each event is charged, and a client without budget is told so and the stream ends', async (t) => {
  const poor = await openTestApi(t, api.database, { rateLimit: 40 })
  const there = await poor.app.http.listen({ port: 0, host: '127.0.0.1' })
  const client = createClient({ url: `${there}/graphql`, retryAttempts: 0 })
  const stream = client.iterate({ query: WATCH })
  const codes: unknown[] = []
  const reading = (async () => {
    for await (const { errors } of stream) codes.push(errors?.[0]?.extensions?.code ?? 'OK')
  })()
  await waitUntil(async () => (await countSubscriptions(poor)) === 1)
  const add = `INSERT INTO evaluations (dataset_id, activation_id, expression, origin)
    SELECT $1, id, $2, 'IMPORTED' FROM activations LIMIT 1`
  for (let i = 0; codes.at(-1) !== 'RATE_LIMITED'; i++) {
    await api.database.pool.query('DELETE FROM evaluations')
    await api.database.pool.query(add, [datasetId, 'mish(x)'])
    await waitUntil(() => codes.length > i)
  }
  await reading
  assert.ok(codes.length > 1)
  assert.deepEqual(new Set(codes.slice(0, -1)), new Set(['OK']))
  const refused = await fetch(`${there}/graphql/stream?${new URLSearchParams({ query: WATCH })}`)
  assert.equal(refused.status, 429)
  assert.ok(Number(refused.headers.get('retry-after')) > 0)
})

test('a server that stops ends its streams without completing them, so that clients connect again', async (t) => {
  const other = await openTestApi(t, api.database)
  const there = await other.app.http.listen({ port: 0, host: '127.0.0.1' })
  const response = await fetch(`${there}/graphql/stream?${new URLSearchParams({ query: WATCH })}`)
  const text = response.text().catch(() => 'broken')
  await waitUntil(async () => (await countSubscriptions(other)) === 1)
  await other.app.close()
  assert.ok(!(await text).includes('complete'))
})
