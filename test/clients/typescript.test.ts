import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { parse } from 'graphql'
import {
  CompareDocument,
  createClient,
  DatasetDocument,
  isActbenchError,
  LeaderboardDocument,
  type TypedDocument,
  toDate,
  toFloat32Array,
} from '../../clients/typescript/src/index.js'
import { openTestApi } from '../support/api.js'
import { openClientFixture } from '../support/fixtures/client-fixture.js'

const { api, address, secret } = await openClientFixture()

/** A client that notes its requests, and whose answers are lost as often as `lose` says. */
function openClient(options: { key?: string; patienceSeconds?: number; url?: string } = {}) {
  const requests: { method: string; url: string; status: number }[] = []
  let lost = 0
  const client = createClient({
    url: address,
    ...options,
    fetch: async (input, init) => {
      const response = await fetch(input, init)
      requests.push({ method: init?.method ?? 'GET', url: String(input), status: response.status })
      if (lost-- > 0) throw new TypeError('fetch failed', { cause: new Error('read ECONNRESET') })
      return response
    },
  })
  return {
    client,
    requests,
    lose(count: number) {
      lost = count
    },
  }
}

/** A document as other packages make it. */
const ADD = parse(`mutation Add($input: AddEvaluationInput!) {
  addEvaluation(input: $input) { evaluation { runCount } }
}`) as unknown as TypedDocument<
  { addEvaluation: { evaluation: { runCount: number } } | null },
  { input: { dataset: string; expression: string; validationAccuracy: number } }
>

test('a query of this package is asked by its hash, and its answer is sent once while nothing changes', async () => {
  const { client, requests } = openClient()
  const ask = async () =>
    (await client.query(LeaderboardDocument, { dataset: 'mine', first: 2 })).dataset?.leaderboard.nodes
  const first = await ask()
  const expressions: string[] | undefined = first?.map(({ expression }) => expression)
  assert.deepEqual(expressions, ['relu(x)', 'tanh(x)'])
  await ask()
  first?.pop()
  assert.equal((await ask())?.length, 2)
  const sent = requests.map(({ method, url, status }) => [method, status, url.includes('leaderboard')])
  // The service learns the text of the hash, then gives the answer an ETag, then says that it has not changed.
  assert.deepEqual(sent, [
    ['GET', 404, false],
    ['POST', 200, false],
    ['GET', 200, false],
    ['GET', 304, false],
  ])
})

test('a service that keeps no documents gets texts', async (t) => {
  const forgetful = await openTestApi(t, api.database, { limits: { persistedDocuments: 0 } })
  const url = await forgetful.app.http.listen({ port: 0, host: '127.0.0.1' })
  const { client, requests } = openClient({ url })
  for (let i = 0; i < 5; i++) await client.query(LeaderboardDocument, { dataset: 'mine', first: i + 1 })
  assert.equal(requests.filter(({ status }) => status === 404).length, 3)
  assert.deepEqual(
    requests.slice(-2).map(({ method, status }) => [method, status]),
    [
      ['GET', 200],
      ['GET', 200],
    ],
  )
})

test('texts, and documents of other packages, are asked too', async () => {
  const { client, requests } = openClient({ key: secret })
  assert.deepEqual(await client.query('query ($n: String!) { dataset(name: $n) { name } }', { n: 'mine' }), {
    dataset: { name: 'mine' },
  })
  assert.deepEqual(await client.query('{ viewer { name } }'), { viewer: { name: 'ADMIN' } })
  const document = parse('{ viewer { ...A } } fragment A on Viewer { scopes }', { noLocation: true })
  assert.deepEqual(await client.query(document as TypedDocument), { viewer: { scopes: ['ADMIN'] } })
  // An address must not be longer than the head of a request.
  assert.deepEqual(await client.query(`#${'-'.repeat(9000)}\n{ viewer { name } }`), { viewer: { name: 'ADMIN' } })
  assert.equal(requests.at(-1)?.method, 'POST')
})

test('an error has the code and the extensions of the API', async () => {
  const { client } = openClient()
  await assert.rejects(client.query(DatasetDocument, { name: 'nope' }), (error) => {
    assert.ok(isActbenchError(error, 'NOT_FOUND'))
    assert.deepEqual([error.extensions.argument, error.isTemporary, error.path], ['name', false, ['dataset']])
    return true
  })
  const variables = { expressions: ['relu(x)', 'relu(x'], datasets: ['mine'] }
  const { data, errors } = await client.request(CompareDocument, variables)
  assert.deepEqual([data.compare[0]?.expression, data.compare[1]], ['relu(x)', null])
  assert.deepEqual(
    [errors[0].code, errors[0].path, errors[0].extensions.position],
    ['INVALID_EXPRESSION', ['compare', 1], 6],
  )
  await assert.rejects(client.query(CompareDocument, variables), (error) =>
    isActbenchError(error, 'INVALID_EXPRESSION'),
  )
  await assert.rejects(client.query('{ nope }'), (error) => isActbenchError(error, 'GRAPHQL_VALIDATION_FAILED'))
  const wrong = createClient({ url: `${address}/graphql/`, key: 'abk_wrong' })
  await assert.rejects(wrong.query('{ service { name } }'), (error) => isActbenchError(error, 'UNAUTHENTICATED'))
  assert.throws(() => createClient({ url: '127.0.0.1:4000/x y' }), /url: expected the address of a service/)
})

test('a list is read page by page', async () => {
  const { client, requests } = openClient()
  const seen: (number | null)[] = []
  const page = { dataset: 'mine', first: 2 }
  for await (const { rank } of client.nodes(LeaderboardDocument, page, ({ dataset }) => dataset?.leaderboard))
    seen.push(rank)
  assert.deepEqual(seen, [1, 2, 3, 4, 5])
  assert.equal(requests.length, 3)
})

