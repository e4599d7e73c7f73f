import assert from 'node:assert/strict'
import { test } from 'node:test'
import { predict } from '../../../src/services/surrogates/predict.js'
import type { PredictionRecord } from '../../../src/services/surrogates/predict-activations.js'
import { updateSurrogate as requestSurrogate } from '../../../src/services/surrogates/update-surrogate.js'
import { updateSurrogate } from '../../../src/tasks/update-surrogate.js'
import { openTestDatabase } from '../../support/database.js'
import { createSyntheticDataset, listFunctions, storeFunctions } from '../../support/fixtures/learning-fixture.js'
import { accuracyOf } from '../../support/fixtures/search-fixture.js'
import { createViewer } from '../../support/fixtures/training-fixture.js'

const database = await openTestDatabase()
const viewer = await createViewer(database, 'fitter', ['TRAIN'])
const functions = await storeFunctions(database, listFunctions(320))
const textOf = (place: number) => functions[place].described.canonicalText
await createSyntheticDataset(database, { name: 'large', measured: functions.slice(0, 305) })
const small = await createSyntheticDataset(database, { name: 'small', measured: functions.slice(0, 10) })
await createSyntheticDataset(database, { name: 'tiny', measured: functions.slice(0, 9) })

test('without a dataset that knows enough, a dataset without a surrogate predicts nothing', async () => {
  await assert.rejects(predict(database, 'small', ['relu(x)']), { code: 'SURROGATE_UNAVAILABLE' })
})

test('a dataset with ten evaluations predicts from another one that has a surrogate', async () => {
  const surrogate = await requestSurrogate(database, viewer, { dataset: 'large', algorithm: 'UMAP_KNN' })
  await updateSurrogate(database, { surrogateId: surrogate.id })
  const places = Array.from({ length: 90 }, (_, i) => 210 + i)
  const records = (await predict(database, 'small', places.map(textOf))) as PredictionRecord[]
  assert.ok(records.every(({ surrogateId, measured }) => surrogateId === surrogate.id && measured === null))
  const errors = records.map(({ mean }, i) => Math.abs(mean - accuracyOf(textOf(places[i]))))
  assert.ok(errors.reduce((sum, error) => sum + error / errors.length, 0) < 0.03)
  const covered = errors.filter((error, i) => error <= 1.645 * (records[i].standardDeviation as number)).length
  assert.ok(covered >= 0.8 * errors.length, `${covered}`)
})

test('the prediction of a measured function leaves its own measurement out, and says what was measured', async () => {
  const evaluation = { datasetId_expression: { datasetId: small.id, expression: textOf(4) } }
  const before = (await predict(database, 'small', [textOf(4)]))[0] as PredictionRecord
  assert.ok(Math.abs((before.measured as number) - accuracyOf(textOf(4))) < 1e-9)
  await database.prisma.evaluation.update({ where: evaluation, data: { validationAccuracy: 0.99 } })
  const after = (await predict(database, 'small', [textOf(4)]))[0] as PredictionRecord
  assert.equal(after.measured, 0.99)
  assert.ok(Math.abs(after.mean - before.mean) < 0.02)
  await database.prisma.evaluation.update({ where: evaluation, data: { validationAccuracy: before.measured } })
})

test('a dataset whose measurements contradict the other one, or that has too few, does not predict from it', async () => {
  await assert.rejects(predict(database, 'tiny', ['relu(x)']), { code: 'SURROGATE_UNAVAILABLE' })
  const own = functions.slice(0, 40)
  const { id } = await createSyntheticDataset(database, { name: 'unlike', measured: own })
  for (const [i, { activationId }] of own.entries()) {
    const data = { validationAccuracy: ((i * 7919) % 40) / 40 }
    await database.prisma.evaluation.updateMany({ where: { datasetId: id, activationId }, data })
  }
  await assert.rejects(predict(database, 'unlike', ['relu(x)']), { code: 'SURROGATE_UNAVAILABLE' })
})

test('wrong expressions have their own errors, next to predictions', async () => {
  const [wrong, right] = await predict(database, 'small', ['relu(', textOf(250)])
  assert.equal((wrong as { code: string }).code, 'INVALID_EXPRESSION')
  assert.equal((right as PredictionRecord).expression, textOf(250))
})
