import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/db/tables/column-types.js'
import { normalizesActivation } from '../../../src/services/normalizes-activation.js'
import { registerTask } from '../../../src/services/own-tasks/register-task.js'
import { removeTask } from '../../../src/services/own-tasks/remove-task.js'
import { trainActivation } from '../../../src/services/trainings/train-activation.js'
import { openTestDatabase } from '../../support/database.js'
import { createViewer } from '../../support/fixtures/training-fixture.js'

const DATASET = {
  ...{ name: 'mine', version: '1', title: 'Mine', description: 'd', architecture: 'a', task: 't' },
  ...{ license: null, citation: null, searchSpace: ['unary(x)'], fisherSpectrumLength: 20 },
}
const DEFINITION: JsonObject = {
  ...{ name: 'mine', title: 'Mine', data: { sha256: { 'a.csv': 'f00' } }, network: { layers: [{ units: 3 }] } },
  recipe: { epochs: 2, normalizesActivation: true },
}

test('a task is registered wholly or not at all, and again without a change', async (t) => {
  const database = await openTestDatabase(t)
  const fail = () => {
    throw new Error('killed')
  }
  await assert.rejects(registerTask(database, { dataset: DATASET, definition: DEFINITION }, fail), /killed/)
  assert.deepEqual([await database.prisma.dataset.count(), await database.prisma.taskDefinition.count()], [0, 0])
  const register = (dataset: object = {}, definition: JsonObject = {}) =>
    registerTask(database, { dataset: { ...DATASET, ...dataset }, definition: { ...DEFINITION, ...definition } })
  assert.equal(await register(), 'ADDED')
  assert.equal(await register(), 'UNCHANGED')
  assert.equal(await register({ title: 'My data' }, { title: 'My data' }), 'DESCRIBED')
  const { title, trainable, origin } = await database.prisma.dataset.findUniqueOrThrow({ where: { name: 'mine' } })
  assert.deepEqual([title, trainable, origin], ['My data', true, 'TRAINED'])
  assert.equal(await normalizesActivation(database, 'mine'), true)
  const changed = { network: { layers: [{ units: 4 }] }, recipe: { epochs: 2, normalizesActivation: false } }
  await assert.rejects(register({}, changed), {
    code: 'CONFLICT',
    message:
      'version: mine version 1 is registered with another definition; expected another version, or no change of network.layers[0].units (3, now 4), recipe.normalizesActivation (true, now false)',
  })
  assert.equal(await normalizesActivation(database, 'mine'), true)
})

test('a new version takes waiting trainings along, and the old version stays known', async (t) => {
  const database = await openTestDatabase(t)
  const viewer = await createViewer(database, 'trainer', ['TRAIN', 'ADMIN'])
  await registerTask(database, { dataset: DATASET, definition: DEFINITION })
  const { jobs } = await trainActivation(database, viewer, { dataset: 'mine', expression: 'relu(x)', seeds: [0] })
  const longer = { ...DEFINITION, recipe: { epochs: 4, normalizesActivation: false } }
  assert.equal(await registerTask(database, { dataset: { ...DATASET, version: '2' }, definition: longer }), 'RAISED')
  const job = await database.prisma.trainingJob.findUniqueOrThrow({ where: { id: jobs[0].id } })
  assert.equal(job.datasetVersion, '2')
  assert.equal(await normalizesActivation(database, 'mine'), false)
  await assert.rejects(registerTask(database, { dataset: DATASET, definition: longer }), { code: 'CONFLICT' })
  assert.equal(await registerTask(database, { dataset: DATASET, definition: DEFINITION }), 'RAISED')
  await removeTask(database, viewer, { name: 'mine', withEvaluations: false })
  assert.deepEqual([await database.prisma.dataset.count(), await database.prisma.taskDefinition.count()], [0, 0])
})

test('names of other datasets are refused, and only added tasks are removed', async (t) => {
  const database = await openTestDatabase(t)
  const viewer = await createViewer(database, 'operator', ['ADMIN'])
  await database.prisma.dataset.create({
    data: {
      name: 'mine',
      version: '1',
      title: 't',
      description: 'd',
      architecture: 'a',
      task: 't',
      origin: 'REPORTED',
    },
  })
  const register = (name: string) => registerTask(database, { dataset: { ...DATASET, name }, definition: DEFINITION })
  await assert.rejects(register('mine'), { code: 'CONFLICT', message: /a dataset named mine exists already/ })
  await assert.rejects(register('act-bench-cnn'), { code: 'BAD_USER_INPUT', message: /a name that is not reserved/ })
  await assert.rejects(removeTask(database, viewer, { name: 'mine', withEvaluations: true }), { code: 'CONFLICT' })
  await assert.rejects(removeTask(database, viewer, { name: 'nobody', withEvaluations: true }), { code: 'NOT_FOUND' })
})
