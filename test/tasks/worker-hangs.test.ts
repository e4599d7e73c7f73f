import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { workerApplicationName } from '../../src/db/workers/worker-locks.js'
import { PROJECT_ROOT } from '../../src/root.js'
import { cancelTraining } from '../../src/services/trainings/cancel-training.js'
import { trainActivation } from '../../src/services/trainings/train-activation.js'
import { openWorkerWatch } from '../../src/worker-liveness/watch-workers.js'
import { keepProcess } from '../support/faults/kept-process.js'
import { findJob, openTrainingDatabase, waitForState } from '../support/fixtures/tiny-training.js'
import { createTrainable } from '../support/fixtures/training-fixture.js'
import { waitUntil } from '../support/wait-until.js'
import { startWorkerProcess } from '../support/worker-process.js'

test('a training that hangs ends its worker, fails with the reason after three starts, and blocks no other job', async (t) => {
  const { database, viewer } = await openTrainingDatabase(t)
  await createTrainable(database, 'hanging')
  const [hanging, fine] = await Promise.all(
    ['hanging', 'tiny'].map(async (dataset) => {
      const { jobs } = await trainActivation(database, viewer, { dataset, expression: 'relu(x)' })
      return jobs[0].id
    }),
  )
  // Long enough for the start of a training on a busy machine, which must not count as a hang.
  const pace = { beatSeconds: 0.5, reapSeconds: 0.5, silentSeconds: 4, stallSeconds: 5 }
  const file = join(PROJECT_ROOT, 'build/test/support/run-worker.js')
  const worker = keepProcess(file, [JSON.stringify({ databaseUrl: database.url, options: pace })])
  t.after(worker.stop)
  const first = await worker.ready()
  assert.equal(await first.exited, 'SIGKILL')
  const job = await waitForState(database, hanging, 'FAILED')
  assert.equal(job.attempts, 3)
  assert.match(job.failure ?? '', /died 3 times in a row .*hung/)
  await waitForState(database, fine, 'SUCCEEDED')
  await waitUntil(async () => (await database.prisma.worker.count()) === 1)
})

test('a training that hangs and is cancelled frees its worker within seconds', async (t) => {
  const { database, viewer } = await openTrainingDatabase(t)
  await createTrainable(database, 'hanging')
  const worker = await startWorkerProcess(t, database.url, { reapSeconds: 0.5 })
  const { jobs } = await trainActivation(database, viewer, { dataset: 'hanging', expression: 'relu(x)' })
  await waitForState(database, jobs[0].id, 'RUNNING')
  // A training may hang in a transaction that holds the worker's row.
  const { lockKey } = await database.prisma.worker.findFirstOrThrow()
  const open = new pg.Client({ connectionString: database.url, application_name: workerApplicationName(`${lockKey}`) })
  const isCut = new Promise((done) => open.on('error', done))
  await open.connect()
  await open.query('BEGIN')
  await open.query('SELECT id FROM workers FOR KEY SHARE')
  await cancelTraining(database, viewer, jobs[0].id)
  const cancelled = performance.now()
  assert.equal(await worker.exited, 'SIGKILL')
  t.diagnostic(`it ended ${((performance.now() - cancelled) / 1000).toFixed(1)} s after the cancellation`)
  assert.match(worker.log(), /its training was cancelled and does not stop/)
  await isCut
  assert.equal(await database.prisma.worker.count(), 0)
  await startWorkerProcess(t, database.url, { reapSeconds: 0.5 })
  const fine = await trainActivation(database, viewer, { dataset: 'tiny', expression: 'relu(x)' })
  await waitForState(database, fine.jobs[0].id, 'SUCCEEDED')
  const job = await findJob(database, jobs[0].id)
  assert.deepEqual([job.state, job.attempts], ['CANCELLED', 1])
  // A task leaves the queue a moment after its job has ended.
  await waitUntil(async () => {
    const [{ tasks }] = await database.prisma.$queryRaw<{ tasks: number }[]>`
      SELECT count(*)::int AS tasks FROM graphile_worker.jobs WHERE key LIKE 'train%'`
    return tasks === 0
  })
})

test('a training that blocks the main thread does not stop the beats of its worker, which does not count as dead', async (t) => {
  const { database, viewer } = await openTrainingDatabase(t)
  await createTrainable(database, 'hanging')
  const silentSeconds = 3
  const { workerId } = await startWorkerProcess(t, database.url, { beatSeconds: 0.5, reapSeconds: 0.5, silentSeconds })
  const { jobs } = await trainActivation(database, viewer, { dataset: 'hanging', expression: 'relu(x)' })
  const { fence } = await waitForState(database, jobs[0].id, 'RUNNING')
  const reaped: number[] = []
  const watch = openWorkerWatch(database, {
    reapSeconds: 0.2,
    silentSeconds,
    onReaped: (id) => reaped.push(id),
    onError: assert.ifError,
  })
  await sleep(3 * silentSeconds * 1000)
  await watch.close()
  assert.deepEqual(reaped, [])
  const job = await findJob(database, jobs[0].id)
  assert.deepEqual([job.state, job.workerId, job.fence, job.attempts], ['RUNNING', workerId, fence, 1])
})
