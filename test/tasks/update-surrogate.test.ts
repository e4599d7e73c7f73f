import assert from 'node:assert/strict'
import { test } from 'node:test'
import { updateSurrogate as requestSurrogate } from '../../src/services/surrogates/update-surrogate.js'
import { updateSurrogate } from '../../src/tasks/update-surrogate.js'
import { openTestDatabase } from '../support/database.js'
import { createSyntheticDataset, listFunctions, storeFunctions } from '../support/fixtures/learning-fixture.js'
import { createViewer } from '../support/fixtures/training-fixture.js'
import { waitUntil } from '../support/wait-until.js'
import { startWorkerProcess } from '../support/worker-process.js'

async function openLearningDatabase(withSpectra: boolean) {
  const database = await openTestDatabase()
  const functions = await storeFunctions(database, listFunctions(240))
  const dataset = await createSyntheticDataset(database, {
    measured: functions.slice(0, 120),
    ...(withSpectra ? { spectra: functions.slice(0, 200) } : {}),
  })
  const viewer = await createViewer(database, 'fitter', ['TRAIN'])
  const request = () => requestSurrogate(database, viewer, { dataset: dataset.name, algorithm: 'UMAP_KNN' })
  const find = (id: number) =>
    database.prisma.surrogate.findUniqueOrThrow({
      where: { id },
      include: { points: { orderBy: { activationId: 'asc' } }, artifact: true },
    })
  return { database, functions, dataset, viewer, request, find }
}

const withSpectra = await openLearningDatabase(true)

test('a fit makes the surrogate READY with predictions of every finite function', async () => {
  const { database, functions, request, find } = withSpectra
  const queued = await request()
  assert.equal(queued.state, 'QUEUED')
  await updateSurrogate(database, { surrogateId: queued.id })
  const fitted = await find(queued.id)
  assert.equal(fitted.state, 'READY')
  assert.equal(fitted.trainedOn, 120)
  assert.equal(fitted.leftOut, 0)
  assert.equal(fitted.candidates, functions.length)
  assert.deepEqual(fitted.features, ['OUTPUTS', 'FISHER_SPECTRUM'])
  assert.equal(fitted.points.length, functions.length)
  assert.ok(fitted.points.every(({ x, y, mean }) => x !== null && y !== null && mean !== null && mean > 0 && mean < 1))
  assert.ok((fitted.spearman ?? 0) > 0.5, `Spearman ${fitted.spearman}`)
  assert.equal(fitted.folds, 5)
  assert.ok(fitted.artifact)
})

test('functions without a spectrum are predicted from their outputs, and say so', async () => {
  const { database, functions, request, find } = withSpectra
  const { id } = await request()
  await updateSurrogate(database, { surrogateId: id })
  const { points } = await find(id)
  const featuresOf = new Map(points.map(({ activationId, features }) => [activationId, features]))
  for (const [place, { activationId }] of functions.entries()) {
    const expected = place < 200 ? ['OUTPUTS', 'FISHER_SPECTRUM'] : ['OUTPUTS']
    assert.deepEqual(featuresOf.get(activationId), expected)
  }
})

test('measured functions without usable features are excluded from the fit and counted', async () => {
  const { database, dataset, functions, request, find } = withSpectra
  const { activationId, described } = functions[205]
  const extra = await database.prisma.evaluation.create({
    data: {
      ...{ datasetId: dataset.id, activationId, expression: described.canonicalText },
      ...{ validationAccuracy: 0.5, origin: 'TRAINED' },
    },
  })
  const { id } = await request()
  await updateSurrogate(database, { surrogateId: id })
  const { trainedOn, leftOut } = await find(id)
  assert.deepEqual({ trainedOn, leftOut }, { trainedOn: 120, leftOut: 1 })
  await database.prisma.evaluation.delete({ where: { id: extra.id } })
})

test('a measured function is predicted without its own measurement', async () => {
  const { database, dataset, functions, request, find } = withSpectra
  const before = await request()
  await updateSurrogate(database, { surrogateId: before.id })
  const own = functions[7].activationId
  await database.prisma.evaluation.updateMany({
    where: { datasetId: dataset.id, activationId: own },
    data: { validationAccuracy: 0 },
  })
  const after = await request()
  await updateSurrogate(database, { surrogateId: after.id })
  const pointOf = async (id: number) => (await find(id)).points.find(({ activationId }) => activationId === own)
  const [first, second] = [await pointOf(before.id), await pointOf(after.id)]
  assert.equal(second?.measured, 0)
  assert.equal(second?.mean, first?.mean)
  const evaluation = await database.prisma.evaluation.findFirstOrThrow({
    where: { datasetId: dataset.id, activationId: own },
  })
  assert.equal(second?.basedOn.length, 3)
  assert.ok(!second?.basedOn.includes(evaluation.id))
})

