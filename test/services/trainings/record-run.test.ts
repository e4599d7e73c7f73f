import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failTraining } from '../../../src/services/trainings/fail-training.js'
import { recordEpoch } from '../../../src/services/trainings/record-epoch.js'
import { type RecordedRun, recordRun } from '../../../src/services/trainings/record-run.js'
import { returnTraining } from '../../../src/services/trainings/return-training.js'
import { startTraining } from '../../../src/services/trainings/start-training.js'
import { trainActivation } from '../../../src/services/trainings/train-activation.js'
import { openTestDatabase } from '../../support/database.js'
import { createTrainable, createViewer } from '../../support/fixtures/training-fixture.js'

const database = await openTestDatabase()
const dataset = await createTrainable(database)
const viewer = await createViewer(database, 'trainer', ['TRAIN'])
const worker = { ...(await createWorker('pool-1')), backend: 'tfjs-wasm', device: 'processor' }

test('an evaluation has the medians of its runs, without values that are not finite', async () => {
  for (const [seed, validationAccuracy, validationLoss] of [
    [0, 0.5, 1.5],
    [1, 0.9, 0.5],
    [2, 0.1, null],
    [3, 0.8, 0.7],
  ] as const) {
    const hold = await startJob('relu(x)', seed)
    assert.equal(await recordRun(database, hold, toRun({ validationAccuracy, validationLoss })), 'valid')
  }
  const [evaluation] = await database.prisma.evaluation.findMany({ where: { expression: 'relu(x)' } })
  assert.equal(evaluation.validationAccuracy, 0.65)
  assert.equal(evaluation.validationLoss, 0.7)
  assert.equal(evaluation.origin, 'TRAINED')
})

test('recording a result a second time changes nothing', async () => {
  const hold = await startJob('swish(x)', 0)
  assert.equal(await recordRun(database, hold, toRun({ validationAccuracy: 0.5 })), 'valid')
  assert.equal(await recordRun(database, hold, toRun({ validationAccuracy: 0.7 })), 'ended')
  const runs = await database.prisma.run.findMany({ where: { trainingJobId: hold.id } })
  assert.deepEqual(
    runs.map(({ validationAccuracy }) => validationAccuracy),
    [0.5],
  )
})

test('a worker whose job was started again elsewhere can no longer write', async () => {
  const late = await startJob('tanh(x)', 0)
  assert.equal(await recordEpoch(database, late, toEpoch(1)), 'valid')
  await database.prisma.trainingJob.update({ where: { id: late.id }, data: { workerId: null } })
  const current = await startTraining(database, late.id, worker)
  assert.ok(current)
  assert.equal(current.fence, late.fence + 1)
  assert.equal(await recordEpoch(database, late, toEpoch(2)), 'lost')
  assert.equal(await recordRun(database, late, toRun({})), 'lost')
  assert.equal(await failTraining(database, late, 'late'), 'lost')
  assert.equal(await returnTraining(database, late), 'lost')
  const job = await database.prisma.trainingJob.findUniqueOrThrow({ where: { id: late.id }, include: { epochs: true } })
  assert.equal(job.state, 'RUNNING')
  assert.equal(job.epochs.length, 1)
  assert.equal(await recordRun(database, current, toRun({})), 'valid')
})

test('an epoch that is recorded twice is stored once, and resets the starts without progress', async () => {
  const hold = await startJob('elu(x)', 0)
  assert.equal((await findJob(hold.id)).startsWithoutProgress, 1)
  for (let i = 0; i < 2; i++) assert.equal(await recordEpoch(database, hold, toEpoch(1)), 'valid')
  const job = await findJob(hold.id)
  assert.equal(job.startsWithoutProgress, 0)
  assert.equal(job.progress, 0.25)
  assert.equal(await database.prisma.trainingJobEpoch.count({ where: { trainingJobId: hold.id } }), 1)
})

test('a job whose workers die three times in a row before an epoch is done fails with the reason', async () => {
  const hold = await startJob('gelu(x)', 0)
  for (let i = 0; i < 2; i++) {
    await database.prisma.trainingJob.update({ where: { id: hold.id }, data: { workerId: null } })
    assert.ok(await startTraining(database, hold.id, worker))
  }
  await database.prisma.trainingJob.update({ where: { id: hold.id }, data: { workerId: null } })
  assert.equal(await startTraining(database, hold.id, worker), null)
  const job = await findJob(hold.id)
  assert.equal(job.state, 'FAILED')
  assert.equal(job.attempts, 3)
  assert.match(job.failure ?? '', /3 times in a row/)
})

test('a start on another backend begins again, and one on the same backend continues', async () => {
  const hold = await startJob('mish(x)', 0)
  await recordEpoch(database, hold, toEpoch(1))
  await returnTraining(database, hold)
  const same = await startTraining(database, hold.id, worker)
  assert.ok(same?.checkpoint)
  await returnTraining(database, same)
  const other = await startTraining(database, hold.id, { ...worker, backend: 'tfjs-node' })
  assert.equal(other?.checkpoint, null)
  assert.equal(await database.prisma.trainingJobEpoch.count({ where: { trainingJobId: hold.id } }), 0)
  assert.equal((await findJob(hold.id)).progress, 0)
})

test('a job that another living worker has is not started', async () => {
  const hold = await startJob('selu(x)', 0)
  const other = { ...(await createWorker('pool-2')), backend: 'tfjs-wasm', device: 'processor' }
  assert.equal(await startTraining(database, hold.id, other), null)
  assert.equal((await findJob(hold.id)).fence, hold.fence)
})

