import assert from 'node:assert/strict'
import { before, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../../src/db/client.js'
import type { TrainingState } from '../../src/db/generated/client.js'
import { openBackend } from '../../src/networks/backend.js'
import { trainNetwork } from '../../src/networks/train-network.js'
import type { TrainingResult } from '../../src/networks/training-result.js'
import { cancelTraining } from '../../src/services/cancel-training.js'
import { trainActivation } from '../../src/services/train-activation.js'
import type { Viewer } from '../../src/services/viewer.js'
import { waitingFor } from '../../src/services/waiting-for.js'
import { openTestDatabase } from '../support/database.js'
import { openTcpProxy } from '../support/tcp-proxy.js'
import { registerTinyDataset, TINY_EPOCHS } from '../support/tiny-dataset.js'
import { createTrainable, createViewer } from '../support/training-fixture.js'
import { waitUntil } from '../support/wait-until.js'
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.js'

/** What an uninterrupted training of `swish(x)` with seed 3 measures, on the backend of the worker processes. */
let expected: TrainingResult

before(async () => {
  const tiny = registerTinyDataset()
  const backend = await openBackend('wasm')
  expected = await trainNetwork({ dataset: tiny, expression: 'swish(x)', seed: 3, backend })
  assert.equal(expected.epochs.length, TINY_EPOCHS)
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
  await assertTrainedOnce(database, jobId)
  const spectrum = await waitUntil(() =>
    database.prisma.fisherSpectrum.findFirst({ where: { activationId: job.activationId } }),
  )
  assert.equal(spectrum.reason, null)
  assert.equal(spectrum.values?.length, 4 * 400)
})

test('a worker that is killed in mid-training costs nothing: another goes on from the last epoch to the same bytes', async (t) => {
  const { database, viewer } = await openTrainingDatabase(t)
  const workers = [await startWorkerProcess(t, database.url), await startWorkerProcess(t, database.url)]
  const jobId = await queueSwish(database, viewer)
  await waitForEpochs(database, jobId, 3)
  const { holder, other } = await findHolder(database, jobId, workers)
  holder.child.kill('SIGKILL')
  const killed = performance.now()
  await waitUntil(async () => (await findJob(database, jobId)).workerId === other.workerId)
  t.diagnostic(`a worker that stood by took the job over ${seconds(killed)} s after the kill`)
  const job = await waitForState(database, jobId, 'SUCCEEDED')
  assert.equal(job.attempts, 2)
  await assertTrainedOnce(database, jobId)
  assert.match(other.log(), /"resumed":true/)
  assert.equal(await database.prisma.worker.count(), 1)
})

test('a worker that starts after the only one was killed takes its job over', async (t) => {
  const { database, viewer } = await openTrainingDatabase(t)
  const first = await startWorkerProcess(t, database.url)
  const jobId = await queueSwish(database, viewer)
  await waitForEpochs(database, jobId, 1)
  first.child.kill('SIGKILL')
  await first.exited
  const killed = performance.now()
  const second = await startWorkerProcess(t, database.url)
  await waitUntil(async () => (await findJob(database, jobId)).workerId === second.workerId)
  t.diagnostic(`a worker that was started after the kill had the job ${seconds(killed)} s after it`)
  await waitForState(database, jobId, 'SUCCEEDED')
  await assertTrainedOnce(database, jobId)
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

test('a worker that is told to stop hands its job back at once, and the next one goes on with it', async (t) => {
  const { database, viewer } = await openTrainingDatabase(t)
  const first = await startWorkerProcess(t, database.url)
  const jobId = await queueSwish(database, viewer)
  await waitForEpochs(database, jobId, 2)
  first.child.kill('SIGTERM')
  const told = performance.now()
  assert.equal(await first.exited, 0)
  t.diagnostic(`it left ${seconds(told)} s after SIGTERM`)
  const returned = await findJob(database, jobId)
  assert.equal(returned.state, 'QUEUED')
  assert.equal(returned.workerId, null)
  assert.ok(returned.checkpoint)
  assert.equal(returned.fruitlessStarts, 0)
  assert.equal(await database.prisma.worker.count(), 0)
  const waiting = await waitingFor(database.prisma, [returned])
  assert.deepEqual(waiting.get(jobId), { queuePosition: 0, waitingFor: 'no worker for tiny is connected' })
  const restarted = performance.now()
  await startWorkerProcess(t, database.url)
  await waitForState(database, jobId, 'RUNNING')
  t.diagnostic(`a new worker had it ${seconds(restarted)} s after its start began`)
  await waitForState(database, jobId, 'SUCCEEDED')
  await assertTrainedOnce(database, jobId)
})

test('a worker that is stopped for too long loses its job, changes nothing when it wakes up, and ends', async (t) => {
  const { database, viewer } = await openTrainingDatabase(t)
  const pace = { beatSeconds: 0.5, sweepSeconds: 0.5, silentSeconds: 3 }
  const workers = [await startWorkerProcess(t, database.url, pace), await startWorkerProcess(t, database.url, pace)]
  const jobId = await queueSwish(database, viewer)
  await waitForEpochs(database, jobId, 1)
  const { holder, other } = await findHolder(database, jobId, workers)
  holder.child.kill('SIGSTOP')
  const stopped = performance.now()
  await waitUntil(async () => (await findJob(database, jobId)).workerId === other.workerId)
  t.diagnostic(`another worker had the job ${seconds(stopped)} s after the stop, with a limit of 3 s`)
  holder.child.kill('SIGCONT')
  assert.equal(await holder.exited, 75)
  await waitForState(database, jobId, 'SUCCEEDED')
  await assertTrainedOnce(database, jobId)
})

test('connections that break under way are restored, and the training goes on', async (t) => {
  const { database, viewer } = await openTrainingDatabase(t)
  const worker = await startWorkerProcess(t, database.url)
  const jobId = await queueSwish(database, viewer)
  for (const epochs of [1, 4, 7]) {
    await waitForEpochs(database, jobId, epochs)
    await database.prisma.$queryRaw`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name <> 'actbench-test'`
  }
  const job = await waitForState(database, jobId, 'SUCCEEDED')
  assert.equal(job.attempts, 1)
  await assertTrainedOnce(database, jobId)
  const { jobs } = await trainActivation(database, viewer, { dataset: 'tiny', expression: 'relu(x)' })
  await waitForState(database, jobs[0].id, 'SUCCEEDED')
  assert.equal(worker.child.exitCode, null)
})

test('a cut in the network that nobody reports is survived: the training goes on after the repair', async (t) => {
  const { database, viewer } = await openTrainingDatabase(t)
  const proxy = await openTcpProxy(t, database.url)
  await startWorkerProcess(t, proxy.url, { beatSeconds: 0.5, sweepSeconds: 0.5 })
  const jobId = await queueSwish(database, viewer)
  await waitForEpochs(database, jobId, 2)
  proxy.cut()
  await sleep(8000)
  const epochs = await database.prisma.trainingJobEpoch.count()
  assert.ok(epochs < TINY_EPOCHS)
  proxy.repair()
  const repaired = performance.now()
  await waitForEpochs(database, jobId, epochs + 1)
  t.diagnostic(`the next epoch came ${seconds(repaired)} s after the repair`)
  const job = await waitForState(database, jobId, 'SUCCEEDED')
  assert.equal(job.attempts, 1)
  await assertTrainedOnce(database, jobId)
})

test('interactive jobs go before bulk ones, and each says what it waits for', async (t) => {
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

test('a training that cannot be done fails with a reason and blocks nobody', async (t) => {
  const { database, viewer } = await openTrainingDatabase(t)
  const broken = await queueSwish(database, viewer)
  await database.prisma.trainingJob.update({ where: { id: broken }, data: { expression: 'swish(x' } })
  const deadly = await trainActivation(database, viewer, { dataset: 'tiny', expression: 'gelu(x)' })
  await database.prisma.trainingJob.update({ where: { id: deadly.jobs[0].id }, data: { fruitlessStarts: 3 } })
  const { jobs } = await trainActivation(database, viewer, { dataset: 'tiny', expression: 'relu(x)' })
  await startWorkerProcess(t, database.url)
  await waitForState(database, jobs[0].id, 'SUCCEEDED')
  assert.match((await waitForState(database, broken, 'FAILED')).failure ?? '', /position 7/)
  assert.match((await waitForState(database, deadly.jobs[0].id, 'FAILED')).failure ?? '', /died 3 times in a row/)
})

test('a checkpoint that cannot be read is dropped, and the training starts over', async (t) => {
  const { database, viewer } = await openTrainingDatabase(t)
  const jobId = await queueSwish(database, viewer)
  await database.prisma.trainingJob.update({
    where: { id: jobId },
    data: { checkpoint: new Uint8Array(64), backend: 'tfjs-wasm', progress: 0.5 },
  })
  const worker = await startWorkerProcess(t, database.url)
  await waitForState(database, jobId, 'SUCCEEDED')
  assert.match(worker.log(), /starting over/)
  await assertTrainedOnce(database, jobId)
})

test('a job for which no worker has a recipe is left to workers that do', async (t) => {
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

async function openTrainingDatabase(t: TestContext): Promise<{ database: Database; viewer: Viewer }> {
  const database = await openTestDatabase(t)
  await createTrainable(database, 'tiny')
  return { database, viewer: await createViewer(database, 'trainer', ['TRAIN']) }
}

async function queueSwish(database: Database, viewer: Viewer): Promise<number> {
  const { jobs } = await trainActivation(database, viewer, { dataset: 'tiny', expression: 'swish(x)', seeds: [3] })
  return jobs[0].id
}

async function findHolder(database: Database, jobId: number, workers: readonly WorkerProcess[]) {
  const { workerId } = await findJob(database, jobId)
  const holder = workers.find((worker) => worker.workerId === workerId)
  const other = workers.find((worker) => worker.workerId !== workerId)
  assert.ok(holder && other, 'the job ended before its worker could be ended')
  return { holder, other }
}

function findJob(database: Database, id: number) {
  return database.prisma.trainingJob.findUniqueOrThrow({ where: { id } })
}

function waitForState(database: Database, id: number, state: TrainingState) {
  return waitUntil(async () => {
    const job = await findJob(database, id)
    if (job.state === 'FAILED' && state !== 'FAILED') throw new Error(`the job failed: ${job.failure}`)
    return job.state === state ? job : null
  }, 60)
}

function waitForEpochs(database: Database, trainingJobId: number, count: number) {
  return waitUntil(
    async () => (await database.prisma.trainingJobEpoch.count({ where: { trainingJobId } })) >= count,
    60,
  )
}

/** The job's one run has the metrics of the uninterrupted training, bit by bit, and each epoch once. */
async function assertTrainedOnce(database: Database, trainingJobId: number): Promise<void> {
  const runs = await database.prisma.run.findMany({
    include: { epochs: { orderBy: { epoch: 'asc' }, omit: { runId: true } }, evaluation: true },
  })
  assert.equal(runs.length, 1)
  const [run] = runs
  assert.equal(run.trainingJobId, trainingJobId)
  assert.equal(run.seed, 3)
  assert.deepEqual(run.epochs, expected.epochs)
  const curve = await database.prisma.trainingJobEpoch.findMany({
    where: { trainingJobId },
    orderBy: { epoch: 'asc' },
    omit: { trainingJobId: true },
  })
  assert.deepEqual(curve, expected.epochs)
  for (const metric of [
    'trainAccuracy',
    'trainLoss',
    'validationAccuracy',
    'validationLoss',
    'testAccuracy',
    'testLoss',
  ] as const) {
    assert.equal(run[metric], expected[metric], metric)
    assert.equal(run.evaluation[metric], expected[metric], metric)
  }
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1)
}
