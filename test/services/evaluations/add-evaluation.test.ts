import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDataset } from '../../../src/services/datasets/create-dataset.js'
import { deleteDataset } from '../../../src/services/datasets/delete-dataset.js'
import { type AddEvaluationInput, addEvaluation } from '../../../src/services/evaluations/add-evaluation.js'
import { MAX_RUNS } from '../../../src/services/evaluations/record-reported-run.js'
import { openTestDatabase } from '../../support/database.js'
import { createSyntheticDataset } from '../../support/fixtures/learning-fixture.js'
import { createViewer } from '../../support/fixtures/training-fixture.js'

const database = await openTestDatabase()
const owner = await createViewer(database, 'owner', ['DATASET'])
const stranger = await createViewer(database, 'stranger', ['DATASET'])
const reader = await createViewer(database, 'reader', ['SEARCH'])
await createSyntheticDataset(database, { name: 'published', measured: [] })

const description = { title: 'Mine', description: 'Own runs.', architecture: 'MLP', task: 'digits' }
let made = 0
const begin = () => createDataset(database, owner, { name: `mine-${++made}`, ...description })
const add = (dataset: string, input: Partial<AddEvaluationInput> = {}) =>
  addEvaluation(database, owner, { dataset, expression: 'relu(x)', validationAccuracy: 0.5, ...input })

test('the evaluation has the medians over the added runs', async () => {
  const { name } = await begin()
  const first = await add(name, { seed: 1, validationAccuracy: 0.5, testLoss: 1 })
  const second = await add(name, { seed: 2, validationAccuracy: 0.7 })
  const third = await add(name, { validationAccuracy: 0.9, trainAccuracy: 1 })
  assert.equal(first.id, third.id)
  assert.ok(Math.abs((second.validationAccuracy ?? 0) - 0.6) < 1e-12)
  assert.equal(third.validationAccuracy, 0.7)
  assert.equal(third.testLoss, 1)
  assert.equal(third.trainAccuracy, 1)
  assert.equal(await database.prisma.run.count({ where: { evaluationId: first.id } }), 3)
})

test('every spelling of a function adds to one evaluation', async () => {
  const { name } = await begin()
  const first = await add(name, { expression: 'relu( x )', validationAccuracy: 0.2 })
  const second = await add(name, { expression: 'max(zero(x),x)', validationAccuracy: 0.4 })
  assert.equal(second.id, first.id)
  assert.equal(second.expression, 'relu(x)')
})

test('a seed is reported once, and concurrent runs are all counted', async () => {
  const { name } = await begin()
  await add(name, { seed: 7 })
  await assert.rejects(add(name, { seed: 7, expression: 'max(zero(x),x)' }), { code: 'CONFLICT' })
  const evaluations = await Promise.all(
    Array.from({ length: 20 }, (_, seed) => add(name, { seed: 100 + seed, validationAccuracy: seed / 20 })),
  )
  assert.equal(new Set(evaluations.map(({ id }) => id)).size, 1)
  assert.equal(await database.prisma.run.count({ where: { dataset: { name } } }), 21)
  const stored = await database.prisma.evaluation.findFirstOrThrow({ where: { dataset: { name } } })
  assert.ok(Math.abs((stored.validationAccuracy ?? 0) - 0.5) < 1e-12)
})

test('the error for an invalid evaluation names the argument', async () => {
  const { name } = await begin()
  const refused = (input: Partial<AddEvaluationInput>, argument: string) =>
    assert.rejects(add(name, input), { code: 'BAD_USER_INPUT', extensions: { argument } })
  for (const validationAccuracy of [-0.01, 1.01, Number.NaN, Number.POSITIVE_INFINITY]) {
    await refused({ validationAccuracy }, 'validationAccuracy')
  }
  for (const testLoss of [Number.NaN, Number.POSITIVE_INFINITY]) await refused({ testLoss }, 'testLoss')
  await refused({ runtimeSeconds: -1 }, 'runtimeSeconds')
  for (const seed of [-1, 0.5, 2 ** 31]) await refused({ seed }, 'seed')
  await refused({ validationAccuracy: null }, 'validationAccuracy')
  await assert.rejects(add(name, { expression: 'rellu(x)' }), { code: 'INVALID_EXPRESSION' })
  await assert.rejects(add(name, { expression: 'reciprocal(zero(x))' }), { code: 'NOT_FINITE' })
  await assert.rejects(add('nowhere'), { code: 'NOT_FOUND' })
  assert.equal(await database.prisma.evaluation.count({ where: { dataset: { name } } }), 0)
})

test('a function has at most the maximum number of runs, and a refused run stores nothing', async () => {
  const { name, id } = await begin()
  const { id: evaluationId, activationId } = await add(name)
  const run = { evaluationId, datasetId: id, activationId, datasetVersion: '1', validationAccuracy: 0.5 }
  await database.prisma.run.createMany({ data: Array.from({ length: MAX_RUNS - 1 }, () => run) })
  await assert.rejects(add(name, { validationAccuracy: 1 }), { code: 'CONFLICT', message: /1000 runs/ })
  assert.equal(await database.prisma.run.count({ where: { datasetId: id } }), MAX_RUNS)
  assert.equal((await add(name, { expression: 'tanh(x)' })).expression, 'tanh(x)')
})

test('a dataset that is deleted while evaluations are added leaves no rows', async () => {
  const { name, id } = await begin()
  const adding = Array.from({ length: 12 }, (_, seed) => add(name, { seed }))
  const [deleted, ...added] = await Promise.allSettled([deleteDataset(database, owner, name), ...adding])
  assert.equal(deleted.status, 'fulfilled')
  for (const attempt of added) if (attempt.status === 'rejected') assert.equal(attempt.reason.code, 'NOT_FOUND')
  assert.equal(await database.prisma.evaluation.count({ where: { datasetId: id } }), 0)
  assert.equal(await database.prisma.run.count({ where: { datasetId: id } }), 0)
})

test('a client cannot write to a dataset of another owner', async () => {
  const { name } = await begin()
  const input = { dataset: name, expression: 'relu(x)', validationAccuracy: 0.5 }
  await assert.rejects(addEvaluation(database, null, input), { code: 'UNAUTHENTICATED' })
  await assert.rejects(addEvaluation(database, reader, input), { code: 'FORBIDDEN' })
  await assert.rejects(addEvaluation(database, stranger, input), { code: 'FORBIDDEN' })
  await assert.rejects(add('published'), { code: 'FORBIDDEN' })
})
