import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSearch } from '../../../src/services/searches/create-search.js'
import { stopSearch } from '../../../src/services/searches/stop-search.js'
import { suggest } from '../../../src/services/searches/suggest.js'
import { reportEvaluation } from '../../../src/services/suggestions/report-evaluation.js'
import { reportTrainedSuggestion } from '../../../src/services/suggestions/report-trained-suggestion.js'
import { cancelTraining } from '../../../src/services/trainings/cancel-training.js'
import { openTestDatabase } from '../../support/database.js'
import { createSyntheticDataset } from '../../support/fixtures/learning-fixture.js'
import { createViewer } from '../../support/fixtures/training-fixture.js'

const database = await openTestDatabase()
const viewer = await createViewer(database, 'searcher', ['SEARCH', 'TRAIN'])
const dataset = await createSyntheticDataset(database, {
  name: 'trainable',
  origin: 'TRAINED',
  trainable: true,
  measured: [],
})

async function begin(count: number) {
  const search = await createSearch(database, viewer, { dataset: dataset.name, algorithm: 'RANDOM', budget: count })
  const { suggestions } = await suggest(database, viewer, { searchId: search.id, worker: 'w', count, train: true })
  return suggestions
}
const find = (id: number) =>
  database.prisma.suggestion.findUniqueOrThrow({ where: { id }, include: { search: true, evaluation: true } })

/** Ends a job as a worker does: run and evaluation, then the state. */
async function succeed(trainingJobId: number, validationAccuracy: number): Promise<void> {
  await database.prisma.$transaction(async (db) => {
    const { datasetId, datasetVersion, activationId, expression, seed } = await db.trainingJob.findUniqueOrThrow({
      where: { id: trainingJobId },
    })
    const evaluation = await db.evaluation.create({
      data: { datasetId, activationId, expression, origin: 'TRAINED', validationAccuracy },
    })
    await db.run.create({
      data: {
        evaluationId: evaluation.id,
        datasetId,
        datasetVersion,
        activationId,
        seed,
        trainingJobId,
        validationAccuracy,
      },
    })
    await db.trainingJob.update({ where: { id: trainingJobId }, data: { state: 'RUNNING', startedAt: new Date() } })
    await db.trainingJob.update({ where: { id: trainingJobId }, data: { state: 'SUCCEEDED', finishedAt: new Date() } })
    await reportTrainedSuggestion(db, trainingJobId)
  })
}

test('training suggestions queues one job each, and their leases last for it', async () => {
  const suggestions = await begin(3)
  assert.equal(new Set(suggestions.map(({ trainingJobId }) => trainingJobId)).size, 3)
  for (const { trainingJobId, activationId, leaseExpiresAt } of suggestions) {
    const job = await database.prisma.trainingJob.findUniqueOrThrow({ where: { id: trainingJobId ?? 0 } })
    assert.deepEqual([job.activationId, job.state, job.apiKeyId], [activationId, 'QUEUED', viewer.apiKeyId])
    assert.ok(leaseExpiresAt.getTime() > Date.now() + 86_400_000)
  }
})

test('a finished training completes its suggestion and the search', async () => {
  const [first, second] = await begin(2)
  await succeed(first.trainingJobId ?? 0, 0.7)
  const completed = await find(first.id)
  assert.deepEqual([completed.state, completed.step, completed.validationAccuracy], ['COMPLETED', 1, 0.7])
  assert.equal(completed.evaluation?.activationId, first.activationId)
  assert.equal(completed.search.state, 'ACTIVE')
  await succeed(second.trainingJobId ?? 0, 0.6)
  assert.equal((await find(second.id)).search.state, 'COMPLETED')
})

test('a cancelled training fails its suggestion', async () => {
  const [{ id, trainingJobId }] = await begin(1)
  await cancelTraining(database, viewer, trainingJobId ?? 0)
  const { state, failure } = await find(id)
  assert.deepEqual([state, failure], ['FAILED', 'the training was cancelled'])
})

test('a failed training passes its reason on', async () => {
  const [{ id, trainingJobId }] = await begin(1)
  await database.prisma.$transaction(async (db) => {
    await db.trainingJob.update({
      where: { id: trainingJobId ?? 0 },
      data: { state: 'FAILED', failure: 'no memory left', finishedAt: new Date() },
    })
    await reportTrainedSuggestion(db, trainingJobId ?? 0)
  })
  assert.equal((await find(id)).failure, 'no memory left')
})

test('telling twice changes nothing, and clients cannot tell for a training', async () => {
  const [{ id, trainingJobId }] = await begin(2)
  await assert.rejects(reportEvaluation(database, viewer, { suggestionId: id, validationAccuracy: 1 }), {
    code: 'CONFLICT',
  })
  await succeed(trainingJobId ?? 0, 0.4)
  const before = await find(id)
  await database.prisma.$transaction((db) => reportTrainedSuggestion(db, trainingJobId ?? 0))
  assert.deepEqual(await find(id), before)
})

test('two searches that train the same function share its job and both hear of its end', async () => {
  const ask = async () => {
    const search = await createSearch(database, viewer, { dataset: dataset.name, algorithm: 'RANDOM', seed: 77 })
    return (await suggest(database, viewer, { searchId: search.id, worker: 'w', train: true })).suggestions[0]
  }
  const [first, second] = [await ask(), await ask()]
  assert.equal(second.trainingJobId, first.trainingJobId)
  await succeed(first.trainingJobId ?? 0, 0.9)
  assert.deepEqual([(await find(first.id)).state, (await find(second.id)).state], ['COMPLETED', 'COMPLETED'])
})

test('a suggestion that a worker already has is trained if the worker asks for that later', async () => {
  const search = await createSearch(database, viewer, { dataset: dataset.name, algorithm: 'RANDOM', seed: 5 })
  const ask = (train: boolean) =>
    suggest(database, viewer, { searchId: search.id, worker: 'w', train }).then(({ suggestions }) => suggestions[0])
  const first = await ask(false)
  assert.equal(first.trainingJobId, null)
  const second = await ask(true)
  assert.equal(second.id, first.id)
  await succeed(second.trainingJobId ?? 0, 0.8)
  assert.equal((await find(first.id)).state, 'COMPLETED')
})

test('a job that a search of another key waits for can be cancelled only by ADMIN, and by its own key after the search has ended', async () => {
  const [suggestion] = await begin(1)
  const id = suggestion.trainingJobId ?? 0
  // As where the function had been queued before by this key.
  const trainer = await createViewer(database, 'trainer', ['TRAIN'])
  await database.prisma.trainingJob.update({ where: { id }, data: { apiKeyId: trainer.apiKeyId } })
  await assert.rejects(cancelTraining(database, trainer, id), {
    code: 'CONFLICT',
    message: 'a search of another key waits for this training',
  })
  assert.equal((await find(suggestion.id)).state, 'LEASED')
  await stopSearch(database, viewer, suggestion.searchId)
  assert.equal((await cancelTraining(database, trainer, id)).state, 'CANCELLED')
  const [other] = await begin(1)
  const admin = await createViewer(database, 'admin', ['ADMIN'])
  assert.equal((await cancelTraining(database, admin, other.trainingJobId ?? 0)).state, 'CANCELLED')
  assert.equal((await find(other.id)).state, 'FAILED')
})
