import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addEvaluation } from '../../../src/services/evaluations/add-evaluation.js'
import { REFIT_AFTER } from '../../../src/services/surrogates/refit-when-due.js'
import { updateSurrogate } from '../../../src/services/surrogates/update-surrogate.js'
import { updateSurrogate as fit } from '../../../src/tasks/update-surrogate.js'
import { openTestDatabase } from '../../support/database.js'
import { createSyntheticDataset, listFunctions, storeFunctions } from '../../support/fixtures/learning-fixture.js'
import { createViewer } from '../../support/fixtures/training-fixture.js'

const database = await openTestDatabase()
const viewer = await createViewer(database, 'fitter', ['TRAIN', 'DATASET'])
const functions = await storeFunctions(database, listFunctions(80))
let made = 0
const begin = (count: number) =>
  createSyntheticDataset(database, {
    name: `dataset-${++made}`,
    origin: 'REPORTED',
    ownerId: viewer.apiKeyId,
    measured: functions.slice(0, count),
  })
const request = (dataset: string) => updateSurrogate(database, viewer, { dataset, algorithm: 'UMAP_KNN' })
const listTasks = async (surrogateId: number) => {
  const { rows } = await database.pool.query(
    'SELECT run_at > now() AS waits FROM graphile_worker.jobs WHERE key = $1',
    [`update_surrogate:${surrogateId}`],
  )
  return rows
}

test('many requests at once make one surrogate and one task', async () => {
  const { name, id } = await begin(20)
  const surrogates = await Promise.all(Array.from({ length: 20 }, () => request(name)))
  assert.equal(new Set(surrogates.map((surrogate) => surrogate.id)).size, 1)
  assert.equal(await database.prisma.surrogate.count({ where: { datasetId: id } }), 1)
  assert.deepEqual(await listTasks(surrogates[0].id), [{ waits: false }])
  assert.equal(surrogates[0].version, 1)
  assert.equal(surrogates[0].apiKeyId, viewer.apiKeyId)
})

test('the next version follows a finished one', async () => {
  const { name } = await begin(20)
  const first = await request(name)
  await fit(database, { surrogateId: first.id })
  const second = await request(name)
  assert.deepEqual([first.version, second.version], [1, 2])
})

test('too few measured functions are refused with both numbers', async () => {
  const { name } = await begin(9)
  await assert.rejects(request(name), {
    code: 'SURROGATE_UNAVAILABLE',
    message: /^dataset-\d+: .*at least 10 functions.*got 9$/,
    extensions: { needed: 10, evaluations: 9 },
  })
})

test('scope and dataset are checked, and each algorithm has a fit of its own', async () => {
  const { name } = await begin(10)
  const input = { dataset: name, algorithm: 'UMAP_KNN' as const }
  await assert.rejects(updateSurrogate(database, null, input), { code: 'UNAUTHENTICATED' })
  const searcher = await createViewer(database, 'searcher', ['SEARCH'])
  await assert.rejects(updateSurrogate(database, searcher, input), { code: 'FORBIDDEN' })
  await assert.rejects(request('nowhere'), { code: 'NOT_FOUND' })
  const map = await updateSurrogate(database, viewer, input)
  const process = await updateSurrogate(database, viewer, { ...input, algorithm: 'GAUSSIAN_PROCESS' })
  assert.deepEqual([map.algorithm, process.algorithm], ['UMAP_KNN', 'GAUSSIAN_PROCESS'])
  assert.equal(process.version, map.version + 1)
})

test('enough new evaluations queue one fit, which waits for more and starts at once on request', async () => {
  const { id, name } = await begin(0)
  const add = (place: number) =>
    addEvaluation(database, viewer, {
      dataset: name,
      expression: functions[place].described.canonicalText,
      validationAccuracy: place / 100,
    })
  for (let place = 0; place < REFIT_AFTER - 1; place++) await add(place)
  assert.equal(await database.prisma.surrogate.count({ where: { datasetId: id } }), 0)
  await Promise.all([REFIT_AFTER - 1, REFIT_AFTER, REFIT_AFTER + 1].map(add))
  const [queued, ...others] = await database.prisma.surrogate.findMany({ where: { datasetId: id } })
  assert.equal(others.length, 0)
  assert.equal(queued.apiKeyId, null)
  assert.deepEqual(await listTasks(queued.id), [{ waits: true }])
  assert.equal((await request(name)).id, queued.id)
  assert.deepEqual(await listTasks(queued.id), [{ waits: false }])
  await fit(database, { surrogateId: queued.id })
  // Two of the three at the same time may have come after the request.
  for (let place = 20; place < 20 + REFIT_AFTER - 3; place++) await add(place)
  assert.equal(await database.prisma.surrogate.count({ where: { datasetId: id } }), 1)
  for (let place = 40; place < 43; place++) await add(place)
  assert.equal(await database.prisma.surrogate.count({ where: { datasetId: id } }), 2)
})

test('each algorithm with a surrogate in the dataset is fitted again', async () => {
  const { id, name } = await begin(20)
  await request(name)
  await updateSurrogate(database, viewer, { dataset: name, algorithm: 'GAUSSIAN_PROCESS' })
  for (const surrogate of await database.prisma.surrogate.findMany({ where: { datasetId: id } })) {
    await fit(database, { surrogateId: surrogate.id })
  }
  for (let place = 30; place < 30 + REFIT_AFTER; place++) {
    const expression = functions[place].described.canonicalText
    await addEvaluation(database, viewer, { dataset: name, expression, validationAccuracy: place / 100 })
  }
  const queued = await database.prisma.surrogate.findMany({ where: { datasetId: id, state: 'QUEUED' } })
  assert.deepEqual(queued.map(({ algorithm }) => algorithm).sort(), ['GAUSSIAN_PROCESS', 'UMAP_KNN'])
})
