import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requeueLostTasks } from '../../src/services/requeue-lost.js'
import { trainActivation } from '../../src/services/train-activation.js'
import { openTestDatabase } from '../support/database.js'
import { createTrainable, createViewer } from '../support/training-fixture.js'

const database = await openTestDatabase()
const dataset = await createTrainable(database)
const viewer = await createViewer(database, 'trainer', ['TRAIN'])

function listKeys(): Promise<{ key: string; attempts: number }[]> {
  return database.prisma.$queryRaw`SELECT key, attempts::int FROM graphile_worker.jobs ORDER BY key`
}

test('an unfinished job or fit without a task gets one again, once', async () => {
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
