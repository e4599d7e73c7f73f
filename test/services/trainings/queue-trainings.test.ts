import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '../../../src/db/connection/client.js'
import type { Dataset } from '../../../src/db/generated/client.js'
import { PRIORITY, taskIdentifier } from '../../../src/db/queue.js'
import { listEndedTrainings } from '../../../src/db/trainings/bulk-trainings.js'
import { getTrainableDataset } from '../../../src/networks/recipes/trainable-datasets.js'
import { queueTrainings, withdrawTrainings } from '../../../src/services/trainings/queue-trainings.js'
import { recordRun } from '../../../src/services/trainings/record-run.js'
import { startTraining } from '../../../src/services/trainings/start-training.js'
import { trainActivation } from '../../../src/services/trainings/train-activation.js'
import { findWorkerAbsence } from '../../../src/services/trainings/waiting-for.js'
import { openTestDatabase } from '../../support/database.js'
import { createTrainable, createViewer } from '../../support/fixtures/training-fixture.js'

test('queues each training once, seed by seed, no matter how many commands request it', async (t) => {
  const { database, dataset } = await open(t)
  const request = { dataset, expressions: ['relu(x)', 'swish(x)', 'exp(reciprocal(x))', 'prelu(x)'], seeds: [1, 0] }
  const both = await Promise.all([queueTrainings(database, request), queueTrainings(database, request)])
  const again = await queueTrainings(database, request)
  for (const work of [...both, again]) {
    assert.deepEqual([work.total, work.done, work.best, work.waiting.length], [8, 0, null, 6])
    assert.deepEqual(new Set(work.waiting), new Set(again.waiting))
    assert.deepEqual(
      work.refused.map(({ expression, reason }) => `${expression}: ${reason}`),
      ['exp(reciprocal(x)): it is not finite', 'exp(reciprocal(x)): it is not finite'],
    )
  }
  assert.deepEqual(await listTasks(database), [
    'relu(x) 1',
    'swish(x) 1',
    'prelu(x) 1',
    'relu(x) 0',
    'swish(x) 0',
    'prelu(x) 0',
  ])
  assert.deepEqual(await listEndedTrainings(database.kysely, again.waiting), [])
  assert.equal(
    await findWorkerAbsence(database.prisma, 'train_activation', dataset),
    'no worker for mini-cnn is connected',
  )
})

test('counts earlier trainings, queues failed ones again, and reports each end once', async (t) => {
  const { database, dataset } = await open(t)
  const worker = await createWorker(database)
  const request = { dataset, expressions: ['relu(x)', 'swish(x)', 'tanh(x)'], seeds: [0] }
  const first = await queueTrainings(database, request)
  const byExpression = new Map(
    (await database.prisma.trainingJob.findMany()).map(({ id, expression }) => [expression, id]),
  )
  const training = await startTraining(database, byExpression.get('swish(x)')!, worker)
  assert.equal(await recordRun(database, training!, { ...MEASURED, validationAccuracy: 0.75 }), 'valid')
  await database.prisma.$executeRaw`
    UPDATE training_jobs SET state = 'CANCELLED', finished_at = now() WHERE expression = 'tanh(x)'`
  const gone = byExpression.get('relu(x)')! + 1000
  assert.deepEqual(await listEndedTrainings(database.kysely, [...first.waiting, gone]), [
    { id: byExpression.get('swish(x)'), expression: 'swish(x)', accuracy: 0.75, failure: null },
    { id: byExpression.get('tanh(x)'), expression: 'tanh(x)', accuracy: null, failure: 'the training was cancelled' },
    { id: gone, expression: '', accuracy: null, failure: 'its job is gone' },
  ])
  const second = await queueTrainings(database, request)
  assert.deepEqual([second.total, second.done, second.waiting.length], [3, 1, 2])
  assert.deepEqual(second.best, { expression: 'swish(x)', accuracy: 0.75 })
  assert.ok(second.waiting.includes(byExpression.get('relu(x)')!))
  assert.ok(!second.waiting.includes(byExpression.get('tanh(x)')!))
})

test('withdraws waiting trainings, except those that a worker has or that were requested individually', async (t) => {
  const { database, dataset } = await open(t)
  const worker = await createWorker(database)
  const work = await queueTrainings(database, { dataset, expressions: ['relu(x)', 'swish(x)', 'tanh(x)'], seeds: [0] })
  const [relu] = await database.prisma.trainingJob.findMany({ where: { expression: 'relu(x)' } })
  assert.equal(relu.priority, PRIORITY.bulk)
  await startTraining(database, relu.id, worker)
  const viewer = await createViewer(database, 'somebody', ['TRAIN'])
  await trainActivation(database, viewer, { dataset: dataset.name, expression: 'swish(x)' })
  assert.equal(await withdrawTrainings(database, dataset), 1)
  assert.equal(await withdrawTrainings(database, dataset), 0)
  const states = await database.prisma.trainingJob.findMany({ orderBy: { expression: 'asc' } })
  assert.deepEqual(
    states.map(({ expression, state }) => `${expression} ${state}`),
    ['relu(x) RUNNING', 'swish(x) QUEUED', 'tanh(x) CANCELLED'],
  )
  assert.deepEqual(await listTasks(database), ['swish(x) 0', 'relu(x) 0'])
  assert.equal((await listEndedTrainings(database.kysely, work.waiting)).length, 1)
})

test('refuses a dataset without a recipe, and queues nothing after it was stopped', async (t) => {
  const { database, dataset } = await open(t)
  const request = { dataset, expressions: ['relu(x)'], seeds: [0] }
  const work = await queueTrainings(database, { ...request, signal: AbortSignal.abort() })
  assert.deepEqual(work.waiting, [])
  assert.deepEqual(await listTasks(database), [])
  await assert.rejects(queueTrainings(database, { ...request, dataset: { ...dataset, trainable: false } }), {
    code: 'CONFLICT',
  })
})

const MEASURED = {
  trainAccuracy: 0.5,
  trainLoss: 1,
  validationAccuracy: 0.5,
  validationLoss: 1,
  testAccuracy: 0.5,
  testLoss: 1,
  runtimeSeconds: 1,
  epochs: [],
  backend: 'tfjs-wasm',
  device: 'a machine',
  softwareVersion: 'none',
}

async function open(t: Parameters<typeof openTestDatabase>[0]): Promise<{ database: Database; dataset: Dataset }> {
  const database = await openTestDatabase(t)
  return { database, dataset: await createTrainable(database) }
}

/** The row of a worker without a process. */
async function createWorker(database: Database) {
  const { id } = await database.prisma.worker.create({
    data: {
      poolId: 'a',
      lockKey: 1n,
      host: 'h',
      processId: 1,
      backend: 'tfjs-wasm',
      device: 'd',
      datasets: [],
      tasks: [],
    },
  })
  return { id, backend: 'tfjs-wasm', device: 'd' }
}

/** Function and seed of each task, in the order of the queue. */
async function listTasks({ pool }: Database): Promise<string[]> {
  const { rows } = await pool.query<{ text: string }>(
    `SELECT j.expression || ' ' || j.seed AS text
     FROM graphile_worker.jobs t JOIN training_jobs j ON t.key = 'train_activation:' || j.id
     WHERE t.task_identifier = $1 ORDER BY t.priority, t.run_at, t.id`,
    [taskIdentifier('train_activation', getTrainableDataset('mini-cnn'))],
  )
  return rows.map(({ text }) => text)
}