test('of ten simultaneous starts of one job only one gets it', async () => {
  const { jobs } = await trainActivation(database, viewer, { dataset: 'mini-cnn', expression: 'sinh(x)' })
  const workers = await Promise.all(Array.from({ length: 10 }, (_, i) => createWorker(`crowd-${i}`)))
  const starts = await Promise.all(
    workers.map(({ id }) => startTraining(database, jobs[0].id, { id, backend: 'tfjs-wasm', device: 'processor' })),
  )
  assert.equal(starts.filter(Boolean).length, 1)
})

test('a run that an import stored during the training stays, and belongs to the job', async () => {
  const hold = await startJob('cosh(x)', 0)
  const { activationId } = await findJob(hold.id)
  const evaluation = await database.prisma.evaluation.create({
    data: { datasetId: dataset.id, activationId, expression: 'cosh(x)', origin: 'TRAINED', validationAccuracy: 0.3 },
  })
  await database.prisma.run.create({
    data: {
      datasetId: dataset.id,
      datasetVersion: dataset.version,
      activationId,
      evaluationId: evaluation.id,
      seed: 0,
      validationAccuracy: 0.3,
    },
  })
  assert.equal(await recordRun(database, hold, toRun({ validationAccuracy: 0.4 })), 'valid')
  const runs = await database.prisma.run.findMany({ where: { activationId } })
  assert.equal(runs.length, 1)
  assert.equal(runs[0].trainingJobId, hold.id)
  assert.equal(runs[0].validationAccuracy, 0.3)
  assert.equal((await findJob(hold.id)).state, 'SUCCEEDED')
})

test('an evaluation that was imported keeps its published metrics and gains the run', async () => {
  const hold = await startJob('softsign(x)', 0)
  const { activationId } = await findJob(hold.id)
  const imported = await database.prisma.evaluation.create({
    data: { datasetId: dataset.id, activationId, expression: 'softsign(x)', origin: 'IMPORTED', testAccuracy: 0.8 },
  })
  assert.equal(await recordRun(database, hold, toRun({ testAccuracy: 0.4 })), 'valid')
  const evaluations = await database.prisma.evaluation.findMany({ where: { activationId }, include: { runs: true } })
  assert.equal(evaluations.length, 1)
  assert.equal(evaluations[0].id, imported.id)
  assert.equal(evaluations[0].testAccuracy, 0.8)
  assert.equal(evaluations[0].runs.length, 1)
})

test('what a training learnt of parameters is stored with its run, and the database refuses anything but a list', async () => {
  const hold = await startJob('arctan(x)', 0)
  const learnedParameters = [{ name: 'a', initialValue: 0.25, values: [[0.5], [-1e-7]] }]
  assert.equal(await recordRun(database, hold, { ...toRun({}), learnedParameters }), 'valid')
  const run = await database.prisma.run.findFirstOrThrow({ where: { trainingJobId: hold.id } })
  assert.deepEqual(run.learnedParameters, learnedParameters)
  for (const text of ['{}', '1', 'null']) {
    const update = database.pool.query('update runs set learned_parameters = $1 where id = $2', [text, run.id])
    await assert.rejects(update, /learned_parameters_are_a_list/)
  }
})

test('why a training ended early is stored with its run, and is null for one that trained all epochs', async () => {
  const endReason = 'loss at chance for 2 epochs, ended after epoch 2 of 9'
  const reasonOf = async (hold: Awaited<ReturnType<typeof startJob>>) =>
    (await database.prisma.run.findFirstOrThrow({ where: { trainingJobId: hold.id } })).endReason
  const [early, whole] = [await startJob('erf(x)', 31), await startJob('erf(x)', 32)]
  assert.equal(await recordRun(database, early, { ...toRun({}), endReason }), 'valid')
  assert.equal(await recordRun(database, whole, { ...toRun({}), endReason: null }), 'valid')
  assert.deepEqual([await reasonOf(early), await reasonOf(whole)], [endReason, null])
})

async function createWorker(poolId: string): Promise<{ id: number }> {
  const lockKey = BigInt(Math.floor(Math.random() * 2 ** 40))
  return database.prisma.worker.create({
    data: { poolId, lockKey, host: 'here', processId: 1, backend: 'tfjs-wasm', device: 'processor' },
    select: { id: true },
  })
}

async function startJob(expression: string, seed: number) {
  const { jobs } = await trainActivation(database, viewer, { dataset: 'mini-cnn', expression, seeds: [seed] })
  const started = await startTraining(database, jobs[0].id, worker)
  assert.ok(started)
  return started
}

function findJob(id: number) {
  return database.prisma.trainingJob.findUniqueOrThrow({ where: { id } })
}

function toEpoch(epoch: number) {
  const metrics = { epoch, trainAccuracy: 0.1, trainLoss: 2, validationAccuracy: 0.1, validationLoss: 2 }
  return { metrics, progress: epoch / 4, checkpoint: new Uint8Array([epoch]) }
}

function toRun(metrics: Partial<RecordedRun>): RecordedRun {
  return {
    trainAccuracy: 0.5,
    trainLoss: 1,
    validationAccuracy: 0.5,
    validationLoss: 1,
    testAccuracy: 0.5,
    testLoss: 1,
    runtimeSeconds: 1,
    epochs: [toEpoch(1).metrics],
    backend: 'tfjs-wasm',
    device: 'processor',
    softwareVersion: 'test',
    ...metrics,
  }
}
