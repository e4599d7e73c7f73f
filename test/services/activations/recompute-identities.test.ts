import assert from 'node:assert/strict'
import { test } from 'node:test'
import { computeSampleIdentity } from '../../../src/activations/comparison/sample-identity.js'
import { parseExpression } from '../../../src/activations/parse-expression.js'
import type { Database } from '../../../src/db/connection/client.js'
import { describeActivation } from '../../../src/services/activations/describe-activation.js'
import { ensureActivation } from '../../../src/services/activations/ensure-activation.js'
import { recomputeIdentities } from '../../../src/services/activations/recompute-identities.js'
import { openTestApi } from '../../support/api.js'
import { openTestDatabase } from '../../support/database.js'
import { storeAsFirstVersion } from '../../support/first-identities.js'
import { createTrainable, createViewer } from '../../support/fixtures/training-fixture.js'

const RELU6 = 'min(relu(x),sum_n(one(x),one(x),one(x),one(x),one(x),one(x)))'
const STEEP = 'max(elish(x),leakyrelu(x))'

const createDataset = ({ prisma }: Database, name: string, origin: 'IMPORTED' | 'REPORTED', apiKeyId?: number) =>
  prisma.dataset.create({
    data: { name, version: '1', title: '', description: '', architecture: '', task: '', origin, apiKeyId },
  })

/** The stored functions with their spellings, and whether each identity is that of its name. */
async function readFunctions({ prisma }: Database) {
  const include = { expressions: { orderBy: { text: 'asc' as const } } }
  const rows = await prisma.activation.findMany({ include, orderBy: { id: 'asc' } })
  for (const { expression, identity, identityVersion } of rows) {
    assert.equal(Buffer.from(identity).toString('hex'), describeActivation(expression).identityHex, expression)
    assert.equal(identityVersion, 2)
  }
  return rows.map(({ id, expression, depth, isConstant, isNamedByClient, expressions }) => ({
    ...{ id, expression, depth, isConstant, isNamedByClient },
    spellings: expressions.map(({ text }) => text),
  }))
}

test('functions that are not split keep their rows and measurements, and old ids lead to them', async (t) => {
  const api = await openTestApi(t)
  const { database } = api
  const swish = await storeAsFirstVersion(database, ['swish(x)', 'mul(x,sigmoid(x))'])
  const late = await storeAsFirstVersion(database, ['relu(sub(x,add(exp(one(x)),exp(one(x)))))'], {
    isNamedByClient: true,
  })
  const before = await database.prisma.activation.findMany({ orderBy: { id: 'asc' } })
  // Constant at the samples, and not further out.
  assert.deepEqual(
    before.map(({ isConstant }) => isConstant),
    [false, true],
  )
  const progress: number[][] = []
  assert.deepEqual(await recomputeIdentities(database, (...step) => progress.push(step)), { functions: 2, split: 0 })
  assert.deepEqual(progress, [[0, 2]])
  assert.deepEqual(await readFunctions(database), [
    {
      id: swish,
      expression: 'swish(x)',
      depth: 1,
      isConstant: false,
      isNamedByClient: false,
      spellings: ['mul(x,sigmoid(x))', 'swish(x)'],
    },
    {
      id: late,
      expression: before[1].expression,
      depth: 5,
      isConstant: false,
      isNamedByClient: true,
      spellings: [before[1].expression],
    },
  ])
  assert.deepEqual(await recomputeIdentities(database), { functions: 0, split: 0 })
  const oldKey = computeSampleIdentity(parseExpression('swish(x)'))
  const id = Buffer.from(`Activation:${oldKey}`).toString('base64url')
  const { data } = await api.ask(
    'query ($id: ID!) { node(id: $id) { ... on Activation { id expression } } activation(expression: "swish(x)") { id } }',
    { id },
  )
  assert.notEqual(data.node.id, id)
  assert.deepEqual(data.node, { id: data.activation.id, expression: 'swish(x)' })
})

