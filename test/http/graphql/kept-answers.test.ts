import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { brotliDecompressSync } from 'node:zlib'
import { openTestApi, type TestApi, type TestApiOptions } from '../../support/api.js'
import { createBenchmark } from '../../support/benchmark.js'
import { openTestDatabase } from '../../support/database.js'
import { cutListeners } from '../../support/sockets/cut-listeners.js'
import { openTestSocket } from '../../support/sockets/web-socket.js'
import { waitUntil } from '../../support/wait-until.js'

const LEADERBOARD = `query Best($first: Int = 5) { dataset(name: "synthetic") { title leaderboard(first: $first) {
  nodes { expression validationAccuracy activation { expression } } } } }`

async function open(t: TestContext, options: TestApiOptions = {}): Promise<TestApi> {
  const database = await openTestDatabase(t)
  // Before anybody listens, so that no late notification of it ends an answer.
  await createBenchmark(database)
  return openTestApi(t, database, { answerCacheBytes: 2 ** 24, ...options })
}

const post = (api: TestApi, payload: object, headers: Record<string, string> = {}) =>
  api.app.http.inject({ method: 'POST', url: '/graphql', headers, payload })

/** How many anonymous queries were answered in which way since the last call. */
function countSince(api: TestApi): () => Promise<Record<string, number>> {
  const before: Record<string, number> = { hit: 0, miss: 0, unkept: 0 }
  return async () => {
    const text = await api.app.gate.metrics.write()
    const now: Record<string, number> = { hit: 0, miss: 0, unkept: 0 }
    for (const [, result, count] of text.matchAll(/^actbench_kept_answers_total\{result="(\w+)"\} (\d+)$/gm)) {
      now[result] = Number(count)
    }
    const since = Object.fromEntries(Object.entries(now).map(([result, count]) => [result, count - before[result]]))
    Object.assign(before, now)
    return since
  }
}

test('the same anonymous query is answered from memory, with the same bytes, headers and price', async (t) => {
  const api = await open(t)
  const count = countSince(api)
  const payload = { query: LEADERBOARD, variables: { first: 3 } }
  const costOf = (text: string) => Number(/^actbench_operation_cost_total (\d+)$/m.exec(text)?.[1])
  const first = await post(api, payload)
  const cost = costOf(await api.app.gate.metrics.write())
  const second = await post(api, payload)
  assert.deepEqual(await count(), { hit: 1, miss: 1, unkept: 0 })
  assert.equal(first.statusCode, 200)
  assert.equal(second.body, first.body)
  const comparable = ({ headers }: typeof first) => {
    const { date, 'x-request-id': _, 'ratelimit-remaining': __, 'ratelimit-reset': ___, ...same } = headers
    return same
  }
  assert.deepEqual(comparable(second), comparable(first))
  const text = await api.app.gate.metrics.write()
  assert.ok(first.headers['ratelimit-limit'])
  assert.equal(costOf(text), 2 * cost)
  assert.match(text, /^actbench_operations_total\{operation="Best",type="query",code="OK"\} 2$/m)
  assert.ok(Number(/^actbench_kept_answers_bytes (\d+)$/m.exec(text)?.[1]) > first.body.length)
})

test('other variables, another name of the operation, or another accepted type is another question', async (t) => {
  const api = await open(t)
  const count = countSince(api)
  const query = `query A { dataset(name: "synthetic") { id } } query B { dataset(name: "synthetic") { title } }`
  const answers = [
    await post(api, { query, operationName: 'A' }),
    await post(api, { query, operationName: 'B' }),
    await post(api, { query: LEADERBOARD, variables: { first: 1 } }),
    await post(api, { query: LEADERBOARD, variables: { first: 2 } }),
    await post(api, { query: LEADERBOARD, variables: { first: 2 } }, { accept: 'application/graphql-response+json' }),
  ]
  assert.deepEqual(await count(), { hit: 0, miss: 5, unkept: 0 })
  assert.equal(new Set(answers.slice(0, 4).map(({ body }) => body)).size, 4)
  assert.match(String(answers[4].headers['content-type']), /graphql-response/)
})

