import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDataset } from '../../../src/services/datasets/create-dataset.js'
import { deleteDataset } from '../../../src/services/datasets/delete-dataset.js'
import { addEvaluation } from '../../../src/services/evaluations/add-evaluation.js'
import { openTestDatabase } from '../../support/database.js'
import { createSyntheticDataset } from '../../support/learning-fixture.js'
import { createViewer } from '../../support/training-fixture.js'

const database = await openTestDatabase()
const owner = await createViewer(database, 'owner', ['DATASET'])
const stranger = await createViewer(database, 'stranger', ['DATASET'])
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
