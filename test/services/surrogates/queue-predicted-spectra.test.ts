import assert from 'node:assert/strict'
import { test } from 'node:test'
import { queueMissingSpectra } from '../../../src/db/features/missing-spectra.js'
import { PRIORITY } from '../../../src/db/queue.js'
import { toLittleEndianBytes } from '../../../src/db/statements/float32.js'
import { ActbenchError } from '../../../src/errors.js'
import { predict } from '../../../src/services/surrogates/predict.js'
import { A_CLIENT, MOST_WAITING } from '../../../src/services/surrogates/queue-predicted-spectra.js'
import { updateSurrogate as requestSurrogate } from '../../../src/services/surrogates/update-surrogate.js'
import { updateSurrogate } from '../../../src/tasks/update-surrogate.js'
import { openTestApi } from '../../support/api.js'
import { openTestDatabase } from '../../support/database.js'
import {
  computeSyntheticSpectrum,
  createSyntheticDataset,
  listFunctions,
  storeFunctions,
} from '../../support/fixtures/learning-fixture.js'
import { createViewer } from '../../support/fixtures/training-fixture.js'

const database = await openTestDatabase()
const viewer = await createViewer(database, 'fitter', ['TRAIN'])
const functions = await storeFunctions(database, listFunctions(300))
const [covered, bare] = [functions.slice(0, 150), functions.slice(150)]
const dataset = await createSyntheticDataset(database, {
  name: 'trained',
  trainable: true,
  spectra: covered,
  measured: covered.slice(0, 100),
})
const { id: surrogateId } = await requestSurrogate(database, viewer, { dataset: 'trained', algorithm: 'UMAP_KNN' })
await updateSurrogate(database, { surrogateId })
const textOf = (place: number) => bare[place].described.canonicalText

async function ask(expressions: readonly string[], client: string | null) {
  const records = await predict(database, 'trained', expressions, client)
  return records.map((record) => {
    if (record instanceof ActbenchError) throw record
    return record
  })
}

async function listQueued() {
  const { rows } = await database.pool.query<{ id: number; priority: number }>(`
    SELECT (j.payload->>'activationId')::int AS id, priority FROM graphile_worker._private_jobs j
    WHERE key LIKE 'compute_features:%' ORDER BY j.id`)
  return rows
}

let forgotten = 0
/** Empties the queue and makes all budgets whole. */
async function forget() {
  await database.pool.query('DELETE FROM graphile_worker._private_jobs; DELETE FROM budgets')
  forgotten = performance.now()
}

/** Asserts that a budget of `perMinute` is spent, and at most the amount that has grown since `forget` more. */
function assertSpent(count: number, perMinute: number) {
  const grown = Math.ceil((performance.now() - forgotten) / (60_000 / perMinute))
  assert.ok(count >= perMinute && count <= perMinute + grown, `${count} of ${perMinute} and ${grown}`)
}

test('the spectrum of a predicted function is queued once, behind all other work, and a new one is not stored', async () => {
  const [known, fresh] = [textOf(0), 'sum_n(swish(x),sigmoid(x),arctan(x))']
  await ask([known], null)
  assert.deepEqual(await listQueued(), [])
  await ask([known], 'key:1')
  assert.deepEqual(await listQueued(), [{ id: bare[0].activationId, priority: PRIORITY.idle }])
  await Promise.all(
    ['a', 'b', 'c', 'd'].map((client) => ask([known, fresh, covered[3].described.canonicalText], client)),
  )
  const [record] = await ask([fresh], 'key:1')
  assert.deepEqual([record.features, record.activationId], [['OUTPUTS'], null])
  const queued = await listQueued()
  assert.deepEqual(
    queued.map(({ id }) => id),
    [bare[0].activationId],
  )
  assert.ok(queued.every(({ priority }) => priority === PRIORITY.idle))
})

