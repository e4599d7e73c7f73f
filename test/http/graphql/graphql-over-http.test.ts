import assert from 'node:assert/strict'
import { test } from 'node:test'
import supertest from 'supertest'
import { openTestApi } from '../../support/api.js'
import { openEmptyDatabase } from '../../support/database.js'
import { interceptStatements } from '../../support/intercept-statements.js'

const api = await openTestApi()
const { http } = api.app
await http.listen({ port: 0, host: '127.0.0.1' })
const request = () => supertest(http.server)

test('a query is answered over POST and over GET', async () => {
  const expected = { data: { service: { name: 'actbench', version: '1.2.3' } } }
  const query = '{ service { name version } }'
  const posted = await request().post('/graphql').send({ query })
  assert.deepEqual([posted.status, posted.body], [200, expected])
  const got = await request().get('/graphql').query({ query })
  assert.deepEqual([got.status, got.body], [200, expected])
})

test('a mutation over GET is refused with the allowed method', async () => {
  const secret = await api.createKey('ADMIN')
  const response = await request()
    .get('/graphql')
    .query({ query: 'mutation { createApiKey(input: { name: "k", scopes: [TRAIN] }) { secret } }' })
    .set('authorization', `Bearer ${secret}`)
  assert.equal(response.status, 405)
  assert.equal(response.headers.allow, 'POST')
  assert.equal(response.body.errors[0].extensions.code, 'BAD_REQUEST')
  const { data } = await api.ask('{ apiKeys { name } }', {}, secret)
  assert.ok(data.apiKeys.every(({ name }: { name: string }) => name !== 'k'))
})

test('a request that is not a GraphQL request is a BAD_REQUEST', async () => {
  const cases: [supertest.Test, number][] = [
    [request().post('/graphql').send({}), 400],
    [
      request()
        .post('/graphql')
        .send([{ query: '{ viewer { name } }' }]),
      400,
    ],
    [request().post('/graphql').set('content-type', 'application/json').send('{ broken'), 400],
    [request().post('/graphql').set('content-type', 'text/plain').send('{ viewer { name } }'), 415],
    [request().post('/graphql').type('form').send({ query: '{ viewer { name } }' }), 415],
    [request().get('/graphql'), 400],
    [
      request()
        .post('/graphql')
        .send({ query: 'x'.repeat(2 ** 20) }),
      413,
    ],
    [request().post('/graphql').send({ query: '{ viewer { name } }', operationName: 'b' }), 400],
  ]
  for (const [sent, status] of cases) {
    const response = await sent
    assert.equal(response.status, status, response.text)
    assert.equal(response.body.errors[0].extensions.code, 'BAD_REQUEST')
  }
})

test('an unknown path is NOT_FOUND', async () => {
  const response = await request().get('/nowhere')
  assert.equal(response.status, 404)
  assert.equal(response.body.errors[0].extensions.code, 'NOT_FOUND')
})

test('a request that is refused before its execution has the status of its code', async () => {
  const ask = (query: string) => request().post('/graphql').send({ query })
  assert.equal((await ask('{ nothing }')).status, 400)
  assert.equal((await ask('{ viewer')).status, 400)
  assert.equal((await ask('{ dataset(name: "nope") { id } }')).status, 200)
})

test('an invalid key is refused, whatever the operation', async () => {
  const past = new Date(Date.now() - 1000)
  const expired = await api.createKey('TRAIN')
  await api.database.prisma.apiKey.updateMany({ data: { expiresAt: past } })
  for (const authorization of [
    'Bearer abk_wrong',
    'Basic abc',
    'Bearer',
    `Bearer ${expired}`,
    `Bearer ${'a'.repeat(5000)}`,
  ]) {
    const response = await request()
      .post('/graphql')
      .set('authorization', authorization)
      .send({ query: '{ viewer { name } }' })
    assert.equal(response.status, 401, authorization)
    assert.equal(response.body.errors[0].extensions.code, 'UNAUTHENTICATED')
  }
})

