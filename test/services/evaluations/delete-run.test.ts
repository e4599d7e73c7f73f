import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ensureActivation } from '../../../src/services/activations/ensure-activation.js'
import { createDataset } from '../../../src/services/datasets/create-dataset.js'
import { addEvaluation } from '../../../src/services/evaluations/add-evaluation.js'
import { deleteRun } from '../../../src/services/evaluations/delete-run.js'
import { createSearch } from '../../../src/services/searches/create-search.js'
import { suggest } from '../../../src/services/searches/suggest.js'
import { reportEvaluation } from '../../../src/services/suggestions/report-evaluation.js'
import { openTestDatabase } from '../../support/database.js'
import { createSyntheticDataset } from '../../support/fixtures/learning-fixture.js'
import { createViewer } from '../../support/fixtures/training-fixture.js'

const database = await openTestDatabase()
const owner = await createViewer(database, 'owner', ['DATASET', 'SEARCH'])
const stranger = await createViewer(database, 'stranger', ['DATASET', 'SEARCH', 'TRAIN'])
const admin = await createViewer(database, 'admin', ['ADMIN'])
const published = await createSyntheticDataset(database, { name: 'published', measured: [] })

const description = { title: 'Mine', description: 'Own runs.', architecture: 'MLP', task: 'digits' }
let made = 0
const begin = async () => (await createDataset(database, owner, { name: `mine-${++made}`, ...description })).name
const add = (dataset: string, validationAccuracy: number, expression = 'relu(x)') =>
  addEvaluation(database, owner, { dataset, expression, validationAccuracy })
const runsOf = (evaluationId: number) =>
  database.prisma.run.findMany({ where: { evaluationId }, orderBy: { id: 'asc' } })

test('the medians follow a deleted run, and the evaluation goes with its last one', async () => {
  const name = await begin()
  await add(name, 0.1)
  await add(name, 0.5)
  const { id } = await add(name, 0.9)
  const [first, second, third] = await runsOf(id)
  await deleteRun(database, owner, first.id)
  const left = await database.prisma.evaluation.findUniqueOrThrow({ where: { id } })
  assert.ok(Math.abs((left.validationAccuracy ?? 0) - 0.7) < 1e-12)
  await deleteRun(database, owner, third.id)
  await deleteRun(database, owner, second.id)
  assert.equal(await database.prisma.evaluation.findUnique({ where: { id } }), null)
  assert.equal((await add(name, 0.3)).validationAccuracy, 0.3)
})

test('a deleted run cannot be deleted again, and of concurrent deletions one succeeds', async () => {
  const { id } = await add(await begin(), 0.5)
  const [run] = await runsOf(id)
  const attempts = await Promise.allSettled([1, 2, 3].map(() => deleteRun(database, owner, run.id)))
  assert.equal(attempts.filter(({ status }) => status === 'fulfilled').length, 1)
  for (const each of attempts) if (each.status === 'rejected') assert.equal(each.reason.code, 'NOT_FOUND')
  await assert.rejects(deleteRun(database, owner, run.id), { code: 'NOT_FOUND', extensions: { argument: 'id' } })
})

test('the key that reported the run, the owner of the dataset, and ADMIN may delete it', async () => {
  const name = await begin()
  const { id } = await add(name, 0.5)
  await add(name, 0.6)
  await add(name, 0.7)
  const [byOwner, byAdmin, byStranger] = await runsOf(id)
  await database.prisma.run.update({ where: { id: byStranger.id }, data: { apiKeyId: stranger.apiKeyId } })
  await assert.rejects(deleteRun(database, null, byOwner.id), { code: 'UNAUTHENTICATED' })
  await assert.rejects(deleteRun(database, stranger, byOwner.id), { code: 'FORBIDDEN' })
  await deleteRun(database, stranger, byStranger.id)
  await deleteRun(database, admin, byAdmin.id)
  await deleteRun(database, owner, byOwner.id)
})

test('runs of a dataset that clients cannot change stay', async () => {
  const { id: activationId } = await ensureActivation(database.prisma, 'relu(x)')
  const evaluation = await database.prisma.evaluation.create({
    data: { datasetId: published.id, activationId, expression: 'relu(x)', origin: 'IMPORTED' },
  })
  const { id } = await database.prisma.run.create({
    data: {
      ...{ evaluationId: evaluation.id, datasetId: published.id, activationId: evaluation.activationId },
      ...{ datasetVersion: published.version, seed: 0, validationAccuracy: 0.5, apiKeyId: owner.apiKeyId },
    },
  })
  await assert.rejects(deleteRun(database, owner, id), { code: 'FORBIDDEN', message: /origin REPORTED/ })
  await assert.rejects(deleteRun(database, admin, id), { code: 'FORBIDDEN' })
})

test('a suggestion keeps its metrics when its run is deleted', async () => {
  const name = await begin()
  const { id: searchId } = await createSearch(database, owner, { dataset: name, algorithm: 'RANDOM', seed: 1 })
  const { suggestions } = await suggest(database, owner, { searchId, worker: 'w' })
  const suggestionId = suggestions[0].id
  const { suggestion } = await reportEvaluation(database, owner, { suggestionId, validationAccuracy: 0.4 })
  const [run] = await runsOf(suggestion.evaluationId as number)
  await deleteRun(database, owner, run.id)
  const kept = await database.prisma.suggestion.findUniqueOrThrow({ where: { id: suggestionId } })
  assert.deepEqual([kept.state, kept.validationAccuracy, kept.evaluationId], ['COMPLETED', 0.4, null])
})
