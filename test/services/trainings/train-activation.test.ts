import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cancelTraining } from '../../../src/services/trainings/cancel-training.js'
import { trainActivation } from '../../../src/services/trainings/train-activation.js'
import { openTestDatabase } from '../../support/database.js'
import { createTrainable, createViewer } from '../../support/fixtures/training-fixture.js'

const database = await openTestDatabase()
const dataset = await createTrainable(database)
const viewer = await createViewer(database, 'trainer', ['TRAIN'])
const other = await createViewer(database, 'other', ['TRAIN'])
const admin = await createViewer(database, 'admin', ['ADMIN'])

async function countTasks(): Promise<number> {
  const [{ count }] = await database.prisma.$queryRaw<{ count: bigint }[]>`SELECT count(*) FROM graphile_worker.jobs`
  return Number(count)
}

test('a training is queued with its task, seed 0 and the key of the request', async () => {
  const { jobs, runs } = await trainActivation(database, viewer, { dataset: 'mini-cnn', expression: 'relu( x )' })
  assert.deepEqual(runs, [])
  assert.equal(jobs.length, 1)
  const [job] = jobs
  assert.equal(job.state, 'QUEUED')
  assert.equal(job.seed, 0)
  assert.equal(job.expression, 'relu(x)')
  assert.equal(job.datasetVersion, dataset.version)
  const stored = await database.prisma.trainingJob.findUniqueOrThrow({ where: { id: job.id } })
  assert.equal(stored.apiKeyId, viewer.apiKeyId)
  assert.equal(await countTasks(), 1)
})

test('two spellings of one function are one job', async () => {
  const before = await countTasks()
  const first = await trainActivation(database, viewer, { dataset: 'mini-cnn', expression: 'swish(x)' })
  const second = await trainActivation(database, other, { dataset: 'mini-cnn', expression: 'mul(x,sigmoid(x))' })
  assert.equal(second.jobs[0].id, first.jobs[0].id)
  assert.equal(await countTasks(), before + 1)
})

test('a hundred identical mutations at once queue one job, with an idempotency key and without', async () => {
  const before = await countTasks()
  for (const [expression, idempotencyKey] of [
    ['mish(x)', 'once'],
    ['gelu(x)', undefined],
  ] as const) {
    const payloads = await Promise.all(
      Array.from({ length: 100 }, () =>
        trainActivation(database, viewer, { dataset: 'mini-cnn', expression, idempotencyKey, seeds: [1, 0] }),
      ),
    )
    const ids = payloads.map(({ jobs }) => jobs.map(({ id }) => id).join())
    assert.equal(new Set(ids).size, 1)
    assert.deepEqual(
      payloads[99].jobs.map(({ seed }) => seed),
      [1, 0],
    )
  }
  assert.equal(await countTasks(), before + 4)
})

test('an idempotency key returns its jobs even if they have ended, and is separate for each API key', async () => {
  const input = { dataset: 'mini-cnn', expression: 'softsign(x)', idempotencyKey: 'again' }
  const { jobs } = await trainActivation(database, viewer, input)
  await cancelTraining(database, viewer, jobs[0].id)
  const again = await trainActivation(database, viewer, input)
  assert.equal(again.jobs[0].id, jobs[0].id)
  assert.equal(again.jobs[0].state, 'CANCELLED')
  const others = await trainActivation(database, other, input)
  assert.notEqual(others.jobs[0].id, jobs[0].id)
  assert.equal(others.jobs[0].state, 'QUEUED')
})

test('an idempotency key with another input is refused, and can be used again after a day', async () => {
  const input = { dataset: 'mini-cnn', expression: 'elu(x)', idempotencyKey: 'daily' }
  await trainActivation(database, viewer, input)
  await assert.rejects(trainActivation(database, viewer, { ...input, seeds: [3] }), { code: 'CONFLICT' })
  await database.prisma
    .$executeRaw`UPDATE idempotency_keys SET created_at = now() - interval '25 hours' WHERE key = 'daily'`
  const { jobs } = await trainActivation(database, viewer, { ...input, seeds: [3] })
  assert.equal(jobs[0].seed, 3)
})

test('an existing run of the same dataset version is returned and not trained again', async () => {
  const { jobs } = await trainActivation(database, viewer, { dataset: 'mini-cnn', expression: 'tanh(x)', seeds: [5] })
  await cancelTraining(database, viewer, jobs[0].id)
  const { activationId } = jobs[0]
  const evaluation = await database.prisma.evaluation.create({
    data: { datasetId: dataset.id, activationId, expression: 'tanh(x)', origin: 'TRAINED', validationAccuracy: 0.5 },
  })
  for (const [seed, datasetVersion] of [[5, dataset.version] as const, [6, 'older'] as const]) {
    await database.prisma.run.create({
      data: { datasetId: dataset.id, activationId, evaluationId: evaluation.id, seed, datasetVersion },
    })
  }
  const payload = await trainActivation(database, viewer, {
    dataset: 'mini-cnn',
    expression: 'tanh(x)',
    seeds: [6, 5],
  })
  assert.deepEqual(
    payload.runs.map(({ seed }) => seed),
    [5],
  )
  assert.deepEqual(
    payload.jobs.map(({ seed }) => seed),
    [6],
  )
})