test('a request with a key, a wrong key, an error and a batch are never answered from memory', async (t) => {
  const api = await open(t)
  const count = countSince(api)
  const authorization = `Bearer ${await api.createKey('TRAIN')}`
  await post(api, { query: LEADERBOARD })
  await count()
  for (let i = 0; i < 2; i++) {
    assert.equal((await post(api, { query: LEADERBOARD }, { authorization })).statusCode, 200)
    assert.equal((await post(api, { query: LEADERBOARD }, { authorization: 'Bearer abk_wrong' })).statusCode, 401)
    const partial = await post(api, { query: '{ dataset(name: "none") { id } operators { name } }' })
    assert.equal(partial.json().errors[0].extensions.code, 'NOT_FOUND')
    assert.equal((await post(api, { query: '{ nothing }' })).statusCode, 400)
    assert.equal((await post(api, [{ query: LEADERBOARD }])).statusCode, 400)
  }
  assert.deepEqual(await count(), { hit: 0, miss: 0, unkept: 0 })
})

test('answers that depend on the client or on the time are executed each time', async (t) => {
  const api = await open(t)
  const count = countSince(api)
  const queries = [
    '{ viewer { name } }',
    '{ rateLimit { remaining } }',
    '{ service { workers { id } } }',
    '{ service { name } }',
    '{ trainingJobs { nodes { state } } }',
    '{ searches { nodes { state } } }',
    '{ node(id: "RGF0YXNldDox") { id } }',
    '{ nodes(ids: ["RGF0YXNldDox"]) { id ...on Dataset { title } } }',
    '{ dataset(name: "synthetic") { surrogate { progress } } }',
    '{ dataset(name: "synthetic") { runs(first: 1) { nodes { trainingJob { state } } } } }',
    '{ __schema { queryType { name } } }',
    '{ operators { name } viewer { name } }',
    '{ ...F } fragment F on Query { rateLimit { remaining } }',
  ]
  for (const query of queries) {
    for (let i = 0; i < 2; i++) assert.equal((await post(api, { query })).json().errors, undefined, query)
  }
  assert.deepEqual(await count(), { hit: 0, miss: 0, unkept: 2 * queries.length })
})

test('a change of a table is seen by the next query after its notification, and spares answers of other tables', async (t) => {
  const api = await open(t)
  const titleOf = async () => (await post(api, { query: LEADERBOARD })).json().data.dataset.title
  const operators = () => post(api, { query: '{ operators { name } }' })
  await titleOf()
  await operators()
  const count = countSince(api)
  await count()
  for (let i = 0; i < 10; i++) {
    await api.database.pool.query('UPDATE datasets SET title = $1', [`title ${i}`])
    await waitUntil(async () => (await titleOf()) === `title ${i}`)
    await operators()
    assert.equal(await titleOf(), `title ${i}`)
  }
  const { hit, miss } = await count()
  // An answer that is read while the table changes is not kept, so a change may cost more than one miss.
  assert.ok(miss >= 10 && miss <= 20, `${miss} misses`)
  assert.ok(hit >= 20, `${hit} hits`)
})

test('after a mutation is answered, no client of this server gets an answer from before', async (t) => {
  const api = await open(t)
  const secret = await api.createKey('DATASET')
  const create = 'createDataset(input: { name: "own", title: "0", description: "d", architecture: "a", task: "t" })'
  await api.ask(`mutation { ${create} { dataset { id } } }`, {}, secret)
  for (let i = 1; i <= 10; i++) {
    const anonymous = () => api.ask('{ dataset(name: "own") { title } }')
    await anonymous()
    const update = `mutation { updateDataset(input: { dataset: "own", title: "${i}" }) { dataset { title } } }`
    assert.deepEqual((await api.ask(update, {}, secret)).errors, [])
    assert.equal((await anonymous()).data.dataset.title, String(i))
  }
})

test('while the connection that listens is cut, nothing is answered from memory, and later nothing from before', async (t) => {
  const api = await open(t)
  const titleOf = async () => (await post(api, { query: LEADERBOARD })).json().data.dataset.title
  await titleOf()
  const count = countSince(api)
  for (let i = 0; i < 3; i++) {
    await cutListeners(api.database)
    await api.database.pool.query('UPDATE datasets SET title = $1', [`cut ${i}`])
    // The server may need a moment to notice the cut.
    await waitUntil(async () => (await titleOf()) === `cut ${i}`)
    assert.equal(await titleOf(), `cut ${i}`)
  }
  await count()
  await waitUntil(async () => {
    await titleOf()
    return (await count()).hit === 1
  })
})

