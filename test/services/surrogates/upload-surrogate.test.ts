import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ActbenchError } from '../../../src/errors.js'
import { recomputeUploads } from '../../../src/services/activations/recompute-uploads.js'
import { deleteSurrogate } from '../../../src/services/surrogates/delete-surrogate.js'
import { measureAfterUpload } from '../../../src/services/surrogates/measure-after-upload.js'
import { predict } from '../../../src/services/surrogates/predict.js'
import type { PredictionRecord } from '../../../src/services/surrogates/predict-activations.js'
import type { UploadedPredictionInput } from '../../../src/services/surrogates/read-upload.js'
import { updateSurrogate as requestSurrogate } from '../../../src/services/surrogates/update-surrogate.js'
import { MAX_UPLOADS, uploadSurrogate } from '../../../src/services/surrogates/upload-surrogate.js'
import { updateSurrogate } from '../../../src/tasks/update-surrogate.js'
import { openTestDatabase } from '../../support/database.js'
import {
  computeSyntheticAccuracy,
  createSyntheticDataset,
  listFunctions,
  storeFunctions,
} from '../../support/fixtures/learning-fixture.js'
import { createViewer } from '../../support/fixtures/training-fixture.js'

const database = await openTestDatabase()
const owner = await createViewer(database, 'owner', ['SEARCH'])
const stranger = await createViewer(database, 'stranger', ['SEARCH'])
const admin = await createViewer(database, 'admin', ['ADMIN'])
const functions = await storeFunctions(database, listFunctions(60))
const dataset = await createSyntheticDataset(database, { name: 'rated', measured: functions.slice(0, 40) })
/** Neither stored nor measured. */
const UNSTORED = 'sum_n(swish(x),sigmoid(x),arctan(x))'

/** Predictions of all 60 functions, 0.01 too high, and of one that is not stored. */
const ROWS: UploadedPredictionInput[] = [
  ...functions.map(({ described: { canonicalText, outputs } }) => {
    const mean = Math.min(1, computeSyntheticAccuracy(outputs) + 0.01)
    return { expression: canonicalText, mean, standardDeviation: 0.02 }
  }),
  { expression: UNSTORED, mean: 0.5, standardDeviation: null },
]

const upload = (input: object = {}, viewer = owner) =>
  uploadSurrogate(database, viewer, { dataset: 'rated', name: 'mine', rows: ROWS, ...input })

async function countRows(): Promise<number[]> {
  const { prisma } = database
  return [await prisma.surrogate.count(), await prisma.uploadedPrediction.count(), await prisma.surrogatePoint.count()]
}

async function refuse(input: object, extensions: object): Promise<ActbenchError> {
  const before = await countRows()
  const error = await upload(input).then(
    () => assert.fail('expected an error'),
    (caught: unknown) => caught as ActbenchError,
  )
  assert.ok(error instanceof ActbenchError, String(error))
  for (const [name, value] of Object.entries(extensions)) assert.deepEqual(error.extensions[name], value, error.message)
  assert.deepEqual(await countRows(), before)
  return error
}

test('an upload is READY at once and rated by what was measured so far', async () => {
  const surrogate = await upload()
  assert.equal(surrogate.state, 'READY')
  assert.equal(surrogate.algorithm, 'UPLOADED')
  assert.equal(surrogate.name, 'mine')
  assert.deepEqual([surrogate.candidates, surrogate.trainedOn, surrogate.folds], [61, null, 0])
  assert.equal(surrogate.qualityFunctions, 40)
  assert.ok((surrogate.spearman as number) > 0.99)
  assert.ok(Math.abs((surrogate.meanAbsoluteError as number) - 0.01) < 0.001)
  // One of 61 has no deviation, but it is not measured.
  assert.equal(surrogate.intervalCoverage, 1)
  const quarters = surrogate.qualityQuarters as { functions: number }[]
  assert.deepEqual(
    quarters.map((part) => part.functions),
    [10, 10, 10, 10],
  )
  assert.equal(await database.prisma.activation.count(), functions.length)
})

