import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { readConfig } from '../../src/config.js'
import { createApiKey } from '../../src/services/access/api-keys.js'
import { openTrainingDatabase, waitForEpochs, waitForState } from '../support/fixtures/tiny-training.js'
import { startServerProcess } from '../support/server-process.js'
import { openTraceReceiver, type ReceivedSpan } from '../support/trace-receiver.js'
import { waitUntil } from '../support/wait-until.js'
import { startWorkerProcess } from '../support/worker-process.js'

const CLIENT = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }
const MUTATION = `mutation Train($seed: Int!) {
  trainActivation(input: { dataset: "tiny", expression: "swish(x)", seeds: [$seed] }) { jobs { id } }
}`

test('request, statements, queue and every start of a training are one trace, that of the client', async (t) => {
  const receiver = await openTraceReceiver(t)
  const { database } = await openTrainingDatabase(t)
  const environment = {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-token=a%20secret',
    OTEL_SERVICE_NAME: 'bench',
  }
  const { tracing } = readConfig(environment)
  const { secret, address } = await openServer(t, database, environment)
  const first = await startWorkerProcess(t, database.url, { tracing })
  const jobId = await train(address, secret, 3)
  await waitForEpochs(database, jobId, 2)
  first.child.kill('SIGTERM')
  assert.equal(await first.exited, 0)
  const second = await startWorkerProcess(t, database.url, { tracing })
  await waitForState(database, jobId, 'SUCCEEDED')
  second.child.kill('SIGTERM')
  await second.exited

  const ofTrace = () => receiver.spans.filter(({ traceId }) => traceId === CLIENT.traceId)
  const named = (name: string) => ofTrace().filter((span) => span.name === name)
  await waitUntil(() => named('POST /graphql').length === 1 && named('train_activation').length === 2)
  const [request] = named('POST /graphql')
  assert.equal(request.parentSpanId, CLIENT.spanId)
  assert.equal(request.attributes['http.response.status_code'], 200)
  assert.equal(request.resource['service.name'], 'bench')
  const [operation] = named('mutation Train')
  assert.equal(operation.parentSpanId, request.spanId)
  assert.ok(Number(operation.attributes['actbench.cost']) > 0)
  const insert = named('INSERT training_jobs')
  assert.deepEqual(
    insert.map(({ parentSpanId }) => parentSpanId),
    [operation.spanId],
  )
  const [queued] = named('wait in queue').filter(({ attributes }) => attributes['actbench.task'] === 'train_activation')
  assert.equal(queued.parentSpanId, operation.spanId)

  const starts = named('train_activation')
  for (const { parentSpanId, attributes } of starts) {
    assert.equal(parentSpanId, operation.spanId)
    assert.equal(attributes['actbench.dataset'], 'tiny')
    assert.match(String(attributes['actbench.worker']), /^worker-\d+$/)
  }
  assert.deepEqual(
    starts.map(({ attributes }) => attributes['actbench.outcome']),
    ['returned', 'succeeded'],
  )
  const epochs = named('epoch')
  const epochsOf = ({ spanId }: ReceivedSpan) => epochs.filter(({ parentSpanId }) => parentSpanId === spanId).length
  assert.ok(epochsOf(starts[0]) >= 2 && epochsOf(starts[1]) >= 1)
  assert.equal(epochsOf(starts[0]) + epochsOf(starts[1]), epochs.length)
  for (const start of starts) {
    const statements = ofTrace().filter(({ parentSpanId, kind }) => parentSpanId === start.spanId && kind === 3)
    assert.ok(
      statements.some(({ name }) => name === 'UPDATE training_jobs'),
      start.name,
    )
  }

  await t.test('no value, key, document or host leaves the service, and the receiver gets its headers', () => {
    const sent = receiver.bodies.join('\n')
    for (const hidden of [secret, 'swish', '$1', 'RETURNING']) assert.ok(!sent.includes(hidden), hidden)
    assert.equal(receiver.headers[0]['x-token'], 'a secret')
  })
})

test('a receiver that never answers slows nothing down, and the processes end in time', async (t) => {
  const silent = createServer((socket) => void socket.on('error', () => {}))
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  t.after(() => silent.close())
  const { port } = silent.address() as { port: number }
  const { database } = await openTrainingDatabase(t)
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` }
  const { secret, address, child, exited } = await openServer(t, database, environment)
  const worker = await startWorkerProcess(t, database.url, { tracing: readConfig(environment).tracing })
  await waitForState(database, await train(address, secret, 1), 'SUCCEEDED')
  child.kill('SIGTERM')
  worker.child.kill('SIGTERM')
  assert.deepEqual(await Promise.all([exited, worker.exited]), [0, 0])
})

test('without a receiver nothing of a trace is stored, and a traceparent is ignored', async (t) => {
  const { database } = await openTrainingDatabase(t)
  const { secret, address } = await openServer(t, database, {})
  const job = await database.prisma.trainingJob.findUniqueOrThrow({ where: { id: await train(address, secret, 1) } })
  assert.equal(job.traceparent, null)
})

async function openServer(
  t: TestContext,
  database: Parameters<typeof createApiKey>[0],
  environment: Readonly<Record<string, string>>,
) {
  const admin = { apiKeyId: 0, name: 'test', scopes: ['ADMIN' as const] }
  const { secret } = await createApiKey(database, admin, { name: 'trainer', scopes: ['TRAIN'] })
  const server = await startServerProcess(database.url, environment)
  t.after(() => server.child.kill('SIGKILL'))
  return { ...server, secret }
}

/** Requests a training in the trace of the client and returns the id of the job. */
async function train(address: string, secret: string, seed: number): Promise<number> {
  const response = await fetch(`${address}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${secret}`,
      traceparent: `00-${CLIENT.traceId}-${CLIENT.spanId}-01`,
    },
    body: JSON.stringify({ query: MUTATION, variables: { seed } }),
  })
  const { data } = (await response.json()) as { data: { trainActivation: { jobs: { id: string }[] } } }
  return Number(Buffer.from(data.trainActivation.jobs[0].id, 'base64url').toString().split(':')[1])
}