test('over GET a kept answer has the same ETag, and 304 costs the same', async (t) => {
  const api = await open(t)
  const get = (headers: Record<string, string> = {}) =>
    api.app.http.inject({ method: 'GET', url: '/graphql', query: { query: LEADERBOARD }, headers })
  const count = countSince(api)
  const first = await get()
  const again = await get()
  assert.deepEqual(
    [again.headers.etag, again.headers['cache-control']],
    [first.headers.etag, first.headers['cache-control']],
  )
  const unchanged = await get({ 'if-none-match': String(first.headers.etag) })
  assert.deepEqual([unchanged.statusCode, unchanged.body, unchanged.headers.etag], [304, '', first.headers.etag])
  assert.equal(unchanged.headers['content-type'], undefined)
  assert.equal(unchanged.headers['ratelimit-limit'], first.headers['ratelimit-limit'])
  assert.deepEqual(await count(), { hit: 2, miss: 1, unkept: 0 })
  await api.database.pool.query('UPDATE evaluations SET validation_accuracy = 0.123')
  await waitUntil(async () => (await get({ 'if-none-match': String(first.headers.etag) })).statusCode === 200)
  const head = await api.app.http.inject({ method: 'HEAD', url: '/graphql', query: { query: LEADERBOARD } })
  assert.deepEqual([head.statusCode, head.body], [200, ''])
})

test('a kept answer is compressed once, and each client gets the encoding that it accepts', async (t) => {
  const api = await open(t)
  const payload = { query: LEADERBOARD, variables: { first: 40 } }
  const plain = await post(api, payload)
  const packed = []
  for (let i = 0; i < 3; i++) packed.push(await post(api, payload, { 'accept-encoding': 'br' }))
  for (const answer of packed) {
    assert.equal(answer.headers['content-encoding'], 'br')
    assert.equal(brotliDecompressSync(answer.rawPayload).toString(), plain.body)
  }
  const gzipped = await post(api, payload, { 'accept-encoding': 'gzip' })
  assert.equal(gzipped.headers['content-encoding'], 'gzip')
  const refused = await post(api, payload, { 'accept-encoding': 'br', 'x-no-compression': '1' })
  assert.deepEqual([refused.headers['content-encoding'], refused.body], [undefined, plain.body])
  assert.equal((await post(api, payload)).body, plain.body)
})

test('a document is stored under its hash although its answer is kept, and its hash is answered from memory', async (t) => {
  const api = await open(t)
  const persistedQuery = { version: 1, sha256Hash: createHash('sha256').update(LEADERBOARD).digest('hex') }
  const plain = await post(api, { query: LEADERBOARD })
  assert.equal((await post(api, { extensions: { persistedQuery } })).statusCode, 404)
  const count = countSince(api)
  await count()
  for (let i = 0; i < 2; i++) await post(api, { query: LEADERBOARD, extensions: { persistedQuery } })
  for (let i = 0; i < 2; i++) assert.equal((await post(api, { extensions: { persistedQuery } })).body, plain.body)
  assert.deepEqual(await count(), { hit: 1, miss: 1, unkept: 0 })
})

test('a client without budget, and one that sends too much at once, is refused as without the cache', async (t) => {
  const api = await open(t, { rateLimit: 600 })
  const statuses: number[] = []
  let last = await post(api, { query: LEADERBOARD })
  for (let i = 0; i < 200 && last.statusCode === 200; i++) {
    last = await post(api, { query: LEADERBOARD })
    statuses.push(last.statusCode)
  }
  assert.ok(statuses.length > 2)
  assert.equal(last.statusCode, 429)
  assert.equal(last.json().errors[0].extensions.code, 'RATE_LIMITED')
  assert.ok(Number(last.headers['retry-after']) > 0)
  const [uncached, cached] = [
    await post(api, { query: LEADERBOARD, variables: { first: 4 } }),
    await post(api, { query: LEADERBOARD }),
  ]
  assert.deepEqual(Object.keys(cached.headers).sort(), Object.keys(uncached.headers).sort())

  const crowded = await open(t, {
    rateLimit: 0,
    limits: { runningOperations: 1, waitingOperations: 1, waitSeconds: 1 },
  })
  await post(crowded, { query: LEADERBOARD })
  const answers = await Promise.all(Array.from({ length: 10 }, () => post(crowded, { query: LEADERBOARD })))
  for (const answer of answers) {
    assert.ok([200, 429].includes(answer.statusCode))
    if (answer.statusCode === 429) assert.equal(answer.json().errors[0].extensions.code, 'RATE_LIMITED')
  }
})

