import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '../../src/db/connection/client.js'
import { queueTask, taskKey } from '../../src/db/queue.js'
import { TRAINABLE_DATASETS } from '../../src/networks/recipes/trainable-datasets.js'
import { ensureActivation } from '../../src/services/activations/ensure-activation.js'
import { registerTinyDataset } from '../support/fixtures/tiny-dataset.js'
import { openTrainingDatabase } from '../support/fixtures/tiny-training.js'
import { waitUntil } from '../support/wait-until.js'
import { startWorkerProcess } from '../support/worker-process.js'

registerTinyDataset()

test('a spectrum whose worker died is computed by the next one, once', async (t) => {
  const { database } = await openTrainingDatabase(t)
  const activationId = await queueSpectrum(database, 'swish(x)')
  const first = await startWorkerProcess(t, database.url)
  await waitUntil(async () => {
    const [task] = await listTasks(database)
    return task === undefined || task.isLocked
  })
  first.child.kill('SIGKILL')
  await first.exited
  const second = await startWorkerProcess(t, database.url)
  const spectrum = await waitUntil(() => database.prisma.fisherSpectrum.findFirst({ where: { activationId } }))
  assert.equal(spectrum.reason, null)
  await waitUntil(async () => (await listTasks(database)).length === 0)
  const stored = (first.log() + second.log()).match(/"msg":"spectrum"/g) ?? []
  assert.ok(stored.length <= 1, 'one worker computed it')
  assert.equal(await database.prisma.fisherSpectrum.count(), 1)
})

test('a spectrum that ended its workers three times fails with the reason and leaves the queue', async (t) => {
  const { database } = await openTrainingDatabase(t)
  const activationId = await queueSpectrum(database, 'gelu(x)')
  await database.prisma.$executeRaw`UPDATE graphile_worker._private_jobs SET attempts = 3`
  await startWorkerProcess(t, database.url)
  const spectrum = await waitUntil(() => database.prisma.fisherSpectrum.findFirst({ where: { activationId } }))
  assert.equal(spectrum.values, null)
  assert.match(spectrum.reason ?? '', /died 3 times/)
  await waitUntil(async () => (await listTasks(database)).length === 0)
})

async function queueSpectrum(database: Database, expression: string): Promise<number> {
  const dataset = await database.prisma.dataset.findUniqueOrThrow({ where: { name: 'tiny' } })
  const { id } = await ensureActivation(database.prisma, expression)
  await queueTask(
    database.kysely,
    'compute_features',
    { datasetId: dataset.id, activationId: id },
    {
      jobKey: taskKey('compute_features', dataset.id, id),
      priority: 0,
      dataset: TRAINABLE_DATASETS.get('tiny'),
      maxAttempts: 1000,
    },
  )
  return id
}

function listTasks({ prisma }: Database): Promise<{ isLocked: boolean }[]> {
  return prisma.$queryRaw`SELECT locked_at IS NOT NULL AS "isLocked" FROM graphile_worker.jobs`
}
