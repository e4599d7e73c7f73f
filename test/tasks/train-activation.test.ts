import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TrainingResult } from '../../src/networks/training/training-result.js'
import { cancelTraining } from '../../src/services/trainings/cancel-training.js'
import { trainActivation } from '../../src/services/trainings/train-activation.js'
import { waitingFor } from '../../src/services/trainings/waiting-for.js'
import {
  assertTrainedOnce,
  findJob,
  openTrainingDatabase,
  queueSwish,
  trainUninterrupted,
  waitForEpochs,
  waitForState,
} from '../support/fixtures/tiny-training.js'
import { createTrainable } from '../support/fixtures/training-fixture.js'
import { waitUntil } from '../support/wait-until.js'
import { startWorkerProcess } from '../support/worker-process.js'

let expected: TrainingResult

before(async () => {
  expected = await trainUninterrupted()
})

test('a job is recorded with its run, learning curve, evaluation and Fisher spectrum', async (t) => {
  const { database, viewer } = await openTrainingDatabase(t)
  await startWorkerProcess(t, database.url)
  const jobId = await queueSwish(database, viewer)
  const job = await waitForState(database, jobId, 'SUCCEEDED')
  assert.equal(job.progress, 1)
  assert.equal(job.attempts, 1)
  assert.equal(job.backend, 'tfjs-wasm')
  assert.equal(job.checkpoint, null)
  await assertTrainedOnce(database, jobId, expected)
  const spectrum = await waitUntil(() =>
    database.prisma.fisherSpectrum.findFirst({ where: { activationId: job.activationId } }),
  )
  assert.equal(spectrum.reason, null)
  assert.equal(spectrum.values?.length, 4 * 400)
})

test('a running job that is cancelled stops, records nothing more and frees its worker', async (t) => {
  const { database, viewer } = await openTrainingDatabase(t)
  const worker = await startWorkerProcess(t, database.url)
  const jobId = await queueSwish(database, viewer)
  await waitForEpochs(database, jobId, 1)
  const { jobs } = await trainActivation(database, viewer, { dataset: 'tiny', expression: 'relu(x)' })
  const cancelled = await cancelTraining(database, viewer, jobId)
  const started = performance.now()
  assert.equal(cancelled.state, 'CANCELLED')
  const epochs = await database.prisma.trainingJobEpoch.count({ where: { trainingJobId: jobId } })
  await waitForState(database, jobs[0].id, 'RUNNING')
  t.diagnostic(`the worker began its next job ${seconds(started)} s after the cancellation`)
  await waitForState(database, jobs[0].id, 'SUCCEEDED')
  assert.equal(await database.prisma.trainingJobEpoch.count({ where: { trainingJobId: jobId } }), epochs)
  assert.equal((await findJob(database, jobId)).state, 'CANCELLED')
  assert.equal(await database.prisma.run.count(), 1)
  assert.equal(worker.child.exitCode, null)
})

test('interactive jobs run before bulk jobs, and each job says why it waits', async (t) => {
  const { database, viewer } = await openTrainingDatabase(t)
  const queue = async (expression: string, priority: number) => {
    const { jobs } = await trainActivation(database, viewer, { dataset: 'tiny', expression }, { priority })
    return jobs[0].id
  }
  const running = await queue('tanh(x)', 0)
  await startWorkerProcess(t, database.url)
  await waitForState(database, running, 'RUNNING')
  const bulk = [await queue('elu(x)', 10), await queue('selu(x)', 10)]
  const interactive = await queue('relu(x)', 0)
  const jobs = await database.prisma.trainingJob.findMany()
  const waiting = await waitingFor(database.prisma, jobs)
  assert.deepEqual(waiting.get(running), { queuePosition: null, waitingFor: null })
  assert.deepEqual(waiting.get(interactive), { queuePosition: 0, waitingFor: 'workers are busy: it is next' })
  assert.deepEqual(waiting.get(bulk[0]), { queuePosition: 1, waitingFor: 'workers are busy: 1 job ahead' })
  assert.deepEqual(waiting.get(bulk[1]), { queuePosition: 2, waitingFor: 'workers are busy: 2 jobs ahead' })
  await waitForState(database, bulk[1], 'SUCCEEDED')
  const order = await database.prisma.trainingJob.findMany({ orderBy: { startedAt: 'asc' }, select: { id: true } })
  assert.deepEqual(
    order.map(({ id }) => id),
    [running, interactive, ...bulk],
  )
})