test('what is measured later counts apart', async () => {
  const surrogate = await upload()
  const later = () => measureAfterUpload(database, surrogate)
  assert.deepEqual([(await later())?.functions, (await later())?.spearman], [0, null])
  const { apiKeyId } = owner
  const measure = (activationId: number, expression: string, validationAccuracy: number) =>
    database.prisma.evaluation.create({
      data: {
        datasetId: dataset.id,
        activationId,
        expression,
        validationAccuracy,
        origin: 'REPORTED',
        runCount: 1,
        apiKeyId,
      },
    })
  const fresh = functions.slice(40, 44)
  const made = []
  for (const { activationId, described } of fresh) {
    made.push(await measure(activationId, described.canonicalText, computeSyntheticAccuracy(described.outputs) - 0.09))
  }
  const quality = await later()
  assert.equal(quality?.functions, 4)
  assert.ok(Math.abs((quality?.meanAbsoluteError as number) - 0.1) < 0.002)
  assert.equal(quality?.intervalCoverage, 0)
  // The quality by earlier measurements stays.
  const kept = await database.prisma.surrogate.findUniqueOrThrow({ where: { id: surrogate.id } })
  assert.equal(kept.qualityFunctions, 40)
  await database.prisma.evaluation.deleteMany({ where: { id: { in: made.map(({ id }) => id) } } })
})

test('it predicts only if it is asked, by id or version, and says which functions it does not cover', async () => {
  const surrogate = await upload()
  await assert.rejects(predict(database, 'rated', ['relu(x)']), { code: 'SURROGATE_UNAVAILABLE' })
  const expressions = [functions[3].described.canonicalText, `max_n(${UNSTORED})`, 'mish(mish(tanh(x)))']
  for (const choice of [{ surrogateId: surrogate.id }, { version: surrogate.version }]) {
    const [stored, unstored, other] = await predict(database, 'rated', expressions, null, choice)
    assert.equal((stored as PredictionRecord).mean, ROWS[3].mean)
    assert.ok((stored as PredictionRecord).measured !== null)
    assert.deepEqual([(unstored as PredictionRecord).mean, (unstored as PredictionRecord).activationId], [0.5, null])
    assert.ok(other instanceof ActbenchError)
    assert.equal(other.code, 'NOT_FOUND')
    assert.match(other.message, /no prediction for mish\(mish\(tanh\(x\)\)\); expected .* fallback: true/)
  }
  const none = { surrogateId: 2 ** 31 - 1 }
  await assert.rejects(predict(database, 'rated', ['relu(x)'], null, none), { code: 'NOT_FOUND' })
  const both = { surrogateId: surrogate.id, version: surrogate.version }
  await assert.rejects(predict(database, 'rated', ['relu(x)'], null, both), { code: 'BAD_USER_INPUT' })
})

test('the best surrogate of the service answers as before, and predicts the rest if it may', async () => {
  const viewer = await createViewer(database, 'fitter', ['TRAIN'])
  const { id } = await requestSurrogate(database, viewer, { dataset: 'rated', algorithm: 'UMAP_KNN' })
  await updateSurrogate(database, { surrogateId: id })
  const surrogate = await upload()
  const expressions = [functions[3].described.canonicalText, 'mish(mish(tanh(x)))']
  const best = (await predict(database, 'rated', expressions)) as PredictionRecord[]
  assert.deepEqual(
    best.map(({ surrogateId }) => surrogateId),
    [id, id],
  )
  const choice = { version: surrogate.version, fallback: true }
  const mixed = (await predict(database, 'rated', expressions, null, choice)) as PredictionRecord[]
  assert.deepEqual(
    mixed.map(({ surrogateId }) => surrogateId),
    [surrogate.id, id],
  )
  assert.equal(mixed[1].mean, best[1].mean)
  await assert.rejects(requestSurrogate(database, viewer, { dataset: 'rated', algorithm: 'UPLOADED' }), {
    code: 'BAD_USER_INPUT',
  })
})

const row = (expression: unknown, mean: unknown = 0.5, standardDeviation: unknown = 0.1) => ({
  expression,
  mean,
  standardDeviation,
})

