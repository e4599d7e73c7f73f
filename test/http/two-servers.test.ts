import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { type Cluster, openCluster } from '../support/faults/cluster.js'
import { createJobClient } from '../support/faults/job-client.js'
import { waitUntil } from '../support/wait-until.js'

const JOBS = 3

test('a subscriber of one server misses no change through another server while its listener was disconnected', async (t) => {
  const cluster = await openCluster({ servers: 2, workers: 1, pace: {} })
  t.after(cluster.close)
  const [first, second] = cluster.servers.map(({ address }) => address)
  const seen = new Set<string>()
  const socket = connect(second)
  t.after(() => socket.dispose())
  const stream = socket.iterate<{ evaluations: { expression: string } }>({
    query: 'subscription { evaluations(dataset: "tiny") { expression } }',
  })
  const reading = (async () => {
    for await (const { data } of stream) if (data) seen.add(data.evaluations.expression)
  })()
  const jobs = createJobClient([first], cluster.secret)
  for (let i = 0; i < JOBS; i++) await jobs.queue()
  const { prisma } = cluster.database
  let cuts = 0
  await waitUntil(async () => {
    cuts += await cutListeners(cluster)
    await sleep(300)
    return (await prisma.evaluation.count()) === JOBS
  }, 600)
  t.diagnostic(`${cuts} connections that listen were ended`)
  assert.ok(cuts > 0)
  await waitUntil(() => seen.size === JOBS)
  await stream.return?.()
  await reading
})

test('after its server is killed, a subscriber first gets the current state from the next server', async (t) => {
  const cluster = await openCluster({ servers: 2, workers: 0, pace: {} })
  t.after(cluster.close)
  const jobs = createJobClient([cluster.servers[0].address], cluster.secret)
  await jobs.queue()
  const [job] = await cluster.database.prisma.trainingJob.findMany({ omit: { checkpoint: true } })
  const id = Buffer.from(`TrainingJob:${job.id}`).toString('base64url')
  const query = 'subscription ($id: ID!) { trainingJob(id: $id) { state } }'
  let server = 1
  const states: string[] = []
  const socket = createClient({
    url: () => `${cluster.servers[server].address.replace('http', 'ws')}/graphql/ws`,
    webSocketImpl: WebSocket,
    retryAttempts: 100,
    retryWait: () => new Promise((done) => setTimeout(done, 100)),
    shouldRetry: () => true,
  })
  t.after(() => socket.dispose())
  const ended = new Promise<void>((done, reject) => {
    const next = ({ data }: { data?: { trainingJob: { state: string } } | null }) =>
      void states.push(data?.trainingJob.state ?? '')
    socket.subscribe<{ trainingJob: { state: string } }>(
      { query, variables: { id } },
      { next, error: reject, complete: done },
    )
  })
  await waitUntil(() => states.length === 1)
  // It ends while nothing notifies the subscriber.
  const { child, exited } = await cluster.servers[1].process.ready()
  server = 0
  child.kill('SIGKILL')
  await exited
  await cluster.database.prisma.$executeRaw`
    UPDATE training_jobs SET state = 'CANCELLED', finished_at = now() WHERE id = ${job.id}`
  await ended
  assert.deepEqual([states[0], states.at(-1)], ['QUEUED', 'CANCELLED'])
})

test('a hundred identical mutations at once, through two servers, are one job and one task', async (t) => {
  const cluster = await openCluster({ servers: 2, workers: 0, pace: {} })
  t.after(cluster.close)
  const input = { dataset: 'tiny', expression: 'swish(x)', idempotencyKey: 'once' }
  const train = async (address: string): Promise<string> => {
    const response = await fetch(`${address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${cluster.secret}` },
      body: JSON.stringify({
        query: 'mutation ($input: TrainActivationInput!) { trainActivation(input: $input) { jobs { id } } }',
        variables: { input },
      }),
    })
    // A server that is busy for too long says so, and the client retries.
    return [429, 503].includes(response.status) ? sleep(500).then(() => train(address)) : response.text()
  }
  const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => train(cluster.servers[i % 2].address)))
  const { prisma } = cluster.database
  const jobs = await prisma.trainingJob.findMany()
  assert.equal(jobs.length, 1)
  const id = Buffer.from(`TrainingJob:${jobs[0].id}`).toString('base64url')
  const answer = { data: { trainActivation: { jobs: [{ id }] } } }
  for (const text of answers) assert.deepEqual(JSON.parse(text), answer)
  const [{ tasks }] = await prisma.$queryRaw<{ tasks: number }[]>`
    SELECT count(*)::int AS tasks FROM graphile_worker.jobs`
  assert.equal(tasks, 1)
})

function connect(address: string) {
  return createClient({
    url: `${address.replace('http', 'ws')}/graphql/ws`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  })
}

/** Ends the connections on which servers listen for changes, and returns their number. */
async function cutListeners({ database }: Cluster): Promise<number> {
  const { rowCount } = await database.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = 'actbench-events' AND datname = current_database()`,
  )
  return rowCount ?? 0
}
