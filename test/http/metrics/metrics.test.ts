import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openMetricsPort } from '../../../src/http/metrics/serve-metrics.js'
import { openTestApi, type TestApi } from '../../support/api.js'
import { createBenchmark, createWorker, fitBenchmark, playTraining } from '../../support/benchmark.js'
import { createTrainable } from '../../support/fixtures/training-fixture.js'
import { openTestSocket } from '../../support/sockets/web-socket.js'
import { waitUntil } from '../../support/wait-until.js'

/** The value of the series whose labels include these; undefined if it does not exist. */
function read(text: string, name: string, labels: Record<string, string> = {}): number | undefined {
  const line = text
    .split('\n')
    .find(
      (each) =>
        new RegExp(`^${name}[{ ]`).test(each) &&
        Object.entries(labels).every(([label, value]) => each.includes(`${label}="${value}"`)),
    )
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ') + 1))
}

const scrape = (api: TestApi) => api.app.gate.metrics.write()

test('operations are counted by name, type and code, over HTTP and web sockets', async (t) => {
  const api = await openTestApi(t)
  await api.ask('query Ping { service { name } }')
  await api.ask('query Ping { service { name } }')
  await api.ask('query Ping { dataset(name: "nope") { id } }')
  await api.ask('mutation { deleteDataset(name: "x") { name } }')
  await api.ask('{ broken')
  await api.ask('{ service { name } }', {}, 'abk_wrong')
  const socket = await openTestSocket(api)
  t.after(() => socket.close())
  for await (const _ of socket.open('query Ping { service { name } }'));
  const text = await scrape(api)
  const count = (labels: Record<string, string>) => read(text, 'actbench_operations_total', labels)
  assert.equal(count({ operation: 'Ping', type: 'query', code: 'OK' }), 3)
  assert.ok(Number(read(text, 'actbench_operation_cost_total')) >= 3)
  assert.equal(count({ operation: 'Ping', type: 'query', code: 'NOT_FOUND' }), 1)
  assert.equal(count({ operation: 'anonymous', type: 'mutation', code: 'UNAUTHENTICATED' }), 1)
  assert.equal(count({ type: 'none', code: 'GRAPHQL_PARSE_FAILED' }), 1)
  assert.equal(count({ type: 'none', code: 'UNAUTHENTICATED' }), 1)
  assert.equal(read(text, 'actbench_operation_seconds_count', { operation: 'Ping' }), 4)
  assert.equal(read(text, 'actbench_http_requests_total', { route: '/graphql', status: '200' }), 3)
})

test('names that clients invent do not increase the number of series without limit', async (t) => {
  const api = await openTestApi(t)
  const secret = await api.createKey('TRAIN')
  for (let i = 0; i < 120; i++) await api.ask(`query Invented${i} { service { name } }`)
  await api.ask(`query ${'x'.repeat(60)} { service { name } }`)
  await api.ask('query Known { service { name } }', {}, secret)
  const text = await scrape(api)
  const names = new Set([...text.matchAll(/actbench_operations_total\{operation="(\w+)"/g)].map(([, name]) => name))
  assert.equal(names.size, 52)
  assert.equal(read(text, 'actbench_operations_total', { operation: 'other' }), 71)
  assert.equal(read(text, 'actbench_operations_total', { operation: 'Known' }), 1)
})

test('the queue, jobs, workers, surrogates and connections are shown', async (t) => {
  const api = await openTestApi(t)
  const secret = await api.createKey('ADMIN')
  const benchmark = await createBenchmark(api.database)
  await fitBenchmark(api.database, benchmark)
  await createTrainable(api.database)
  const worker = await createWorker(api.database)
  await api.ask(
    'mutation { trainActivation(input: { dataset: "mini-cnn", expression: "mish(x)", seeds: [0, 1, 2] }) { jobs { id } } }',
    {},
    secret,
  )
  const [first, second] = await api.database.prisma.trainingJob.findMany({ orderBy: { id: 'asc' } })
  await playTraining(api.database, first.id, worker.id)
  await playTraining(api.database, second.id, worker.id, 1)
  await api.ask('mutation { updateSurrogate(input: { dataset: "synthetic" }) { surrogate { id } } }', {}, secret)
  const text = await scrape(api)
  const training = { task: 'train_activation', dataset: 'mini-cnn' }
  assert.ok(read(text, 'actbench_queue_tasks', { ...training, state: 'waiting' })! >= 1)
  assert.equal(
    read(text, 'actbench_queue_tasks', { task: 'update_surrogate', dataset: 'synthetic', state: 'waiting' }),
    2,
  )
  assert.ok(read(text, 'actbench_queue_oldest_seconds', training)! >= 0)
  assert.equal(read(text, 'actbench_training_jobs', { dataset: 'mini-cnn', state: 'SUCCEEDED' }), 1)
  assert.equal(read(text, 'actbench_training_jobs', { dataset: 'mini-cnn', state: 'RUNNING' }), 1)
  assert.equal(read(text, 'actbench_trainings_succeeded', { dataset: 'mini-cnn' }), 1)
  assert.ok(read(text, 'actbench_training_seconds', { dataset: 'mini-cnn' })! >= 0)
  assert.equal(read(text, 'actbench_workers', { backend: 'tfjs-wasm', state: 'busy' }), 1)
  assert.ok(read(text, 'actbench_surrogate_age_seconds', { dataset: 'synthetic', algorithm: 'UMAP_KNN' })! >= 0)
  assert.equal(read(text, 'actbench_database_up'), 1)
  assert.equal(read(text, 'actbench_database_connections', { state: 'limit' }), 10)
  for (const name of ['nodejs_eventloop_lag_seconds', 'process_resident_memory_bytes', 'nodejs_heap_size_used_bytes']) {
    assert.ok(read(text, name)! >= 0, name)
  }
})

test('open web sockets and subscriptions are counted while they are open', async (t) => {
  const api = await openTestApi(t)
  await createTrainable(api.database)
  const socket = await openTestSocket(api)
  const stream = socket.open('subscription { evaluations(dataset: "mini-cnn") { id } }')
  void stream.next().catch(() => {})
  const open = async (name: string) => read(await scrape(api), name)
  await waitUntil(async () => (await open('actbench_subscriptions')) === 1)
  assert.equal(await open('actbench_web_sockets'), 1)
  await socket.close()
  await waitUntil(async () => (await open('actbench_subscriptions')) === 0)
  await waitUntil(async () => (await open('actbench_web_sockets')) === 0)
})

test('/metrics needs ADMIN, or has its own port', async (t) => {
  const api = await openTestApi(t)
  const get = (headers = {}) => api.app.http.inject({ url: '/metrics', headers })
  assert.equal((await get()).statusCode, 401)
  assert.equal((await get({ authorization: `Bearer ${await api.createKey('TRAIN')}` })).statusCode, 403)
  const answer = await get({ authorization: `Bearer ${await api.createKey('ADMIN')}` })
  assert.equal(answer.statusCode, 200)
  assert.match(answer.body, /^actbench_database_up 1$/m)
  const port = await openMetricsPort('127.0.0.1', 0, api.app.gate.metrics)
  t.after(() => port.close())
  assert.match(await (await fetch(`http://127.0.0.1:${port.port}/metrics`)).text(), /^actbench_database_up 1$/m)
  assert.equal((await fetch(`http://127.0.0.1:${port.port}/graphql`)).status, 404)
})
