import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { startTraining } from '../../src/services/trainings/start-training.js'
import { waitingFor } from '../../src/services/trainings/waiting-for.js'
import { openWorkerWatch } from '../../src/worker-liveness/watch-workers.js'
import { findJob, openTrainingDatabase, queueSwish, waitForEpochs } from '../support/fixtures/tiny-training.js'
import { waitUntil } from '../support/wait-until.js'
import { startWorkerProcess } from '../support/worker-process.js'

test('a server puts the job of the last worker back to QUEUED, and the job says that no worker is connected', async (t) => {
  const { database, viewer } = await openTrainingDatabase(t)
  const worker = await startWorkerProcess(t, database.url)
  const jobId = await queueSwish(database, viewer)
  await waitForEpochs(database, jobId, 1)
  worker.child.kill('SIGKILL')
  await worker.exited
  const reaped: number[] = []
  const errors: unknown[] = []
  const options = {
    reapSeconds: 0.2,
    onReaped: (id: number) => reaped.push(id),
    onError: (error: unknown) => errors.push(error),
  }
  // Two servers look at once.
  const watches = [openWorkerWatch(database, options), openWorkerWatch(database, options)]
  await waitUntil(async () => (await findJob(database, jobId)).state === 'QUEUED')
  for (const watch of watches) await watch.close()
  const job = await findJob(database, jobId)
  assert.deepEqual([job.workerId, job.attempts, job.startsWithoutProgress], [null, 1, 0])
  assert.deepEqual((await waitingFor(database.prisma, [job])).get(jobId), {
    queuePosition: 0,
    waitingFor: 'no worker for tiny is connected',
  })
  assert.deepEqual(reaped, [worker.workerId])
  assert.deepEqual(errors, [])
})

test('a living worker is not reaped, and its open transaction does not delay the reaper after its death', async (t) => {
  const { database, viewer } = await openTrainingDatabase(t)
  const jobId = await queueSwish(database, viewer)
  const lockKey = '4611686018427387904'
  const connect = async (name: string) => {
    const client = new pg.Client({ connectionString: database.url, application_name: name })
    client.on('error', () => {})
    t.after(() => client.end().catch(() => {}))
    await client.connect()
    return client
  }
  const heartbeat = await connect('actbench heartbeat')
  await heartbeat.query('SELECT pg_advisory_lock($1)', [lockKey])
  const worker = await database.prisma.worker.create({
    data: { poolId: 'p', lockKey: BigInt(lockKey), host: 'h', processId: 1, backend: 'b', device: 'd' },
  })
  await startTraining(database, jobId, worker)
  // What a process leaves that was stopped between two statements.
  const stopped = await connect(`actbench worker ${lockKey}`)
  await stopped.query('BEGIN')
  await stopped.query('SELECT id FROM training_jobs WHERE id = $1 FOR UPDATE', [jobId])
  const errors: unknown[] = []
  const watch = openWorkerWatch(database, {
    reapSeconds: 0.1,
    onReaped: () => {},
    onError: (error) => errors.push(error),
  })
  await sleep(1000)
  assert.equal((await findJob(database, jobId)).state, 'RUNNING')
  await heartbeat.end()
  await waitUntil(async () => (await findJob(database, jobId)).state === 'QUEUED')
  await watch.close()
  assert.equal(await database.prisma.worker.count(), 0)
  assert.deepEqual(errors, [])
})
