import assert from 'node:assert/strict'
import { test } from 'node:test'
import { queueTask, taskKey } from '../../../src/db/queue.js'
import { queueTrainingTask } from '../../../src/services/trainings/queue-training.js'
import { requeueLostTasks } from '../../../src/services/trainings/requeue-lost.js'
import { trainActivation } from '../../../src/services/trainings/train-activation.js'
import { openTestDatabase } from '../../support/database.js'
import { createTrainable, createViewer } from '../../support/fixtures/training-fixture.js'

const database = await openTestDatabase()
const dataset = await createTrainable(database)
const viewer = await createViewer(database, 'trainer', ['TRAIN'])

function listKeys(): Promise<{ key: string; attempts: number }[]> {
  return database.prisma.$queryRaw`SELECT key, attempts::int FROM graphile_worker.jobs ORDER BY key`
}

test('an unfinished job or fit without a task gets a new one, once', async () => {
  const { jobs } = await trainActivation(database, viewer, { dataset: 'mini-cnn', expression: 'x', seeds: [0, 1, 2] })
  const [gone, spent, fine] = jobs.map(({ id }) => `train_activation:${id}`)
  await database.prisma.surrogate.create({ data: { datasetId: dataset.id, algorithm: 'UMAP_KNN', version: 1 } })
  await database.prisma.$executeRaw`SELECT graphile_worker.remove_job(${gone})`
  await database.prisma.$executeRaw`
    UPDATE graphile_worker._private_jobs SET attempts = max_attempts WHERE key = ${spent}`
  assert.equal(await requeueLostTasks(database), 0, 'what was written just now is not lost')
  await database.prisma.$executeRaw`UPDATE training_jobs SET created_at = created_at - interval '1 minute'`
  await database.prisma.$executeRaw`UPDATE surrogates SET created_at = created_at - interval '1 minute'`
  assert.equal(await requeueLostTasks(database), 3)
  assert.deepEqual(
    await listKeys(),
    [gone, spent, fine, 'update_surrogate:1'].sort().map((key) => ({ key, attempts: 0 })),
  )
  assert.equal(await requeueLostTasks(database), 0)
})

test('a job that has ended, or that a worker has, needs no task', async () => {
  const { jobs } = await trainActivation(database, viewer, {
    dataset: 'mini-cnn',
    expression: 'relu(x)',
    seeds: [0, 1],
  })
  const worker = await database.prisma.worker.create({
    data: { poolId: 'p', lockKey: 1n, host: 'h', processId: 1, backend: 'b', device: 'd' },
  })
  await database.prisma.$executeRaw`
    UPDATE training_jobs SET state = 'CANCELLED', finished_at = now() WHERE id = ${jobs[0].id}`
  await database.prisma.$executeRaw`
    UPDATE training_jobs SET state = 'RUNNING', started_at = now(), worker_id = ${worker.id} WHERE id = ${jobs[1].id}`
  for (const { id } of jobs)
    await database.prisma.$executeRaw`SELECT graphile_worker.remove_job(${`train_activation:${id}`})`
  await database.prisma.$executeRaw`UPDATE training_jobs SET created_at = created_at - interval '1 minute'`
  assert.equal(await requeueLostTasks(database), 0)
})

test('unfinished work of an older version moves to the present version and starts again', async () => {
  const { jobs } = await trainActivation(database, viewer, {
    dataset: 'mini-cnn',
    expression: 'tanh(x)',
    seeds: [0, 1, 2],
  })
  const [waiting, taken, duplicate] = jobs
  const activationId = waiting.activationId
  const jobKey = taskKey('compute_features', dataset.id, activationId)
  const older = { name: 'mini-cnn', version: 'older' }
  const payload = { datasetId: dataset.id, activationId }
  await queueTask(database.kysely, 'compute_features', payload, { jobKey, priority: 10, dataset: older })
  const age = { datasetVersion: 'older', progress: 0.5, checkpoint: new Uint8Array(3) }
  await database.prisma.trainingJob.updateMany({ where: { activationId }, data: age })
  for (const job of jobs) await queueTrainingTask(database.prisma, older, { ...job, datasetVersion: 'older' })
  await database.prisma.trainingJobEpoch.create({ data: { trainingJobId: waiting.id, epoch: 1 } })
  await database.prisma.$executeRaw`
    UPDATE graphile_worker._private_jobs SET locked_at = now(), locked_by = 'w'
    WHERE key = ${taskKey('train_activation', taken.id)}`
  const { jobs: asked } = await trainActivation(database, viewer, {
    dataset: 'mini-cnn',
    expression: 'tanh(x)',
    seeds: [2],
  })
  assert.equal(await requeueLostTasks(database), 1)
  assert.deepEqual(await identifiersOf([waiting, taken, duplicate, ...asked]), [
    `train_activation:mini-cnn@${dataset.version}`,
    'train_activation:mini-cnn@older',
    'train_activation:mini-cnn@older',
    `train_activation:mini-cnn@${dataset.version}`,
  ])
  const moved = await database.prisma.trainingJob.findUniqueOrThrow({
    where: { id: waiting.id },
    include: { epochs: true },
  })
  assert.deepEqual(
    [moved.state, moved.datasetVersion, moved.progress, moved.checkpoint, moved.epochs],
    ['QUEUED', dataset.version, 0, null, []],
  )
  const [spectrum] = await database.prisma.$queryRaw<{ task_identifier: string; payload: unknown }[]>`
    SELECT t.identifier AS task_identifier, j.payload
    FROM graphile_worker._private_jobs j JOIN graphile_worker._private_tasks t ON t.id = j.task_id
    WHERE j.key = ${jobKey}`
  assert.deepEqual(spectrum, { task_identifier: `compute_features:mini-cnn@${dataset.version}`, payload })
  await database.prisma.trainingJob.update({
    where: { id: asked[0].id },
    data: { state: 'CANCELLED', finishedAt: new Date() },
  })
  assert.equal(await requeueLostTasks(database), 1, 'the training that the other one kept from moving')
})

async function identifiersOf(jobs: readonly { id: number }[]): Promise<string[]> {
  const rows = await database.prisma.$queryRaw<{ key: string; task_identifier: string }[]>`
    SELECT key, task_identifier FROM graphile_worker.jobs`
  return jobs.map(
    ({ id }) => rows.find(({ key }) => key === taskKey('train_activation', id))?.task_identifier ?? 'none',
  )
}