test('an interactive request moves a waiting bulk job for the same training to the front', async () => {
  const input = { dataset: 'mini-cnn', expression: 'selu(x)' }
  const bulk = await trainActivation(database, viewer, input, { priority: 10 })
  assert.equal(bulk.jobs[0].priority, 10)
  const interactive = await trainActivation(database, viewer, input)
  assert.equal(interactive.jobs[0].id, bulk.jobs[0].id)
  assert.equal(interactive.jobs[0].priority, 0)
  const [task] = await database.prisma.$queryRaw<{ priority: number }[]>`
    SELECT priority FROM graphile_worker.jobs WHERE key = ${`train_activation:${bulk.jobs[0].id}`}`
  assert.equal(task.priority, 0)
})

test('a waiting job that is cancelled ends at once, leaves the queue, and can be requested again', async () => {
  const input = { dataset: 'mini-cnn', expression: 'softplus(x)' }
  const { jobs } = await trainActivation(database, viewer, input)
  const before = await countTasks()
  const cancelled = await cancelTraining(database, viewer, jobs[0].id)
  assert.equal(cancelled.state, 'CANCELLED')
  assert.ok(cancelled.finishedAt)
  assert.equal(await countTasks(), before - 1)
  await assert.rejects(cancelTraining(database, viewer, jobs[0].id), { code: 'CONFLICT' })
  const again = await trainActivation(database, viewer, input)
  assert.notEqual(again.jobs[0].id, jobs[0].id)
  assert.equal(again.jobs[0].state, 'QUEUED')
})

test('a failed training can be requested again', async () => {
  const input = { dataset: 'mini-cnn', expression: 'erf(x)' }
  const [{ id }] = (await trainActivation(database, viewer, input)).jobs
  await database.prisma.trainingJob.update({
    where: { id },
    data: { state: 'FAILED', failure: 'it did', finishedAt: new Date() },
  })
  const [again] = (await trainActivation(database, viewer, input)).jobs
  assert.notEqual(again.id, id)
  assert.equal(again.state, 'QUEUED')
})

test('the database itself refuses a second unfinished training of a function, version and seed', async () => {
  const [job] = (await trainActivation(database, viewer, { dataset: 'mini-cnn', expression: 'elu(x)' })).jobs
  const { datasetId, datasetVersion, activationId, seed } = job
  const training = { datasetId, datasetVersion, activationId, seed, expression: 'another spelling' }
  await assert.rejects(database.prisma.trainingJob.create({ data: training }), { code: 'P2002' })
  await database.prisma.trainingJob.create({ data: { ...training, seed: seed + 1 } })
})

test('a job is cancelled by its own key or by ADMIN only', async () => {
  const { jobs } = await trainActivation(database, viewer, { dataset: 'mini-cnn', expression: 'sinh(x)' })
  await assert.rejects(cancelTraining(database, null, jobs[0].id), { code: 'UNAUTHENTICATED' })
  await assert.rejects(cancelTraining(database, other, jobs[0].id), { code: 'FORBIDDEN' })
  await assert.rejects(cancelTraining(database, viewer, 2_000_000), { code: 'NOT_FOUND' })
  assert.equal((await cancelTraining(database, admin, jobs[0].id)).state, 'CANCELLED')
})

test('a function or dataset that cannot be trained is refused with its code, and nothing is queued', async () => {
  const before = await countTasks()
  const train = (input: object, who = viewer) =>
    trainActivation(database, who, { dataset: 'mini-cnn', expression: 'cosh(x)', ...input })
  await database.prisma.dataset.create({
    data: { ...dataset, id: undefined, name: 'published', trainable: false, origin: 'IMPORTED' },
  })
  const reader = await createViewer(database, 'reader', ['SEARCH'])
  await assert.rejects(trainActivation(database, null, { dataset: 'mini-cnn', expression: 'x' }), {
    code: 'UNAUTHENTICATED',
  })
  await assert.rejects(train({}, reader), { code: 'FORBIDDEN' })
  await assert.rejects(train({ expression: 'relu(' }), { code: 'INVALID_EXPRESSION' })
  await assert.rejects(train({ expression: 'reciprocal(zero(x))' }), { code: 'NOT_FINITE' })
  await assert.rejects(train({ dataset: 'nothing' }), { code: 'NOT_FOUND' })
  await assert.rejects(train({ dataset: 'published' }), { code: 'CONFLICT' })
  for (const seeds of [[], [-1], [2 ** 31], [0.5], [1, 1], Array.from({ length: 11 }, (_, i) => i)]) {
    await assert.rejects(train({ seeds }), { code: 'BAD_USER_INPUT', extensions: { argument: 'seeds' } })
  }
  await assert.rejects(train({ idempotencyKey: 'k'.repeat(201) }), { code: 'BAD_USER_INPUT' })
  assert.equal(await countTasks(), before)
})
