import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toLittleEndianBytes } from '../../../src/db/statements/float32.js'
import { ActbenchError } from '../../../src/errors.js'
import { describeActivation } from '../../../src/services/activations/describe-activation.js'
import { ensureActivation } from '../../../src/services/activations/ensure-activation.js'
import { predict, predictExpressions } from '../../../src/services/surrogates/predict.js'
import type { PredictionRecord } from '../../../src/services/surrogates/predict-activations.js'
import { updateSurrogate as requestSurrogate } from '../../../src/services/surrogates/update-surrogate.js'
import { updateSurrogate } from '../../../src/tasks/update-surrogate.js'
import { openTestDatabase } from '../../support/database.js'
import {
  computeSyntheticAccuracy,
  computeSyntheticSpectrum,
  createSyntheticDataset,
  listFunctions,
  storeFunctions,
} from '../../support/fixtures/learning-fixture.js'
import { createViewer } from '../../support/fixtures/training-fixture.js'

const database = await openTestDatabase()
const viewer = await createViewer(database, 'fitter', ['TRAIN'])
const functions = await storeFunctions(database, listFunctions(300))
const dataset = await createSyntheticDataset(database, {
  name: 'fitted',
  spectra: functions.slice(0, 250),
  measured: functions.slice(0, 150),
})
await createSyntheticDataset(database, { name: 'unfitted', measured: functions.slice(0, 15) })
const surrogate = await requestSurrogate(database, viewer, { dataset: 'fitted', algorithm: 'UMAP_KNN' })
await assert.rejects(predict(database, 'fitted', ['relu(x)']), { code: 'SURROGATE_UNAVAILABLE' })
await updateSurrogate(database, { surrogateId: surrogate.id })
const textOf = (place: number) => functions[place].described.canonicalText

/** Functions that no fixture stored: their outputs are near those of stored ones. */
const NEW = ['max(swish(x),tanh(negative(x)))', 'sum_n(swish(x),sigmoid(x),arctan(x))', 'add(gelu(x),arctan(mish(x)))']

async function predictAll(expressions: readonly string[]): Promise<PredictionRecord[]> {
  const records = await predict(database, 'fitted', expressions)
  return records.map((record) => {
    if (record instanceof ActbenchError) throw record
    return record
  })
}

test('stored functions get what the fit recorded, every spelling alike', async () => {
  const [first, second] = await predictAll([textOf(3), `max_n( ${textOf(3)} )`])
  const point = await database.prisma.surrogatePoint.findUniqueOrThrow({
    where: { surrogateId_activationId: { surrogateId: surrogate.id, activationId: functions[3].activationId } },
  })
  assert.equal(first.mean, point.mean)
  assert.deepEqual(first.basedOn, point.basedOn)
  assert.equal(first.activationId, functions[3].activationId)
  assert.ok(Math.abs((first.measured ?? 0) - computeSyntheticAccuracy(functions[3].described.outputs)) < 1e-12)
  assert.equal(first.surrogateId, surrogate.id)
  assert.deepEqual({ ...second, expression: '' }, { ...first, expression: '' })
  assert.equal(second.expression, `max_n( ${textOf(3)} )`)
})

test('predictions of functions that nobody measured follow what measuring would have given', async () => {
  const records = await predictAll(functions.slice(150, 250).map(({ described }) => described.canonicalText))
  const errors = records.map(({ mean, measured }, place) => {
    assert.equal(measured, null)
    return Math.abs(mean - computeSyntheticAccuracy(functions[150 + place].described.outputs))
  })
  const average = errors.reduce((sum, error) => sum + error, 0) / errors.length
  assert.ok(average < 0.08, `mean absolute error ${average}`)
})

test('a function that is not stored is predicted by its outputs, and stays unstored', async () => {
  const count = await database.prisma.activation.count()
  const records = await predictAll(NEW)
  for (const [place, { mean, features, activationId, basedOn, standardDeviation }] of records.entries()) {
    const truth = computeSyntheticAccuracy(describeActivation(NEW[place]).outputs)
    assert.ok(Math.abs(mean - truth) < 0.2, `${NEW[place]}: ${mean} for ${truth}`)
    assert.deepEqual(features, ['OUTPUTS'])
    assert.equal(activationId, null)
    assert.equal(basedOn.length, 3)
    assert.ok((standardDeviation ?? 0) > 0)
  }
  assert.equal(await database.prisma.activation.count(), count)
  assert.equal(await database.prisma.evaluation.count({ where: { id: { in: [...records[0].basedOn] } } }), 3)
  const { rows } = await database.pool.query("SELECT 1 FROM graphile_worker.jobs WHERE task_identifier LIKE 'compute%'")
  assert.equal(rows.length, 0)
})

test('once its spectrum is stored, a new function is predicted by both features', async () => {
  const text = 'add(softplus(x),arctan(tanh(x)))'
  const { id } = await ensureActivation(database.prisma, text)
  await database.prisma.fisherSpectrum.create({
    data: {
      datasetId: dataset.id,
      activationId: id,
      datasetVersion: dataset.version,
      values: toLittleEndianBytes(computeSyntheticSpectrum(describeActivation(text).outputs)),
    },
  })
  const [record] = await predictAll([text])
  assert.deepEqual(record.features, ['OUTPUTS', 'FISHER_SPECTRUM'])
  assert.equal(record.activationId, id)
})

test('equal questions get equal answers, whatever else is asked', async () => {
  const alone = await predictAll([NEW[1]])
  assert.deepEqual((await predictAll(NEW))[1], alone[0])
})

test('a function that cannot be predicted is an error at its index', async () => {
  const records = await predict(database, 'fitted', ['relu(x)', 'rel(x)', 'reciprocal(zero(x))', '('.repeat(100_000)])
  assert.ok(!(records[0] instanceof ActbenchError))
  const codes = records.slice(1).map((record) => (record instanceof ActbenchError ? record.code : null))
  assert.deepEqual(codes, ['INVALID_EXPRESSION', 'NOT_FINITE', 'INVALID_EXPRESSION'])
})

test('unknown datasets, missing surrogates and wrong counts are refused as a whole', async () => {
  await assert.rejects(predict(database, 'nowhere', ['relu(x)']), { code: 'NOT_FOUND' })
  await assert.rejects(predict(database, 'unfitted', ['relu(x)']), { code: 'SURROGATE_UNAVAILABLE' })
  for (const count of [0, 101]) {
    await assert.rejects(predict(database, 'fitted', Array(count).fill('relu(x)')), {
      code: 'BAD_USER_INPUT',
      extensions: { argument: 'expressions' },
    })
  }
  const queued = await requestSurrogate(database, viewer, { dataset: 'fitted', algorithm: 'UMAP_KNN' })
  await assert.rejects(predictExpressions(database, queued, [NEW[0]]), { code: 'SURROGATE_UNAVAILABLE' })
  assert.equal((await predictAll([NEW[0]]))[0].surrogateId, surrogate.id)
})