test('equal data give equal predictions in every version', async () => {
  const { database, request, find } = withSpectra
  const [first, second] = [await request(), null]
  await updateSurrogate(database, { surrogateId: first.id })
  const again = second ?? (await request())
  assert.notEqual(again.id, first.id)
  assert.equal(again.version, first.version + 1)
  await updateSurrogate(database, { surrogateId: again.id })
  const means = async (id: number) => (await find(id)).points.map(({ mean, x, y }) => [mean, x, y])
  assert.deepEqual(await means(again.id), await means(first.id))
})

test('a finished surrogate does not change when its task runs again', async () => {
  const { database, request, find } = withSpectra
  const { id } = await request()
  await updateSurrogate(database, { surrogateId: id })
  const before = await find(id)
  await updateSurrogate(database, { surrogateId: id })
  assert.deepEqual(await find(id), before)
})

test('of two processes that fit the same surrogate only the later one writes', async () => {
  const { database, request, find } = withSpectra
  const { id } = await request()
  const [first, second] = await Promise.all([
    updateSurrogate(database, { surrogateId: id }),
    updateSurrogate(database, { surrogateId: id }),
  ])
  assert.deepEqual([first, second].sort(), ['ended', 'succeeded'])
  const surrogate = await find(id)
  assert.equal(surrogate.state, 'READY')
  assert.equal(surrogate.fence, 2)
})

test('an interrupted fit goes back to the queue and succeeds the next time', async () => {
  const { database, request, find } = withSpectra
  const { id } = await request()
  const controller = new AbortController()
  const fitting = updateSurrogate(database, { surrogateId: id }, { signal: controller.signal })
  setTimeout(() => controller.abort(new Error('the worker stops')), 50)
  await fitting
  const returned = await find(id)
  assert.deepEqual([returned.state, returned.fence, returned.startsWithoutProgress], ['QUEUED', 2, 0])
  await updateSurrogate(database, { surrogateId: id })
  assert.equal((await find(id)).state, 'READY')
})

test('a fit that repeatedly starts without ending fails with the reason', async () => {
  const { database, request, find } = withSpectra
  const { id } = await request()
  await database.prisma.surrogate.update({ where: { id }, data: { state: 'FITTING', startsWithoutProgress: 3 } })
  await updateSurrogate(database, { surrogateId: id })
  const surrogate = await find(id)
  assert.equal(surrogate.state, 'FAILED')
  assert.match(surrogate.failure ?? '', /died 3 times in a row/)
})

test('a deleted surrogate causes no failure', async () => {
  await updateSurrogate(withSpectra.database, { surrogateId: 2 ** 31 - 1 })
})

test('a fit that has too few evaluations when it runs fails with both numbers', async () => {
  const { database, dataset, request, find } = withSpectra
  const { id } = await request()
  const kept = await database.prisma.evaluation.findMany({ where: { datasetId: dataset.id }, take: 4 })
  await database.prisma.evaluation.deleteMany({
    where: { datasetId: dataset.id, id: { notIn: kept.map((row) => row.id) } },
  })
  await updateSurrogate(database, { surrogateId: id })
  const surrogate = await find(id)
  assert.equal(surrogate.state, 'FAILED')
  assert.match(surrogate.failure ?? '', /at least 10 functions with a validation accuracy, got 4/)
})

test('a dataset without spectra is fitted only on outputs', async () => {
  const { database, request, find } = await openLearningDatabase(false)
  const { id } = await request()
  await updateSurrogate(database, { surrogateId: id })
  const surrogate = await find(id)
  assert.equal(surrogate.state, 'READY')
  assert.deepEqual(surrogate.features, ['OUTPUTS'])
  assert.ok(surrogate.points.every(({ features }) => features.length === 1))
  assert.ok((surrogate.spearman ?? 0) > 0.5, `Spearman ${surrogate.spearman}`)
})

test('a fit survives a killed worker, and a closing worker hands it back', async (t) => {
  const database = await openTestDatabase(t)
  const functions = await storeFunctions(database, listFunctions(1500))
  const dataset = await createSyntheticDataset(database, { spectra: functions, measured: functions.slice(0, 300) })
  const viewer = await createViewer(database, 'fitter', ['TRAIN'])
  const { id } = await requestSurrogate(database, viewer, { dataset: dataset.name, algorithm: 'UMAP_KNN' })
  const waitFor = (state: string) =>
    waitUntil(async () => (await database.prisma.surrogate.findUniqueOrThrow({ where: { id } })).state === state)

  const closing = await startWorkerProcess(t, database.url)
  await waitFor('FITTING')
  closing.child.kill('SIGTERM')
  assert.equal(await closing.exited, 0)
  assert.equal((await database.prisma.surrogate.findUniqueOrThrow({ where: { id } })).state, 'QUEUED')

  const killed = await startWorkerProcess(t, database.url)
  await waitFor('FITTING')
  killed.child.kill('SIGKILL')
  await killed.exited
  const started = performance.now()
  await startWorkerProcess(t, database.url)
  await waitFor('READY')
  t.diagnostic(`READY ${((performance.now() - started) / 1000).toFixed(1)} s after the kill`)
  assert.equal(await database.prisma.surrogatePoint.count({ where: { surrogateId: id } }), functions.length)
  assert.equal(await database.prisma.surrogate.count(), 1)
})
