import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApi } from '../../support/api.js'
import { createWorker, playTraining } from '../../support/benchmark.js'
import { createTrainable } from '../../support/fixtures/training-fixture.js'
import { cutListeners } from '../../support/sockets/cut-listeners.js'
import { openTestSocket } from '../../support/sockets/web-socket.js'

const api = await openTestApi()
const { database } = api
const secret = await api.createKey('TRAIN')
const other = await api.createKey('TRAIN')
await createTrainable(database)
await createTrainable(database, 'tiny')
const socket = await openTestSocket(api)

async function train(expression: string, seeds: number[], key = secret, dataset = 'mini-cnn'): Promise<number[]> {
  const document = 'mutation ($input: TrainActivationInput!) { trainActivation(input: $input) { jobs { id } } }'
  const { data, errors } = await api.ask(document, { input: { dataset, expression, seeds } }, key)
  assert.deepEqual(errors, [])
  return data.trainActivation.jobs.map(({ id }: { id: string }) =>
    Number(Buffer.from(id, 'base64url').toString().split(':')[1]),
  )
}

function follow(since?: string) {
  const events = socket.open(
    'subscription ($since: DateTime) { trainingJobs(dataset: "mini-cnn", since: $since) { expression seed state } }',
    { since },
  )
  const until = async (expression: string, seed: number, state: string) => {
    const before: string[] = []
    for (;;) {
      const { value } = await events.next()
      assert.equal(value.errors, undefined, JSON.stringify(value.errors))
      const job = value.data.trainingJobs
      if (job.expression === expression && job.seed === seed && job.state === state) return before
      before.push(job.expression)
    }
  }
  return { events, until }
}

test('a client gets every change of the jobs of one dataset', async () => {
  const { events, until } = follow(new Date(0).toISOString())
  const worker = await createWorker(database)
  const [first] = await train('mish(x)', [0])
  await until('mish(x)', 0, 'QUEUED')
  await train('erf(x)', [0], secret, 'tiny')
  await playTraining(database, first, worker.id)
  const before = await until('mish(x)', 0, 'SUCCEEDED')
  assert.ok(!before.includes('erf(x)'))
  await events.return?.()
})

test('a client that passes `since` gets what changed before, and a cut connection loses nothing', async () => {
  const since = new Date().toISOString()
  await train('swish(x)', [1, 2])
  const { events, until } = follow(since)
  await until('swish(x)', 2, 'QUEUED')
  await cutListeners(database)
  await train('gelu(x)', [3])
  await until('gelu(x)', 3, 'QUEUED')
  await events.return?.()
})

test('too many missed changes and unknown datasets are errors', async () => {
  const { value } = await socket.open('subscription { trainingJobs(dataset: "nope") { id } }').next()
  assert.equal(value.errors?.[0].extensions?.code, 'NOT_FOUND')
  const [{ id: activationId }] = await database.prisma.activation.findMany({ take: 1 })
  const { id: datasetId } = await database.prisma.dataset.findUniqueOrThrow({ where: { name: 'mini-cnn' } })
  await database.pool.query(
    `INSERT INTO training_jobs (dataset_id, dataset_version, activation_id, expression, seed, state, finished_at)
     SELECT $1, '0', $2, 'x', i, 'CANCELLED', now() FROM generate_series(1, 5001) i`,
    [datasetId, activationId],
  )
  const { value: missed } = await follow(new Date(0).toISOString()).events.next()
  assert.equal(missed.errors[0].extensions.argument, 'since')
})

test('`mine` lists what the key of the request created, and needs a key', async () => {
  await train('elish(x)', [0], other)
  const list = async (mine: boolean, key?: string) =>
    api.ask(`{ trainingJobs(mine: ${mine}, first: 200) { totalCount nodes { expression } } }`, {}, key)
  const own = (await list(true, other)).data.trainingJobs
  assert.deepEqual(own, { totalCount: 1, nodes: [{ expression: 'elish(x)' }] })
  assert.ok((await list(false)).data.trainingJobs.totalCount > 5000)
  assert.equal((await list(true)).errors[0].extensions.code, 'UNAUTHENTICATED')
  await socket.close()
})
