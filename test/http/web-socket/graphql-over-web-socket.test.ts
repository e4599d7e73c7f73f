import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FormattedExecutionResult } from 'graphql'
import { openTestApi, type TestApi } from '../../support/api.js'
import { createWorker, playTraining } from '../../support/benchmark.js'
import { createTrainable } from '../../support/fixtures/training-fixture.js'
import { openTestSocket, type TestSocket } from '../../support/sockets/web-socket.js'
import { waitUntil } from '../../support/wait-until.js'

type Stream = AsyncIterableIterator<FormattedExecutionResult>

async function openAll(
  t: import('node:test').TestContext,
): Promise<{ api: TestApi; socket: TestSocket; secret: string }> {
  const api = await openTestApi(t)
  const socket = await openTestSocket(api)
  t.after(() => socket.close())
  return { api, socket, secret: await api.createKey('ADMIN') }
}

// biome-ignore lint/suspicious/noExplicitAny: the shape follows from the query, which the test itself wrote.
async function readData(stream: Stream): Promise<any> {
  const { value, done } = await stream.next()
  assert.ok(!done, 'the stream ended')
  assert.equal(value.errors, undefined, JSON.stringify(value.errors))
  return value.data
}

async function train({ ask }: TestApi, secret: string, seed = 0): Promise<string> {
  const { data, errors } = await ask(
    `mutation ($seed: Int!) { trainActivation(input: { dataset: "mini-cnn", expression: "mish(x)", seeds: [$seed] }) { jobs { id } } }`,
    { seed },
    secret,
  )
  assert.deepEqual(errors, [])
  return data.trainActivation.jobs[0].id
}

/** Waits until the server listens for the changes of a subscription; then it has read the current state. */
const settle = () => new Promise((done) => setTimeout(done, 200))

test('a subscription follows a training job from its current state to its end, and then ends', async (t) => {
  const { api, socket, secret } = await openAll(t)
  await createTrainable(api.database)
  const worker = await createWorker(api.database)
  const id = await train(api, secret)
  const stream = socket.open(
    'subscription ($id: ID!) { trainingJob(id: $id) { state progress epochs { epoch } run { id } } }',
    { id },
  )
  assert.deepEqual(await readData(stream), { trainingJob: { state: 'QUEUED', progress: 0, epochs: [], run: null } })
  const job = await api.database.prisma.trainingJob.findFirstOrThrow()
  await playTraining(api.database, job.id, worker.id)
  const seen: { state: string; progress: number; epochs: unknown[] }[] = []
  for await (const { data, errors } of stream) {
    assert.equal(errors, undefined)
    seen.push((data as { trainingJob: (typeof seen)[number] }).trainingJob)
  }
  const last = seen[seen.length - 1]
  assert.equal(last.state, 'SUCCEEDED')
  assert.equal(last.epochs.length, 2)
  const progress = seen.map((each) => each.progress)
  assert.deepEqual(
    progress,
    [...progress].sort((a, b) => a - b),
  )
  // A client that subscribes later gets the end at once.
  const late = socket.open('subscription ($id: ID!) { trainingJob(id: $id) { state } }', { id })
  assert.deepEqual(await readData(late), { trainingJob: { state: 'SUCCEEDED' } })
  assert.equal((await late.next()).done, true)
})

test('evaluations of the dataset are sent when they are recorded and when they change, and no others', async (t) => {
  const { api, socket, secret } = await openAll(t)
  for (const name of ['mine', 'other']) {
    await api.ask(
      `mutation { createDataset(input: { name: "${name}", title: "t", description: "d", architecture: "a", task: "t" }) { dataset { id } } }`,
      {},
      secret,
    )
  }
  const add = (dataset: string, accuracy: number) =>
    api.ask(
      `mutation { addEvaluation(input: { dataset: "${dataset}", expression: "tanh(x)", validationAccuracy: ${accuracy} }) { evaluation { id } } }`,
      {},
      secret,
    )
  const stream = socket.open(
    'subscription { evaluations(dataset: "mine") { expression validationAccuracy runs { id } dataset { name } } }',
  )
  const first = readData(stream)
  await settle()
  await add('other', 0.1)
  await add('mine', 0.5)
  const { evaluations } = await first
  assert.deepEqual(
    [evaluations.dataset.name, evaluations.validationAccuracy, evaluations.runs.length],
    ['mine', 0.5, 1],
  )
  const second = readData(stream)
  await add('mine', 0.7)
  const changed = (await second).evaluations
  assert.deepEqual([changed.validationAccuracy, changed.runs.length], [0.6, 2])
  await stream.return?.()
})