test('a training that cannot succeed fails with a reason and blocks no other job', async (t) => {
  const { database, viewer } = await openTrainingDatabase(t)
  const broken = await queueSwish(database, viewer)
  await database.prisma.trainingJob.update({ where: { id: broken }, data: { expression: 'swish(x' } })
  const deadly = await trainActivation(database, viewer, { dataset: 'tiny', expression: 'gelu(x)' })
  await database.prisma.trainingJob.update({ where: { id: deadly.jobs[0].id }, data: { startsWithoutProgress: 3 } })
  const { jobs } = await trainActivation(database, viewer, { dataset: 'tiny', expression: 'relu(x)' })
  await startWorkerProcess(t, database.url)
  await waitForState(database, jobs[0].id, 'SUCCEEDED')
  assert.match((await waitForState(database, broken, 'FAILED')).failure ?? '', /position 7/)
  assert.match((await waitForState(database, deadly.jobs[0].id, 'FAILED')).failure ?? '', /died 3 times in a row/)
})

test('an unreadable checkpoint is dropped, and the training starts again', async (t) => {
  const { database, viewer } = await openTrainingDatabase(t)
  const jobId = await queueSwish(database, viewer)
  await database.prisma.trainingJob.update({
    where: { id: jobId },
    data: { checkpoint: new Uint8Array(64), backend: 'tfjs-wasm', progress: 0.5 },
  })
  const worker = await startWorkerProcess(t, database.url)
  await waitForState(database, jobId, 'SUCCEEDED')
  assert.match(worker.log(), /starting over/)
  await assertTrainedOnce(database, jobId, expected)
})

test('a worker without the recipe of a job leaves it to other workers', async (t) => {
  const { database, viewer } = await openTrainingDatabase(t)
  await startWorkerProcess(t, database.url)
  const other = await database.prisma.dataset.update({ where: { name: 'tiny' }, data: { version: '0' } })
  const { jobs } = await trainActivation(database, viewer, { dataset: other.name, expression: 'relu(x)' })
  await sleep(1000)
  const waiting = await waitingFor(database.prisma, [await findJob(database, jobs[0].id)])
  assert.deepEqual(waiting.get(jobs[0].id), {
    queuePosition: 0,
    waitingFor: 'no worker for version 0 of tiny is connected',
  })
})

test('a worker without the pictures of a dataset does not take its jobs, and the job says so', async (t) => {
  const { database, viewer } = await openTrainingDatabase(t)
  const dataset = await createTrainable(database, 'act-bench-cnn')
  const worker = await startWorkerProcess(t, database.url)
  const { jobs } = await trainActivation(database, viewer, { dataset: dataset.name, expression: 'relu(x)' })
  const waiting = await waitingFor(database.prisma, [await findJob(database, jobs[0].id)])
  assert.deepEqual(waiting.get(jobs[0].id), {
    queuePosition: 0,
    waitingFor:
      'no worker for act-bench-cnn is connected: those that are lack its data or its recipe. docs/operations.md, "To train the published networks", says how to get its pictures',
  })
  assert.match(worker.log(), /cifar-10-batches-bin: expected a folder .*, found nothing/)
  const { datasets } = await database.prisma.worker.findUniqueOrThrow({ where: { id: worker.workerId } })
  assert.deepEqual(
    datasets.filter((name) => name.startsWith('act-bench')),
    [],
  )
})

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1)
}