test('spellings that compute other functions become functions of their own', async (t) => {
  const database = await openTestDatabase(t)
  const relu = await storeAsFirstVersion(database, ['relu(x)', 'max(x,zero(x))', RELU6, `identity(${RELU6})`])
  const client = 'min(erfc(x),min(one(x),mish(x)))'
  const twin = 'min(erfc(x),min(leakyrelu(x),mish(x)))'
  const named = await storeAsFirstVersion(database, [client], { isNamedByClient: true })
  const { apiKeyId } = await createViewer(database, 'client', ['DATASET'])
  const own = await createDataset(database, 'own', 'REPORTED', apiKeyId)
  const data = { datasetId: own.id, activationId: named, origin: 'REPORTED' as const, apiKeyId }
  await database.prisma.evaluation.create({ data: { ...data, expression: twin } })
  assert.deepEqual(await recomputeIdentities(database), { functions: 2, split: 2 })
  const functions = (await readFunctions(database)).map(({ id, expression, isNamedByClient, spellings }) => {
    return [id === relu || id === named, expression, isNamedByClient, spellings]
  })
  assert.deepEqual(functions, [
    [true, 'relu(x)', false, ['max(x,zero(x))', 'relu(x)']],
    [true, client, true, [client]],
    [false, RELU6, false, [`identity(${RELU6})`, RELU6]],
    [false, twin, true, [twin]],
  ])
  for (const { values, activationId } of await database.prisma.activationOutputs.findMany()) {
    const { expression } = await database.prisma.activation.findUniqueOrThrow({ where: { id: activationId } })
    assert.deepEqual(Buffer.from(values), Buffer.from(describeActivation(expression).outputs.buffer))
  }
})