test('the newest surrogate comes first, then each of its states', async (t) => {
  const { api, socket } = await openAll(t)
  const dataset = await createTrainable(api.database)
  const { prisma } = api.database
  await prisma.surrogate.create({
    data: { datasetId: dataset.id, version: 1, algorithm: 'UMAP_KNN', state: 'FAILED', failure: 'no' },
  })
  const { id } = await prisma.surrogate.create({ data: { datasetId: dataset.id, version: 2, algorithm: 'UMAP_KNN' } })
  const stream = socket.open('subscription { surrogateUpdated(dataset: "mini-cnn") { version state } }')
  assert.deepEqual(await readData(stream), { surrogateUpdated: { version: 2, state: 'QUEUED' } })
  await prisma.surrogate.update({ where: { id }, data: { state: 'FITTING' } })
  assert.deepEqual(await readData(stream), { surrogateUpdated: { version: 2, state: 'FITTING' } })
  await stream.return?.()
})

test('the newest surrogate of each algorithm comes first, so that a client that reconnects misses no result', async (t) => {
  const { api, socket } = await openAll(t)
  const { id: datasetId } = await createTrainable(api.database)
  const failed = { state: 'FAILED', failure: 'no' } as const
  await api.database.prisma.surrogate.createMany({
    data: [
      { datasetId, version: 1, algorithm: 'UMAP_KNN', ...failed },
      { datasetId, version: 2, algorithm: 'UMAP_KNN', ...failed },
      { datasetId, version: 3, algorithm: 'GAUSSIAN_PROCESS' },
    ],
  })
  const stream = socket.open('subscription { surrogateUpdated(dataset: "mini-cnn") { version state } }')
  assert.deepEqual(await readData(stream), { surrogateUpdated: { version: 3, state: 'QUEUED' } })
  assert.deepEqual(await readData(stream), { surrogateUpdated: { version: 2, state: 'FAILED' } })
  await stream.return?.()
})

test('with a time, the evaluations that were recorded or changed since then come first', async (t) => {
  const { api, socket, secret } = await openAll(t)
  const write = async (mutation: string) => {
    const { errors } = await api.ask(`mutation { ${mutation} }`, {}, secret)
    assert.deepEqual(errors, [])
  }
  const add = (expression: string) =>
    write(
      `addEvaluation(input: { dataset: "mine", expression: "${expression}", validationAccuracy: 0.5 }) { evaluation { id } }`,
    )
  await write(
    'createDataset(input: { name: "mine", title: "t", description: "d", architecture: "a", task: "t" }) { dataset { id } }',
  )
  const { prisma } = api.database
  await add('relu(x)')
  await prisma.$executeRaw`UPDATE evaluations SET updated_at = now() - interval '1 hour'`
  const since = new Date().toISOString()
  await add('tanh(x)')
  const query = 'subscription ($since: DateTime) { evaluations(dataset: "mine", since: $since) { expression } }'
  const open = (since: string) => socket.open(query, { since })
  const stream = open(since)
  assert.equal((await readData(stream)).evaluations.expression, 'tanh(x)')
  const next = readData(stream)
  await add('elu(x)')
  assert.equal((await next).evaluations.expression, 'elu(x)')
  await stream.return?.()
  const all = open('2020-01-01T00:00:00Z')
  const seen = [await readData(all), await readData(all), await readData(all)]
  assert.deepEqual(
    seen.map(({ evaluations }) => evaluations.expression),
    ['relu(x)', 'tanh(x)', 'elu(x)'],
  )
  await all.return?.()
  await prisma.$executeRaw`
    INSERT INTO evaluations (dataset_id, activation_id, expression, origin)
    SELECT dataset_id, activation_id, expression || i, 'IMPORTED' FROM evaluations, generate_series(1, 2000) AS i`
  const { value } = await open('2020-01-01T00:00:00Z').next()
  assert.equal(value.errors[0].extensions.code, 'BAD_USER_INPUT')
  assert.match(value.errors[0].message, /since: expected a time since which at most 5000 evaluations changed/)
})