test('a mutation whose answer is lost is done once', async () => {
  const { client, requests, lose } = openClient({ key: secret })
  lose(2)
  const input = { dataset: 'mine', expression: 'gelu(x)', validationAccuracy: 0.3 }
  const added = await client.query(ADD, { input })
  assert.deepEqual(added, { addEvaluation: { evaluation: { runCount: 1 } } })
  assert.equal(requests.length, 3)
  // A text says nothing of its fields, so it is sent once.
  const text = `mutation ($input: AddEvaluationInput!) { addEvaluation(input: $input) { evaluation { runCount } } }`
  lose(1)
  await assert.rejects(client.query(text, { input }), (error) => isActbenchError(error, 'CONNECTION_FAILED'))
  assert.equal(requests.length, 4)
  await assert.rejects(
    client
      .query(ADD, { input: { ...input, idempotencyKey: 'a' } as typeof input })
      .then(() =>
        client.query(ADD, { input: { ...input, validationAccuracy: 0.5, idempotencyKey: 'a' } as typeof input }),
      ),
    (error) => isActbenchError(error, 'CONFLICT'),
  )
})

test('a request waits for its budget, and for a service that starts', async (t) => {
  const limited = await openTestApi(t, api.database, { rateLimit: 60 })
  const url = await limited.app.http.listen({ port: 0, host: '127.0.0.1' })
  const { client, requests } = openClient({ url, patienceSeconds: 30 })
  // Most of the budget of a minute, then the rest, of which a part comes back in a second.
  const many = `{ ${Array.from({ length: 40 }, (_, i) => `a${i}: dataset(name: "mine") { name }`).join(' ')} }`
  await client.query(many)
  for (let i = 0; !requests.some(({ status }) => status === 429); i++) {
    await client.query(`{ ${[1, 2].map((j) => `a${2 * i + j}: dataset(name: "mine") { name }`).join(' ')} }`)
  }
  assert.equal(requests.at(-1)?.status, 200)
  const impatient = createClient({ url, patienceSeconds: 0 })
  await assert.rejects(impatient.query(many), (error) => {
    return isActbenchError(error, 'RATE_LIMITED') && (error.retryAfterSeconds ?? 0) > 0
  })
  await limited.app.http.close()
  const none = createClient({ url, patienceSeconds: 0 })
  await assert.rejects(none.query('{ service { name } }'), (error) => isActbenchError(error, 'CONNECTION_FAILED'))
  const answered = client.query('mutation { stopSearch(id: "nope") { search { id } } }')
  const again = await openTestApi(t, api.database)
  await again.app.http.listen({ port: Number(new URL(url).port), host: '127.0.0.1' })
  await assert.rejects(answered, (error) => isActbenchError(error, 'UNAUTHENTICATED'))
})

test('an answer of another program is refused, and a request ends in time', async (t) => {
  const proxy = createServer((request, response) => {
    if (request.url?.includes('wait')) return
    response.writeHead(request.url?.includes('busy') ? 503 : 200, { 'retry-after': '7' }).end('<html>a page</html>')
  })
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done))
  t.after(() => proxy.close())
  t.after(() => proxy.closeAllConnections())
  const { port } = proxy.address() as { port: number }
  const open = (path: string) =>
    createClient({ url: `http://127.0.0.1:${port}/${path}`, patienceSeconds: 0, timeoutSeconds: 0.2 })
  await assert.rejects(
    open('page').query('{ service { name } }'),
    /expected an answer of actbench, got status 200 <html>/,
  )
  await assert.rejects(open('busy').query('{ service { name } }'), (error) => {
    return isActbenchError(error, 'SERVICE_UNAVAILABLE') && error.retryAfterSeconds === 7
  })
  await assert.rejects(open('wait').query('{ service { name } }'), /no answer within 0.2 seconds/)
  const signal = AbortSignal.abort(new Error('enough'))
  await assert.rejects(open('wait').query('{ service { name } }', {}, { signal }), /enough/)
})

test('numbers that JSON does not have are refused, and typed arrays and dates are sent', async () => {
  const { client } = openClient({ key: secret })
  for (const validationAccuracy of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const input = { dataset: 'mine', expression: 'x', validationAccuracy }
    await assert.rejects(client.query(ADD, { input }), /validationAccuracy: expected a finite number/)
  }
  const text =
    'query ($from: Float!, $points: Int!) { activation(expression: "x") { curve(from: $from, points: $points) { x } } }'
  await assert.rejects(client.query(text, { from: -1, points: 2n ** 60n }), /points: expected an integer below 2\^53/)
  const { activation } = await client.query<{ activation: { curve: { x: number }[] } }>(text, { from: -1, points: 2n })
  assert.deepEqual(activation.curve, [{ x: -1 }, { x: 5 }])
  const outputs = await client.query<{ activation: { outputs: { base64: string; values: (number | null)[] } } }>(
    '{ activation(expression: "1/x") { outputs { base64 values(limit: 5) } } }',
  )
  const vector = toFloat32Array(outputs.activation.outputs.base64)
  assert.equal(vector.length, 1000)
  assert.deepEqual([...vector.slice(0, 5)], outputs.activation.outputs.values)
  assert.deepEqual([...toFloat32Array('AACAfwAAwH8=')], [Number.POSITIVE_INFINITY, Number.NaN])
  const since = new Date(Date.now() + 1000)
  const times = await client.query<{ dataset: { createdAt: string } }>('{ dataset(name: "mine") { createdAt } }')
  assert.ok(toDate(times.dataset.createdAt) < since)
  assert.throws(() => toDate('yesterday'), /expected a time in ISO 8601/)
})