test('a document may be requested by its hash', async () => {
  const query = '{ service { name } }'
  const { createHash } = await import('node:crypto')
  const sha256Hash = createHash('sha256').update(query).digest('hex')
  const extensions = { persistedQuery: { version: 1, sha256Hash } }
  const unknown = await request().post('/graphql').send({ extensions })
  assert.equal(unknown.body.errors[0].extensions.code, 'PERSISTED_QUERY_NOT_FOUND')
  await request().post('/graphql').send({ query, extensions })
  const known = await request().post('/graphql').send({ extensions })
  assert.deepEqual(known.body.data, { service: { name: 'actbench' } })
  const other = await request().post('/graphql').send({ query: '{ viewer { name } }', extensions })
  assert.equal(other.body.errors[0].extensions.code, 'BAD_REQUEST')
})

test('every answer carries its request id', async () => {
  const [first, second] = [await request().get('/healthz'), await request().get('/healthz')]
  assert.match(first.headers['x-request-id'], /^[0-9a-f-]{36}$/)
  assert.notEqual(first.headers['x-request-id'], second.headers['x-request-id'])
})

test('an unexpected failure is logged under the id that the client gets, and the client gets nothing else', async (t) => {
  const broken = await openTestApi(t)
  await broken.database.pool.query('ALTER TABLE datasets RENAME TO lost')
  const { data, errors } = await broken.ask('{ datasets { totalCount } }')
  assert.equal(data, null)
  const [{ message, extensions }] = errors
  assert.equal(extensions.code, 'INTERNAL_SERVER_ERROR')
  assert.deepEqual(Object.keys(extensions).sort(), ['code', 'requestId'])
  assert.equal(message, `something failed on the side of the service; it is logged as ${extensions.requestId}`)
  const entry = broken.log.map((line) => JSON.parse(line)).find((line) => line.requestId === extensions.requestId)
  assert.match(entry.err.message, /relation "datasets" does not exist/)
})

test('without its database the service answers SERVICE_UNAVAILABLE, and it is alive but not ready', async (t) => {
  const cut = await openTestApi(t)
  await cut.database.pool.query(
    "INSERT INTO activations (identity, identity_version, expression, depth, operators, is_finite, is_constant) VALUES (sha256('x'), 2, 'x', 0, '{}', true, false)",
  )
  const ready = () => cut.app.http.inject({ url: '/readyz' })
  assert.equal((await ready()).statusCode, 200)
  const gone = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  const restore = interceptStatements(cut.database.pool, () => Promise.reject(gone))
  const { errors } = await cut.ask('{ datasets { totalCount } }')
  assert.equal(errors[0].extensions.code, 'SERVICE_UNAVAILABLE')
  assert.equal(typeof errors[0].extensions.retryAfterSeconds, 'number')
  assert.equal((await ready()).statusCode, 503)
  assert.equal((await cut.app.http.inject({ url: '/healthz' })).statusCode, 200)
  restore()
  assert.equal((await ready()).statusCode, 200)
})

test('any number of requests for readiness use one connection to the database', async (t) => {
  const { app, database } = await openTestApi(t)
  let [running, most] = [0, 0]
  interceptStatements(database.pool, async (_, run) => {
    most = Math.max(most, ++running)
    try {
      return await run()
    } finally {
      running--
    }
  })
  const answers = await Promise.all(Array.from({ length: 200 }, () => app.http.inject({ url: '/readyz' })))
  assert.deepEqual(new Set(answers.map(({ statusCode }) => statusCode)), new Set([503]))
  assert.equal(most, 1)
})

test('a service without data is not ready', async (t) => {
  const unseeded = await openTestApi(t)
  assert.equal((await unseeded.app.http.inject({ url: '/readyz' })).statusCode, 503)
  const unmigrated = await openTestApi(t, await openEmptyDatabase(t))
  const response = await unmigrated.app.http.inject({ url: '/readyz' })
  assert.deepEqual([response.statusCode, response.json().missing], [503, 'the database is not migrated yet'])
})