test('who is accountable moves a spectrum to the front, and a prediction never back', async () => {
  const { activationId } = bare[0]
  assert.equal(await queueMissingSpectra(database.kysely, dataset, [activationId], PRIORITY.bulk), 1)
  assert.equal(await queueMissingSpectra(database.kysely, dataset, [activationId], PRIORITY.bulk), 0)
  await ask([textOf(0)], 'key:1')
  const own = (await listQueued()).filter(({ id }) => id === activationId)
  assert.deepEqual(own, [{ id: activationId, priority: PRIORITY.bulk }])
})

test('once it is computed the function is predicted by it, by the same surrogate, and not queued again', async () => {
  await forget()
  const { activationId, described } = bare[1]
  assert.deepEqual((await ask([textOf(1)], null))[0].features, ['OUTPUTS'])
  await database.prisma.fisherSpectrum.create({
    data: {
      datasetId: dataset.id,
      activationId,
      datasetVersion: dataset.version,
      values: toLittleEndianBytes(computeSyntheticSpectrum(described.outputs)),
    },
  })
  assert.deepEqual((await ask([textOf(1)], 'key:1'))[0].features, ['OUTPUTS', 'FISHER_SPECTRUM'])
  assert.deepEqual(await listQueued(), [])
})

test('a query over HTTP queues for its client, and nothing where the expression cannot be predicted', async (t) => {
  await forget()
  const api = await openTestApi(t, database)
  const query = `{ predict(dataset: "trained", expressions: ["${textOf(3)}", "sine(x)"]) { features } }`
  const { data } = await api.ask(query)
  assert.deepEqual(data.predict, [{ features: ['OUTPUTS'] }, null])
  assert.deepEqual(await listQueued(), [{ id: bare[3].activationId, priority: PRIORITY.idle }])
  const { rows } = await database.pool.query("SELECT client FROM budgets WHERE client LIKE 'spectra of %'")
  assert.match(rows[0].client, /^spectra of .*127\.0\.0\.1/)
})

test('what cannot be computed is not asked for again', async () => {
  await forget()
  const reason = { datasetId: dataset.id, datasetVersion: dataset.version, reason: 'singular' }
  await database.prisma.fisherSpectrum.create({ data: { ...reason, activationId: bare[2].activationId } })
  await ask([textOf(2)], 'key:1')
  assert.deepEqual(await listQueued(), [])
})

test('a client has ten spectra queued in a minute, the most promising first, and others have theirs', async () => {
  await forget()
  const places = Array.from({ length: 40 }, (_, place) => 10 + place)
  const records = await ask(places.map(textOf), 'address:1')
  const queued = (await listQueued()).map(({ id }) => id)
  const best = records.toSorted((a, b) => b.mean - a.mean).slice(0, queued.length)
  assert.deepEqual(new Set(queued), new Set(best.map(({ activationId }) => activationId)))
  await ask(places.map(textOf), 'address:1')
  const own = (await listQueued()).length
  assertSpent(own, A_CLIENT)
  await ask(places.map(textOf), 'address:2')
  assertSpent((await listQueued()).length - own, A_CLIENT)
})

test('a flood from many addresses stores no function and fills the queue to its bound, before which others go', async () => {
  await forget()
  const count = await database.prisma.activation.count()
  const operators = ['elu', 'selu', 'swish', 'softplus', 'tanh', 'erf']
  const fresh = operators.flatMap((a) => operators.map((b) => `prod_n(${a}(x),${b}(x),softsign(x))`))
  for (let turn = 0; turn < 4; turn++) await ask(fresh, `address:${turn}`)
  assert.equal(await database.prisma.activation.count(), count)
  const ids = bare.slice(20).map(({ activationId }) => activationId)
  await queueMissingSpectra(database.kysely, dataset, ids.slice(0, MOST_WAITING - 20), PRIORITY.idle)
  const places = Array.from({ length: 30 }, (_, place) => 115 + place)
  for (let turn = 10; turn < 14; turn++) await ask(places.map(textOf), `address:${turn}`)
  assert.equal((await listQueued()).length, MOST_WAITING)
  assert.equal(await queueMissingSpectra(database.kysely, dataset, [bare[149].activationId], PRIORITY.bulk), 1)
})