test('wrong rows are refused with row, field, expected and found, and nothing is stored', async () => {
  const good = row('relu(x)')
  for (const [bad, field, code] of [
    [row('relu(x'), 'expression', 'INVALID_EXPRESSION'],
    [row('divide(x,subtract(x,x))'), 'expression', 'NOT_FINITE'],
    [row('tanh(x)', Number.NaN), 'mean', 'BAD_USER_INPUT'],
    [row('tanh(x)', 93.2), 'mean', 'BAD_USER_INPUT'],
    [row('tanh(x)', -0.1), 'mean', 'BAD_USER_INPUT'],
    [row('tanh(x)', 0.5, -0.1), 'standardDeviation', 'BAD_USER_INPUT'],
    [row('tanh(x)', 0.5, Number.POSITIVE_INFINITY), 'standardDeviation', 'BAD_USER_INPUT'],
    [row('max(x,negative(negative(x)))', 0.6), 'expression', 'BAD_USER_INPUT'],
  ] as const) {
    const rows = [row('x'), good, bad]
    const error = await refuse({ rows }, { row: 2, field, argument: `rows[2].${field}` })
    assert.equal(error.code, code, error.message)
    assert.ok(error.extensions.expected && 'found' in error.extensions, error.message)
  }
  // The same function twice with the same values is one prediction.
  const { id, candidates } = await upload({ rows: [row('x'), row('max(x,negative(negative(x)))'), good] })
  assert.equal(candidates, 2)
  await deleteSurrogate(database, owner, id)
})

test('unknown datasets, keys without the scope and too many surrogates are refused', async () => {
  await assert.rejects(upload({ dataset: 'nope' }), { code: 'NOT_FOUND' })
  await assert.rejects(uploadSurrogate(database, null, { dataset: 'rated', name: 'a', rows: ROWS }), {
    code: 'UNAUTHENTICATED',
  })
  const trainer = await createViewer(database, 'trainer', ['TRAIN'])
  await assert.rejects(upload({}, trainer), { code: 'FORBIDDEN' })
  const rows = [row('relu(x)')]
  const first = await upload({ rows, idempotencyKey: 'once' }, stranger)
  assert.equal((await upload({ rows, idempotencyKey: 'once' }, stranger)).id, first.id)
  for (let i = 1; i < MAX_UPLOADS; i++) await upload({ rows }, stranger)
  await assert.rejects(upload({ rows }, stranger), { code: 'CONFLICT', message: /already owns 20/ })
})

test('owners and ADMIN delete, and no version is given twice', async () => {
  const first = await upload()
  await assert.rejects(deleteSurrogate(database, stranger, first.id), { code: 'FORBIDDEN' })
  await assert.rejects(deleteSurrogate(database, null, first.id), { code: 'UNAUTHENTICATED' })
  await deleteSurrogate(database, owner, first.id)
  await assert.rejects(deleteSurrogate(database, owner, first.id), { code: 'NOT_FOUND' })
  assert.equal(await database.prisma.uploadedPrediction.count({ where: { surrogateId: first.id } }), 0)
  const second = await upload()
  assert.equal(second.version, first.version + 1)
  await deleteSurrogate(database, admin, second.id)
  const fitted = await database.prisma.surrogate.findFirstOrThrow({ where: { algorithm: 'UMAP_KNN' } })
  await assert.rejects(deleteSurrogate(database, admin, fitted.id), { code: 'BAD_USER_INPUT' })
})

test('identities of an earlier version are computed again', async () => {
  const { id: surrogateId } = await upload()
  await database.prisma.$executeRaw`UPDATE uploaded_predictions SET identity_version = 0,
    identity = sha256(identity) WHERE surrogate_id = ${surrogateId}`
  await recomputeUploads(database)
  const [found] = await predict(database, 'rated', [UNSTORED], null, { surrogateId })
  assert.equal((found as PredictionRecord).mean, 0.5)
  assert.equal(await database.prisma.uploadedPrediction.count({ where: { surrogateId } }), ROWS.length)
})
