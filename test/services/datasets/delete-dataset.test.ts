import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ensureActivation } from '../../../src/services/activations/ensure-activation.js'
import { createDataset } from '../../../src/services/datasets/create-dataset.js'
import { deleteDataset } from '../../../src/services/datasets/delete-dataset.js'
import { addEvaluation } from '../../../src/services/evaluations/add-evaluation.js'
import { createSearch } from '../../../src/services/searches/create-search.js'
import { stopSearch } from '../../../src/services/searches/stop-search.js'
import { trainActivation } from '../../../src/services/trainings/train-activation.js'
import { openTestDatabase } from '../../support/database.js'
import { createSyntheticDataset } from '../../support/fixtures/learning-fixture.js'
import { createTrainable, createViewer } from '../../support/fixtures/training-fixture.js'

const database = await openTestDatabase()
const owner = await createViewer(database, 'owner', ['DATASET', 'SEARCH'])
const stranger = await createViewer(database, 'stranger', ['DATASET', 'SEARCH'])
const admin = await createViewer(database, 'admin', ['ADMIN'])
await createSyntheticDataset(database, { name: 'published', measured: [] })

const description = { title: 'Mine', description: 'Own runs.', architecture: 'MLP', task: 'digits' }
let made = 0
const begin = () => createDataset(database, owner, { name: `mine-${++made}`, ...description })

test('deleting a dataset deletes its evaluations and keeps the functions', async () => {
  const { id, name } = await begin()
  const { activationId } = await addEvaluation(database, owner, {
    dataset: name,
    expression: 'tanh(x)',
    validationAccuracy: 0.5,
  })
  assert.equal(await deleteDataset(database, owner, name), name)
  assert.equal(await database.prisma.evaluation.count({ where: { datasetId: id } }), 0)
  assert.ok(await database.prisma.activation.findUnique({ where: { id: activationId } }))
  await assert.rejects(deleteDataset(database, owner, name), { code: 'NOT_FOUND' })
})

test('a client cannot delete a dataset of another owner', async () => {
  const { name } = await begin()
  await assert.rejects(deleteDataset(database, stranger, name), { code: 'FORBIDDEN' })
  await assert.rejects(deleteDataset(database, owner, 'published'), { code: 'FORBIDDEN' })
  await assert.rejects(deleteDataset(database, null, name), { code: 'UNAUTHENTICATED' })
  await assert.rejects(deleteDataset(database, owner, 'nowhere'), { code: 'NOT_FOUND' })
  assert.ok(await database.prisma.dataset.findUnique({ where: { name } }))
})

test('the owner cannot delete a dataset while another key searches in it, and ADMIN can', async () => {
  const { id, name } = await begin()
  await addEvaluation(database, owner, { dataset: name, expression: 'tanh(x)', validationAccuracy: 0.5 })
  const own = await createSearch(database, owner, { dataset: name, algorithm: 'RANDOM' })
  const other = await createSearch(database, stranger, { dataset: name, algorithm: 'RANDOM' })
  const refused = { code: 'CONFLICT', extensions: { argument: 'name', searches: 1, trainings: 0 } }
  await assert.rejects(deleteDataset(database, owner, name), refused)
  assert.equal(await database.prisma.search.count({ where: { datasetId: id, state: 'ACTIVE' } }), 2)
  await stopSearch(database, stranger, other.id)
  assert.equal(await deleteDataset(database, owner, name), name)
  assert.equal(await database.prisma.search.findUnique({ where: { id: own.id } }), null)
  const again = await begin()
  await createSearch(database, stranger, { dataset: again.name, algorithm: 'RANDOM' })
  assert.equal(await deleteDataset(database, admin, again.name), again.name)
})

test('ADMIN deletes an imported dataset with everything in it, and shipped ones are refused', async () => {
  const dataset = await createSyntheticDataset(database, { name: 'imported', measured: [] })
  const { id: activationId } = await ensureActivation(database.prisma, 'relu(x)')
  await database.prisma.evaluation.create({
    data: { datasetId: dataset.id, activationId, expression: 'relu(x)', origin: 'IMPORTED' },
  })
  await assert.rejects(deleteDataset(database, owner, 'imported'), { code: 'FORBIDDEN' })
  assert.equal(await deleteDataset(database, admin, 'imported'), 'imported')
  assert.equal(await database.prisma.evaluation.count({ where: { datasetId: dataset.id } }), 0)
  const { name } = await createTrainable(database, 'mini-cnn')
  await assert.rejects(deleteDataset(database, admin, name), { code: 'FORBIDDEN', message: /ships with the service/ })
  assert.ok(await database.prisma.dataset.findUnique({ where: { name } }))
})

test('the unfinished work in a deleted dataset ends: its tasks leave the queue', async () => {
  const { id, name } = await begin()
  await database.prisma.dataset.update({ where: { id }, data: { trainable: true } })
  await trainActivation(database, admin, { dataset: name, expression: 'relu(x)', seeds: [0, 1] })
  const tasks = async () =>
    (await database.pool.query(`select key from graphile_worker.jobs where task_identifier like '%${name}@%'`)).rows
      .length
  assert.equal(await tasks(), 2)
  await assert.rejects(deleteDataset(database, owner, name), { code: 'CONFLICT' })
  await deleteDataset(database, admin, name)
  assert.equal(await tasks(), 0)
  assert.equal(await database.prisma.trainingJob.count({ where: { datasetId: id } }), 0)
})
