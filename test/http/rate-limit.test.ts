import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApi, type TestApi } from '../support/api.js'
import { createTrainable } from '../support/fixtures/training-fixture.js'
import { interceptStatements } from '../support/intercept-statements.js'
import { openTestSocket } from '../support/sockets/web-socket.js'

const QUERY = '{ activations(first: 40) { nodes { __typename } } }'
const COST = 43

const post = ({ app }: TestApi, query: string, headers = {}, remoteAddress = '192.0.2.1') =>
  app.http.inject({ method: 'POST', url: '/graphql', headers, payload: { query }, remoteAddress })

test('the cost of an operation is in its answer and in the headers', async (t) => {
  const api = await openTestApi(t, undefined, { rateLimit: 1000 })
  const answer = await post(api, `{ rateLimit { limit remaining cost resetAt } ${QUERY.slice(1)}`)
  const { limit, remaining, cost, resetAt } = answer.json().data.rateLimit
  assert.deepEqual([limit, remaining, cost], [1000, 1000 - cost, cost])
  assert.ok(cost > COST)
  assert.ok(Math.abs(new Date(resetAt).getTime() - Date.now() - (cost / 1000) * 60_000) < 60_000)
  const { headers } = answer
  assert.equal(headers['ratelimit-limit'], '1000')
  assert.equal(headers['ratelimit-policy'], '1000;w=60')
  assert.equal(headers['ratelimit-remaining'], String(remaining))
  assert.match(String(headers['ratelimit-reset']), /^\d+$/)
  const later = await post(api, '{ rateLimit { remaining } }')
  assert.ok(later.json().data.rateLimit.remaining >= remaining - 3, 'and nothing is charged behind it')
})

test('a spent budget is RATE_LIMITED with the time to wait, only for the client that spent it', async (t) => {
  const api = await openTestApi(t, undefined, { rateLimit: 100 })
  for (let i = 0; i < 2; i++) assert.equal((await post(api, QUERY)).statusCode, 200)
  const refused = await post(api, QUERY)
  assert.equal(refused.statusCode, 429)
  const { code, retryAfterSeconds } = refused.json().errors[0].extensions
  assert.equal(code, 'RATE_LIMITED')
  assert.ok(retryAfterSeconds >= 1 && retryAfterSeconds <= 26)
  assert.equal(refused.headers['retry-after'], String(retryAfterSeconds))
  assert.equal((await post(api, '{ service { name } }')).statusCode, 200, 'what fits is still answered')
  assert.equal((await post(api, QUERY, {}, '192.0.2.2')).statusCode, 200)
})

test('a key has its own budget, wherever it is used', async (t) => {
  const api = await openTestApi(t, undefined, { rateLimit: 50 })
  const authorization = `Bearer ${await api.createKey('TRAIN')}`
  assert.equal((await post(api, QUERY)).statusCode, 200)
  assert.equal((await post(api, QUERY)).statusCode, 429)
  assert.equal((await post(api, QUERY, { authorization })).statusCode, 200)
  assert.equal((await post(api, QUERY, { authorization }, '198.51.100.9')).statusCode, 429)
})

test('all servers of a database share the budgets', async (t) => {
  const one = await openTestApi(t, undefined, { rateLimit: 50 })
  const other = await openTestApi(t, one.database, { rateLimit: 50 })
  assert.equal((await post(one, QUERY)).statusCode, 200)
  assert.equal((await post(other, QUERY)).statusCode, 429)
})

test('X-Forwarded-For is trusted only from trusted proxies, and only the part that they added', async (t) => {
  const forwarded = (address: string) => ({ 'x-forwarded-for': address })
  const open = await openTestApi(t, undefined, { rateLimit: 50 })
  assert.equal((await post(open, QUERY, forwarded('203.0.113.1'))).statusCode, 200)
  assert.equal((await post(open, QUERY, forwarded('203.0.113.2'))).statusCode, 429, 'an address that was made up')
  const behind = await openTestApi(t, undefined, { rateLimit: 50, trustedProxies: ['10.0.0.0/8'] })
  assert.equal((await post(behind, QUERY, forwarded('203.0.113.1'), '10.1.2.3')).statusCode, 200)
  assert.equal((await post(behind, QUERY, forwarded('203.0.113.2'), '10.1.2.3')).statusCode, 200)
  assert.equal((await post(behind, QUERY, forwarded('9.9.9.9, 203.0.113.2'), '10.1.2.3')).statusCode, 429)
  assert.equal((await post(behind, QUERY, forwarded('203.0.113.3'), '192.0.2.1')).statusCode, 200)
  assert.equal((await post(behind, QUERY, forwarded('203.0.113.4'), '192.0.2.1')).statusCode, 429)
})

test('no operation runs if the budget cannot be read', async (t) => {
  const api = await openTestApi(t)
  const gone = Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })
  const restore = interceptStatements(api.database.pool, () => Promise.reject(gone))
  const answer = await post(api, '{ service { name } }')
  restore()
  assert.equal(answer.statusCode, 503)
  assert.equal(answer.json().errors[0].extensions.code, 'SERVICE_UNAVAILABLE')
  assert.equal(answer.headers['retry-after'], String(answer.json().errors[0].extensions.retryAfterSeconds))
})

test('operations over a web socket are charged too', async (t) => {
  const api = await openTestApi(t, undefined, { rateLimit: 100 })
  const socket = await openTestSocket(api)
  t.after(() => socket.close())
  const ask = async () => {
    const answers = []
    for await (const answer of socket.open(QUERY)) answers.push(answer)
    return answers
  }
  for (let i = 0; i < 2; i++) assert.equal((await ask()).length, 1)
  await assert.rejects(ask, (errors: { extensions: { code: string; retryAfterSeconds: number } }[]) => {
    assert.equal(errors[0].extensions.code, 'RATE_LIMITED')
    return errors[0].extensions.retryAfterSeconds > 0
  })
})

test('each event of a subscription is charged, and a spent budget ends the stream', { timeout: 120_000 }, async (t) => {
  // The first event spends nearly everything: the budget needs 54 s to grow enough for the second one.
  const api = await openTestApi(t, undefined, { rateLimit: 120 })
  await createTrainable(api.database)
  const { prisma } = api.database
  const dataset = await prisma.dataset.findFirstOrThrow()
  const { id } = await prisma.surrogate.create({ data: { datasetId: dataset.id, version: 1, algorithm: 'UMAP_KNN' } })
  const socket = await openTestSocket(api)
  t.after(() => socket.close())
  const stream = socket.open(
    'subscription { surrogateUpdated(dataset: "mini-cnn") { state embedding(first: 390) { nodes { x } } } }',
  )
  const codes: unknown[] = []
  const changes = [{ state: 'FITTING' as const }]
  for await (const { errors } of stream) {
    codes.push(errors ? errors[0].extensions?.code : 'event')
    const change = changes.shift()
    if (change) await prisma.surrogate.update({ where: { id }, data: change })
  }
  assert.deepEqual(codes, ['event', 'RATE_LIMITED'])
})
