import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toLittleEndianBytes } from '../../src/db/float32.js'
import { ActbenchError } from '../../src/errors.js'
import { describeActivation } from '../../src/services/describe-activation.js'
import { ensureActivation } from '../../src/services/ensure-activation.js'
import { type NeighboursInput, neighbours } from '../../src/services/neighbours.js'
import { type PredictionRecord, predict, predictExpressions } from '../../src/services/predict.js'
import { updateSurrogate as requestSurrogate } from '../../src/services/update-surrogate.js'
import { updateSurrogate } from '../../src/tasks/update-surrogate.js'
import { openTestDatabase } from '../support/database.js'
import {
  computeSyntheticAccuracy,
  computeSyntheticSpectrum,
  createSyntheticDataset,
  listFunctions,
  storeFunctions,
} from '../support/learning-fixture.js'
import { createViewer } from '../support/training-fixture.js'

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

test('equal questions get equal answers, whatever is asked beside them', async () => {
  const alone = await predictAll([NEW[1]])
  assert.deepEqual((await predictAll(NEW))[1], alone[0])
})

test('what cannot be predicted is an error in its place', async () => {
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

const near = (place: number, input: Partial<NeighboursInput>) =>
  neighbours(database, {
    activationId: functions[place].activationId,
    outputs: functions[place].described.outputs,
    space: 'OUTPUTS',
    first: 5,
    ...input,
  })

test('neighbours by outputs are the nearest of all stored functions', async () => {
  const own = functions[11].described.outputs
  const stored = await database.prisma.activation.findMany({ include: { outputs: true } })
  const expected = stored
    .filter(({ id }) => id !== functions[11].activationId)
    .map(({ id, expression }) => ({
      activationId: id,
      distance: Math.sqrt(
        describeActivation(expression).outputs.reduce((sum, y, index) => sum + (y - own[index]) ** 2, 0),
      ),
    }))
    .sort((a, b) => a.distance - b.distance)
  const found = await near(11, { first: 20 })
  assert.equal(found.length, 20)
  for (const [place, { distance }] of found.entries()) {
    assert.ok(Math.abs(distance - expected[place].distance) <= 1e-5 * (1 + distance), `${place}`)
  }
})

test('a function that is not stored has neighbours too, and a new function appears at once', async () => {
  const described = describeActivation('sub(swish(x),arctan(arcsinh(x)))')
  const input = { identityHex: described.identityHex, activationId: null, outputs: described.outputs }
  const before = await near(0, input)
  assert.equal(before.length, 5)
  const { id } = await ensureActivation(database.prisma, 'sub(swish(x),arctan(arctan(arcsinh(x))))')
  const after = await near(0, { ...input, first: 100 })
  assert.ok(after.some(({ activationId }) => activationId === id))
})

test('neighbours by spectra are those of the smallest Manhattan distance', async () => {
  const own = computeSyntheticSpectrum(functions[11].described.outputs)
  const expected = functions
    .slice(0, 250)
    .filter((_, place) => place !== 11)
    .map(({ described }) =>
      computeSyntheticSpectrum(described.outputs).reduce((sum, value, index) => sum + Math.abs(value - own[index]), 0),
    )
    .sort((a, b) => a - b)
  const found = await near(11, { space: 'FISHER_SPECTRUM', datasetName: 'fitted', first: 10 })
  found.forEach(({ distance }, place) => {
    assert.ok(Math.abs(distance - expected[place]) < 1e-4)
  })
  assert.equal(found.length, 10)
  assert.deepEqual(await near(260, { space: 'FISHER_SPECTRUM', datasetName: 'fitted' }), [])
})

test('neighbours on the map are sorted and leave the function out, stored or not', async () => {
  const found = await near(11, { space: 'EMBEDDING', datasetName: 'fitted', first: 100 })
  assert.equal(found.length, 100)
  assert.ok(found.every(({ distance }, place) => place === 0 || distance >= found[place - 1].distance))
  assert.ok(found.every(({ activationId }) => activationId !== functions[11].activationId))
  const { identityHex, outputs } = describeActivation(NEW[0])
  const input = { identityHex, activationId: null, outputs, space: 'EMBEDDING' as const, datasetName: 'fitted' }
  assert.equal((await near(0, input)).length, 5)
})

test('functions that are not finite have no neighbours', async () => {
  const { outputs } = describeActivation('reciprocal(zero(x))')
  assert.deepEqual(await near(0, { activationId: null, identityHex: 'ab'.repeat(32), outputs }), [])
})

test('neighbours refuse bad input', async () => {
  const argument = (name: string) => ({ code: 'BAD_USER_INPUT', extensions: { argument: name } })
  for (const first of [0, 101, 1.5]) await assert.rejects(near(0, { first }), argument('first'))
  for (const space of ['EMBEDDING', 'FISHER_SPECTRUM'] as const) {
    await assert.rejects(near(0, { space }), argument('dataset'))
    await assert.rejects(near(0, { space, datasetName: 'nowhere' }), { code: 'NOT_FOUND' })
  }
  await assert.rejects(near(0, { space: 'EMBEDDING', datasetName: 'unfitted' }), { code: 'SURROGATE_UNAVAILABLE' })
})