test('evaluations, runs, trainings, suggestions and spectra go with the expression that they were made with', async (t) => {
  const database = await openTestDatabase(t)
  const { prisma } = database
  const relu = await storeAsFirstVersion(database, ['relu(x)'])
  const leaky = await storeAsFirstVersion(database, ['leakyrelu(x)'])
  const { apiKeyId } = await createViewer(database, 'client', ['DATASET'])
  const trained = await createTrainable(database)
  const own = await createDataset(database, 'own', 'REPORTED', apiKeyId)
  const [first, second] = [
    await createDataset(database, 'first', 'IMPORTED'),
    await createDataset(database, 'second', 'IMPORTED'),
  ]
  const evaluate = (
    datasetId: number,
    activationId: number,
    expression: string,
    origin: 'IMPORTED' | 'REPORTED' | 'TRAINED',
  ) => prisma.evaluation.create({ data: { datasetId, activationId, expression, origin, validationAccuracy: 0.1 } })
  const runWith = async (
    evaluation: { id: number; datasetId: number; activationId: number },
    seed: number,
    accuracy: number,
    expression?: string,
  ) => {
    const { id: evaluationId, datasetId, activationId } = evaluation
    const shared = { datasetId, activationId, seed, datasetVersion: '2' }
    const job = expression
      ? await prisma.trainingJob.create({ data: { ...shared, expression, state: 'SUCCEEDED', finishedAt: new Date() } })
      : null
    const data = { ...shared, evaluationId, validationAccuracy: accuracy, trainingJobId: job?.id }
    return prisma.run.create({ data })
  }
  // One evaluation with runs of both functions, and one that has lost all runs of its own function.
  const mixed = await evaluate(trained.id, relu, 'relu(x)', 'TRAINED')
  await runWith(mixed, 0, 0.5, 'relu(x)')
  await runWith(mixed, 1, 0.75, RELU6)
  await runWith(mixed, 2, 0.875, RELU6)
  const emptied = await evaluate(trained.id, leaky, 'leakyrelu(x)', 'TRAINED')
  await runWith(emptied, 0, 0.25, STEEP)
  await prisma.trainingJob.create({
    data: { datasetId: trained.id, activationId: relu, datasetVersion: '2', seed: 7, expression: RELU6 },
  })
  // Reported runs have no training, and go with their evaluation.
  const reported = await evaluate(own.id, relu, RELU6, 'REPORTED')
  await runWith(reported, 0, 0.5)
  // A file with both rows, and one with only the second.
  await evaluate(first.id, relu, 'relu(x)', 'IMPORTED')
  await evaluate(first.id, relu, RELU6, 'IMPORTED')
  await evaluate(second.id, relu, RELU6, 'IMPORTED')
  const spectrum = (datasetId: number) => ({
    datasetId,
    activationId: relu,
    datasetVersion: '1',
    values: new Uint8Array(8),
  })
  await prisma.fisherSpectrum.createMany({ data: [trained.id, first.id, second.id].map(spectrum) })
  const search = await prisma.search.create({
    data: { datasetId: trained.id, algorithm: 'RANDOM', budget: 9, seed: 0, schemas: ['unary(x)'] },
  })
  const suggestion = { searchId: search.id, worker: 'w', leaseExpiresAt: new Date() }
  await prisma.suggestion.createMany({
    data: [
      {
        ...suggestion,
        activationId: relu,
        expression: RELU6,
        state: 'FAILED',
        failure: 'so',
        finishedAt: new Date(),
        evaluationId: mixed.id,
      },
      { ...suggestion, activationId: leaky, expression: 'leakyrelu(x)' },
    ],
  })

  assert.deepEqual(await recomputeIdentities(database), { functions: 2, split: 2 })
  const nameOf = new Map((await readFunctions(database)).map(({ id, expression }) => [id, expression]))
  assert.deepEqual([...nameOf.values()], ['relu(x)', 'leakyrelu(x)', RELU6, STEEP])
  const evaluations = await prisma.evaluation.findMany({
    include: { runs: { include: { trainingJob: true }, orderBy: { id: 'asc' } }, dataset: true },
    orderBy: { id: 'asc' },
  })
  assert.deepEqual(
    evaluations.map(({ dataset, activationId, expression, origin, validationAccuracy, runs }) => [
      ...[dataset.name, nameOf.get(activationId), expression, origin, validationAccuracy],
      runs.map(({ seed }) => seed),
    ]),
    [
      ['mini-cnn', 'relu(x)', 'relu(x)', 'TRAINED', 0.5, [0]],
      ['own', RELU6, RELU6, 'REPORTED', 0.1, [0]],
      ['first', 'relu(x)', 'relu(x)', 'IMPORTED', 0.1, []],
      ['first', RELU6, RELU6, 'IMPORTED', 0.1, []],
      ['second', RELU6, RELU6, 'IMPORTED', 0.1, []],
      ['mini-cnn', RELU6, RELU6, 'TRAINED', 0.8125, [1, 2]],
      ['mini-cnn', STEEP, STEEP, 'TRAINED', 0.25, [0]],
    ],
  )
  for (const { activationId, runs } of evaluations) for (const run of runs) assert.equal(run.activationId, activationId)
  for (const { activationId, expression } of await prisma.trainingJob.findMany()) {
    assert.equal(nameOf.get(activationId), expression)
  }
  const spectra = await prisma.fisherSpectrum.findMany({ include: { dataset: true }, orderBy: { datasetId: 'asc' } })
  assert.deepEqual(
    spectra.map(({ dataset, activationId }) => [dataset.name, nameOf.get(activationId)]),
    [
      ['mini-cnn', 'relu(x)'],
      ['first', 'relu(x)'],
      ['second', RELU6],
    ],
  )
  const suggestions = await prisma.suggestion.findMany({ include: { evaluation: true }, orderBy: { id: 'asc' } })
  assert.deepEqual(
    suggestions.map(({ activationId, evaluation }) => [nameOf.get(activationId), evaluation?.expression]),
    [
      [RELU6, RELU6],
      ['leakyrelu(x)', undefined],
    ],
  )
  // Workers compute the spectra that the new functions lack.
  const { rows } = await database.pool.query("SELECT key FROM graphile_worker.jobs WHERE key LIKE 'compute_features%'")
  assert.equal(rows.length, 2)
})

test('functions that are stored after the identities were computed again are found by them', async (t) => {
  const database = await openTestDatabase(t)
  const id = await storeAsFirstVersion(database, ['relu(x)'])
  await recomputeIdentities(database)
  assert.equal((await ensureActivation(database.prisma, 'max(x,0)')).id, id)
  const relu6 = await ensureActivation(database.prisma, 'clip(x,0,6)')
  assert.deepEqual([relu6.id === id, relu6.identityVersion], [false, 2])
})

test('a server of an earlier version cannot store a function', async (t) => {
  const { pool } = await openTestDatabase(t)
  const insert = `INSERT INTO activations (identity, expression, depth, is_finite, is_constant, is_named_by_client)
    VALUES (sha256('x'), 'relu(x)', 1, true, false, true)`
  await assert.rejects(pool.query(insert), /identity_version/)
})