test('memory is bounded: the least recently used answers go first, and large ones are not kept', async (t) => {
  const api = await open(t, { answerCacheBytes: 64 * 1024 })
  const count = countSince(api)
  const large = { query: '{ operators { name definition aliases arity inActBench } }' }
  for (let i = 0; i < 2; i++) await post(api, large)
  assert.deepEqual(await count(), { hit: 0, miss: 2, unkept: 0 })
  const ask = (i: number) => post(api, { query: `{ dataset(name: "synthetic") { id } } # ${i}` })
  for (let i = 0; i < 100; i++) await ask(i)
  await ask(99)
  await ask(0)
  assert.deepEqual(await count(), { hit: 1, miss: 101, unkept: 0 })
  const text = await api.app.gate.metrics.write()
  assert.ok(Number(/^actbench_kept_answers_bytes (\d+)$/m.exec(text)?.[1]) <= 64 * 1024)
})

test('with 0 bytes every query is executed', async (t) => {
  const api = await open(t, { answerCacheBytes: 0 })
  const count = countSince(api)
  for (let i = 0; i < 2; i++) assert.equal((await post(api, { query: LEADERBOARD })).statusCode, 200)
  assert.deepEqual(await count(), { hit: 0, miss: 0, unkept: 0 })
})

test('what is written through one server is never older on another one than what a subscription there has told', async (t) => {
  const writer = await open(t)
  const reader = await openTestApi(t, writer.database, { answerCacheBytes: 2 ** 24, rateLimit: 0 })
  const secret = await writer.createKey('DATASET')
  const create = 'createDataset(input: { name: "own", title: "t", description: "d", architecture: "a", task: "t" })'
  await writer.ask(`mutation { ${create} { dataset { id } } }`, {}, secret)
  const socket = await openTestSocket(reader)
  t.after(() => socket.close())
  const stream = socket.open('subscription { evaluations(dataset: "own") { testLoss } }')
  let told = -1
  let isOver = false
  const following = (async () => {
    for await (const { data } of stream) {
      told = (data as { evaluations: { testLoss: number } }).evaluations.testLoss
      if (told >= LAST) break
    }
  })()
  const query = '{ dataset(name: "own") { evaluation(expression: "tanh(x)") { testLoss runCount } evaluationCount } }'
  const problems: string[] = []
  let reads = 0
  const reading = Promise.all(
    Array.from({ length: 4 }, async () => {
      while (!isOver) {
        const least = told
        const { data } = await reader.ask(query)
        const seen = data.dataset.evaluation?.testLoss ?? -1
        if (seen < least) problems.push(`read ${seen} after ${least} was told`)
        reads++
        await new Promise((done) => setImmediate(done))
      }
    }),
  )
  // The median of the runs grows with each of them.
  for (let i = 0; told < LAST; i++) {
    const add = `mutation { addEvaluation(input: { dataset: "own", expression: "tanh(x)", seed: ${i}, testLoss: ${2 * i} }) {
      evaluation { testLoss } } }`
    assert.deepEqual((await writer.ask(add, {}, secret)).errors, [])
  }
  isOver = true
  await reading
  await following
  assert.deepEqual(problems, [])
  const text = await reader.app.gate.metrics.write()
  const hits = Number(/^actbench_kept_answers_total\{result="hit"\} (\d+)$/m.exec(text)?.[1])
  t.diagnostic(`${reads} reads, ${hits} of them from memory`)
  assert.ok(hits > 0)
})

const LAST = 30