test('changes while the database was away are sent when it is back', async (t) => {
  const { api, socket, secret } = await openAll(t)
  await createTrainable(api.database)
  const worker = await createWorker(api.database)
  const id = await train(api, secret)
  const stream = socket.open('subscription ($id: ID!) { trainingJob(id: $id) { state } }', { id })
  assert.deepEqual(await readData(stream), { trainingJob: { state: 'QUEUED' } })
  const { pool } = api.database
  const listeners =
    "SELECT pid FROM pg_stat_activity WHERE application_name = 'actbench-events' AND datname = current_database()"
  const before = (await pool.query(listeners)).rows.map((row) => row.pid)
  // The same transaction makes the change and ends the connection that would have announced it.
  await pool.query(`SELECT pg_terminate_backend(pid) FROM (${listeners}) l`)
  const job = await api.database.prisma.trainingJob.findFirstOrThrow()
  await playTraining(api.database, job.id, worker.id)
  await waitUntil(async () => (await pool.query(listeners)).rows.some((row) => !before.includes(row.pid)))
  const states: string[] = []
  for await (const { data } of stream) states.push((data as { trainingJob: { state: string } }).trainingJob.state)
  assert.equal(states[states.length - 1], 'SUCCEEDED')
})

test('a subscription that cannot start says why, with a code of the API', async (t) => {
  const { api, socket } = await openAll(t)
  const cases: [string, string, Record<string, unknown>?][] = [
    ['subscription { evaluations(dataset: "nope") { id } }', 'NOT_FOUND'],
    ['subscription { surrogateUpdated(dataset: "nope") { id } }', 'NOT_FOUND'],
    ['subscription { trainingJob(id: "nonsense") { id } }', 'BAD_USER_INPUT'],
    [`subscription { trainingJob(id: "${Buffer.from('TrainingJob:7').toString('base64url')}") { id } }`, 'NOT_FOUND'],
    ['subscription ($d: String!) { evaluations(dataset: $d) { id } }', 'BAD_USER_INPUT'],
    ['subscription { evaluations(dataset: "a\\u0000") { id } }', 'BAD_USER_INPUT'],
    ['subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['subscription {', 'GRAPHQL_PARSE_FAILED'],
    ['{ dataset(name: "nope") { id } }', 'NOT_FOUND'],
  ]
  for (const [query, code, variables] of cases) {
    const codes: unknown[] = []
    try {
      for await (const { errors } of socket.open(query, variables))
        codes.push(...(errors ?? []).map((e) => e.extensions?.code))
    } catch (errors) {
      codes.push(...(errors as { extensions: { code: string } }[]).map((e) => e.extensions.code))
    }
    assert.deepEqual(codes, [code], query)
  }
  assert.deepEqual(api.log, [])
})

test('a query over a web socket is answered, and an unexpected failure reveals only its id', async (t) => {
  const { api, socket } = await openAll(t)
  assert.deepEqual(await readData(socket.open('{ service { name } }')), { service: { name: 'actbench' } })
  await api.database.pool.query('ALTER TABLE datasets RENAME TO lost')
  const { value } = await socket.open('{ datasets { totalCount } }').next()
  const [{ message, extensions }] = value.errors
  assert.equal(extensions.code, 'INTERNAL_SERVER_ERROR')
  assert.ok(message.includes(extensions.requestId))
  assert.ok(api.log.some((line) => line.includes(extensions.requestId)))
})

test('nothing listens for changes for a client that is gone', async (t) => {
  const { api, socket } = await openAll(t)
  await createTrainable(api.database)
  const stream = socket.open('subscription { evaluations(dataset: "mini-cnn") { id } }')
  const pending = stream.next()
  await settle()
  await socket.close()
  await pending.catch(() => {})
  // The app closes only if no subscription is open.
  await api.app.close()
})

test('a plain HTTP request is told that web sockets are served here', async (t) => {
  const api = await openTestApi(t)
  const response = await api.app.http.inject('/graphql/ws')
  assert.equal(response.statusCode, 400)
  const { errors } = response.json() as { errors: { extensions: { code: string } }[] }
  assert.equal(errors[0].extensions.code, 'BAD_REQUEST')
})
