import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatExpression } from '../../../src/activations/expression.js'
import { describeActivation } from '../../../src/services/activations/describe-activation.js'
import { ensureActivation } from '../../../src/services/activations/ensure-activation.js'
import { type NeighboursInput, neighbours } from '../../../src/services/neighbours/neighbours.js'
import { updateSurrogate as requestSurrogate } from '../../../src/services/surrogates/update-surrogate.js'
import { updateSurrogate } from '../../../src/tasks/update-surrogate.js'
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
await createSyntheticDataset(database, {
  name: 'fitted',
  spectra: functions.slice(0, 250),
  measured: functions.slice(0, 150),
})
await createSyntheticDataset(database, { name: 'unfitted', measured: functions.slice(0, 15) })
const surrogate = await requestSurrogate(database, viewer, { dataset: 'fitted', algorithm: 'UMAP_KNN' })
await updateSurrogate(database, { surrogateId: surrogate.id })

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

test('what was found for a stored function is kept until outputs are added', async () => {
  const before = await near(42, { first: 100 })
  assert.equal(await near(42, { first: 100 }), before)
  assert.deepEqual(await near(42, { first: 3 }), before.slice(0, 3))
  const { expression } = functions[42].described
  const twin = `add(${formatExpression(expression)},mul(0.001,sin(x)))`
  const { id } = await ensureActivation(database.prisma, twin)
  const [nearest] = await near(42, { first: 100 })
  assert.equal(nearest.activationId, id)
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
  const { identityHex, outputs } = describeActivation('max(swish(x),tanh(negative(x)))')
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
