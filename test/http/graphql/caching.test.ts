import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { openTestApi } from '../../support/api.js'
import { createBenchmark } from '../../support/benchmark.js'

const api = await openTestApi()
await createBenchmark(api.database)
const LEADERBOARD =
  '{ dataset(name: "synthetic") { leaderboard(first: 3) { nodes { expression validationAccuracy } } } }'

const get = (query: Record<string, string>, headers: Record<string, string> = {}) =>
  api.app.http.inject({ method: 'GET', url: '/graphql', query, headers })

test('caches may keep a leaderboard over GET for a while, and its ETag changes with its content', async () => {
  const first = await get({ query: LEADERBOARD })
  assert.equal(first.statusCode, 200)
  assert.equal(first.headers['cache-control'], 'public, max-age=0, s-maxage=10')
  assert.equal(first.headers.vary, 'accept, accept-encoding, authorization')
  const etag = String(first.headers.etag)
  assert.match(etag, /^"[\w-]{27}"$/)
  for (const tag of [etag, `W/${etag}`, `"other", ${etag}`]) {
    const again = await get({ query: LEADERBOARD }, { 'if-none-match': tag })
    assert.deepEqual([again.statusCode, again.body, again.headers.etag], [304, '', etag])
    assert.equal(again.headers['cache-control'], 'public, max-age=0, s-maxage=10')
  }
  await api.database.pool.query('UPDATE evaluations SET validation_accuracy = 0.123')
  const changed = await get({ query: LEADERBOARD }, { 'if-none-match': etag })
  assert.equal(changed.statusCode, 200)
  assert.notEqual(changed.headers.etag, etag)
})

test('the two media types have different ETags', async () => {
  const json = await get({ query: LEADERBOARD }, { accept: 'application/json' })
  const graphql = await get({ query: LEADERBOARD }, { accept: 'application/graphql-response+json' })
  assert.notEqual(json.headers.etag, graphql.headers.etag)
})

test('caches revalidate answers that change from second to second', async () => {
  for (const query of [
    '{ trainingJobs { nodes { state } } }',
    '{ searches { nodes { state } } }',
    '{ service { workers { id } } }',
    '{ node(id: "RGF0YXNldDox") { id } }',
    '{ service { ...F } } fragment F on ServiceInfo { workers { id } }',
  ]) {
    const answer = await get({ query })
    assert.equal(answer.statusCode, 200, answer.body)
    assert.equal(answer.headers['cache-control'], 'public, no-cache', query)
    assert.ok(answer.headers.etag)
  }
})

test('no cache keeps an answer for one client', async () => {
  const authorization = `Bearer ${await api.createKey('TRAIN')}`
  const answers = [
    await get({ query: LEADERBOARD }, { authorization }),
    await get({ query: '{ viewer { name } }' }),
    await get({ query: '{ rateLimit { cost } }' }),
    await get({ query: '{ dataset(name: "synthetic") { surrogate { progress } } }' }),
    await get({ query: '{ apiKeys { name } service { name } }' }),
    await get({ query: '{ dataset(name: "nope") { id } }' }),
    await get({ query: '{ nothing }' }),
    await get({ query: LEADERBOARD }, { authorization: 'Bearer abk_wrong' }),
    await api.app.http.inject({ method: 'POST', url: '/graphql', payload: { query: LEADERBOARD } }),
  ]
  for (const { headers } of answers) {
    assert.equal(headers['cache-control'], 'private, no-store')
    assert.equal(headers.etag, undefined)
  }
})

test('a document that ran can be requested by its hash, also through a CDN', async () => {
  const sha256Hash = createHash('sha256').update(LEADERBOARD).digest('hex')
  const extensions = JSON.stringify({ persistedQuery: { version: 1, sha256Hash } })
  const unknown = await get({ extensions })
  assert.deepEqual([unknown.statusCode, unknown.json().errors[0].extensions.code], [404, 'PERSISTED_QUERY_NOT_FOUND'])
  assert.equal((await get({ query: LEADERBOARD, extensions })).statusCode, 200)
  const known = await get({ extensions })
  assert.equal(known.statusCode, 200)
  assert.ok(known.json().data.dataset)
  assert.equal(known.headers['cache-control'], 'public, max-age=0, s-maxage=10')
})

test('a document cannot be stored under the hash of another one, or if it is refused', async () => {
  const store = (query: string, text: string) => {
    const sha256Hash = createHash('sha256').update(text).digest('hex')
    return get({ query, extensions: JSON.stringify({ persistedQuery: { version: 1, sha256Hash } }) })
  }
  const find = (text: string) => {
    const sha256Hash = createHash('sha256').update(text).digest('hex')
    return get({ extensions: JSON.stringify({ persistedQuery: { version: 1, sha256Hash } }) })
  }
  const victim = '{ operators { name } }'
  assert.equal((await store('{ service { name } }', victim)).json().errors[0].extensions.code, 'BAD_REQUEST')
  assert.equal((await find(victim)).statusCode, 404)
  for (const refused of ['{ nothing }', '{ activations(first: 200) { nodes { neighbours { distance } } } }']) {
    await store(refused, refused)
    assert.equal((await find(refused)).statusCode, 404)
  }
  for (const sha256Hash of [{}, [], 7, null, '', '__proto__', ['x']]) {
    const answer = await get({ extensions: JSON.stringify({ persistedQuery: { version: 1, sha256Hash } }) })
    assert.ok([400, 404].includes(answer.statusCode), answer.body)
  }
})

test('a limited number of documents is kept, and no long ones', async (t) => {
  const small = await openTestApi(t, undefined, { limits: { persistedDocuments: 3 } })
  const ask = async (text: string, isKnown: boolean) => {
    const sha256Hash = createHash('sha256').update(text).digest('hex')
    const payload = { extensions: { persistedQuery: { version: 1, sha256Hash } }, ...(!isKnown && { query: text }) }
    const { statusCode } = await small.app.http.inject({ method: 'POST', url: '/graphql', payload })
    return statusCode
  }
  const documents = [1, 2, 3, 4].map((i) => `query Q${i} { service { name } }`)
  for (const text of documents) assert.equal(await ask(text, false), 200)
  assert.deepEqual(await Promise.all(documents.map((text) => ask(text, true))), [404, 200, 200, 200])
  const long = `# ${'x'.repeat(20_000)}\n{ service { name } }`
  assert.deepEqual([await ask(long, false), await ask(long, true)], [200, 404])
})
