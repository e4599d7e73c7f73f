import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Database } from '../../src/db/connection/client.js'
import { workerApplicationName } from '../../src/db/workers/worker-locks.js'
import type { TrainingResult } from '../../src/networks/training/training-result.js'
import { trainActivation } from '../../src/services/trainings/train-activation.js'
import { waitingFor } from '../../src/services/trainings/waiting-for.js'
import { TINY_EPOCHS } from '../support/fixtures/tiny-dataset.js'
import {
  assertTrainedOnce,
  findJob,
  openTrainingDatabase,
  queueSwish,
  trainUninterrupted,
  waitForEpochs,
  waitForState,
} from '../support/fixtures/tiny-training.js'
import { openTcpProxy } from '../support/sockets/tcp-proxy.js'
import { waitUntil } from '../support/wait-until.js'
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.js'

let expected: TrainingResult

before(async () => {
  expected = await trainUninterrupted()
})

test('a worker that is killed during a training loses nothing: another continues from the last epoch to the same bytes', async (t) => {
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
  await assertTrainedOnce(database, jobId, expected)
  assert.match(other.log(), /"resumed":true/)
  assert.equal(await database.prisma.worker.count(), 1)
})

test('a worker that starts after the only one was killed takes over its job', async (t) => {
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
  await assertTrainedOnce(database, jobId, expected)
})

test('a worker that is stopped hands its job back at once, and the next worker continues it', async (t) => {
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
  assert.equal(returned.startsWithoutProgress, 0)
  assert.equal(await database.prisma.worker.count(), 0)
  const waiting = await waitingFor(database.prisma, [returned])
  assert.deepEqual(waiting.get(jobId), { queuePosition: 0, waitingFor: 'no worker for tiny is connected' })
  const restarted = performance.now()
  await startWorkerProcess(t, database.url)
  await waitForState(database, jobId, 'RUNNING')
  t.diagnostic(`a new worker had it ${seconds(restarted)} s after its start began`)
  await waitForState(database, jobId, 'SUCCEEDED')
  await assertTrainedOnce(database, jobId, expected)
})

test('a worker that is suspended for too long loses its job, changes nothing when it resumes, and ends', async (t) => {
  const { database, viewer } = await openTrainingDatabase(t)
  const pace = { beatSeconds: 0.5, reapSeconds: 0.5, silentSeconds: 3 }
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
  await assertTrainedOnce(database, jobId, expected)
})

test('connections that break during a training are restored, and the training continues', async (t) => {
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
  await assertTrainedOnce(database, jobId, expected)
  const { jobs } = await trainActivation(database, viewer, { dataset: 'tiny', expression: 'relu(x)' })
  await waitForState(database, jobs[0].id, 'SUCCEEDED')
  assert.equal(worker.child.exitCode, null)
})

test('a training survives a silent cut in the network and continues after the repair', async (t) => {
  const { database, viewer } = await openTrainingDatabase(t)
  const proxy = await openTcpProxy(t, database.url)
  await startWorkerProcess(t, proxy.url, { beatSeconds: 0.5, reapSeconds: 0.5 })
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
  await assertTrainedOnce(database, jobId, expected)
})

test('a cut in the middle of a transaction blocks nothing: the worker that reconnects ends its old sessions', async (t) => {
  const { database, viewer } = await openTrainingDatabase(t)
  const proxy = await openTcpProxy(t, database.url)
  const { workerId } = await startWorkerProcess(t, proxy.url, { beatSeconds: 0.5, reapSeconds: 0.5 })
  const jobId = await queueSwish(database, viewer)
  await waitForEpochs(database, jobId, 2)
  const { lockKey } = await database.prisma.worker.findUniqueOrThrow({ where: { id: workerId } })
  // This is such a connection of the worker after a cut between two statements, as PostgreSQL sees it.
  const left = new pg.Client({
    connectionString: database.url,
    application_name: workerApplicationName(String(lockKey)),
  })
  let isEnded = false
  left.on('error', () => (isEnded = true))
  t.after(() => left.end())
  await left.connect()
  await left.query('BEGIN')
  await left.query('SELECT FROM training_jobs WHERE id = $1 FOR UPDATE', [jobId])
  proxy.cut()
  await sleep(1000)
  const epochs = await database.prisma.trainingJobEpoch.count()
  assert.ok(epochs < TINY_EPOCHS)
  assert.equal(isEnded, false)
  proxy.repair()
  await waitForEpochs(database, jobId, epochs + 1)
  assert.equal(isEnded, true)
  const job = await waitForState(database, jobId, 'SUCCEEDED')
  assert.equal(job.attempts, 1)
  await assertTrainedOnce(database, jobId, expected)
})

async function findHolder(database: Database, jobId: number, workers: readonly WorkerProcess[]) {
  const { workerId } = await findJob(database, jobId)
  const holder = workers.find((worker) => worker.workerId === workerId)
  const other = workers.find((worker) => worker.workerId !== workerId)
  assert.ok(holder && other, 'the job ended before its worker could be ended')
  return { holder, other }
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1)
}
