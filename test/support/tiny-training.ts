import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Database } from '../../src/db/connection/client.js'
import type { TrainingState } from '../../src/db/generated/client.js'
import { openBackend } from '../../src/networks/backends/backend.js'
import { trainNetwork } from '../../src/networks/training/train-network.js'
import type { TrainingResult } from '../../src/networks/training/training-result.js'
import type { Viewer } from '../../src/services/access/viewer.js'
import { trainActivation } from '../../src/services/trainings/train-activation.js'
import { openTestDatabase } from './database.js'
import { registerTinyDataset, TINY_EPOCHS } from './tiny-dataset.js'
import { createTrainable, createViewer } from './training-fixture.js'
import { waitUntil } from './wait-until.js'

/** Trains `swish(x)` with seed 3 without interruption, on the backend of the worker processes. */
export async function trainUninterrupted(): Promise<TrainingResult> {
  const tiny = registerTinyDataset()
  const backend = await openBackend('wasm')
  const result = await trainNetwork({ dataset: tiny, expression: 'swish(x)', seed: 3, backend })
  assert.equal(result.epochs.length, TINY_EPOCHS)
  return result
}

/** Opens a database in which `tiny` can be trained, and creates a viewer who may train. */
export async function openTrainingDatabase(t: TestContext): Promise<{ database: Database; viewer: Viewer }> {
  const database = await openTestDatabase(t)
  await createTrainable(database, 'tiny')
  return { database, viewer: await createViewer(database, 'trainer', ['TRAIN']) }
}

/** Queues the training that `trainUninterrupted` runs, and returns the id of the job. */
export async function queueSwish(database: Database, viewer: Viewer): Promise<number> {
  const { jobs } = await trainActivation(database, viewer, { dataset: 'tiny', expression: 'swish(x)', seeds: [3] })
  return jobs[0].id
}

export function findJob(database: Database, id: number) {
  return database.prisma.trainingJob.findUniqueOrThrow({ where: { id } })
}

/** Waits until the job is in the given state; throws if it fails instead. */
export function waitForState(database: Database, id: number, state: TrainingState) {
  return waitUntil(async () => {
    const job = await findJob(database, id)
    if (job.state === 'FAILED' && state !== 'FAILED') throw new Error(`the job failed: ${job.failure}`)
    return job.state === state ? job : null
  }, 300)
}

/** Waits until at least `count` epochs of the job are recorded. */
export function waitForEpochs(database: Database, trainingJobId: number, count: number) {
  return waitUntil(
    async () => (await database.prisma.trainingJobEpoch.count({ where: { trainingJobId } })) >= count,
    300,
  )
}

/** Asserts that the job has one run, each epoch once, and bit for bit the metrics of the uninterrupted training. */
export async function assertTrainedOnce(
  database: Database,
  trainingJobId: number,
  expected: TrainingResult,
): Promise<void> {
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
