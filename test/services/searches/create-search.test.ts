import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CreateSearchInput, createSearch } from '../../../src/services/searches/create-search.js'
import { openTestDatabase } from '../../support/database.js'
import { createSyntheticDataset, listFunctions, storeFunctions } from '../../support/fixtures/learning-fixture.js'
import { createViewer } from '../../support/fixtures/training-fixture.js'

const database = await openTestDatabase()
const viewer = await createViewer(database, 'searcher', ['SEARCH'])
const functions = await storeFunctions(database, listFunctions(40))
await createSyntheticDataset(database, { name: 'published', measured: functions.slice(0, 15) })

test('a search has defaults for all but its dataset', async () => {
  const { algorithm, budget, schemas, replay, state, apiKeyId } = await createSearch(database, viewer, {
    dataset: 'published',
  })
  assert.deepEqual([algorithm, budget, replay, state, apiKeyId], ['SURROGATE', 100, false, 'ACTIVE', viewer.apiKeyId])
  assert.deepEqual(schemas, ['unary(unary(x))', 'binary(unary(x),unary(x))'])
})

test('schemas are kept in canonical form, each once', async () => {
  const { schemas } = await createSearch(database, viewer, {
    dataset: 'published',
    schemas: ['max( unary(x), x )', 'unary(x)', 'max(unary(x),x)'],
  })
  assert.deepEqual(schemas, ['max(unary(x),x)', 'unary(x)'])
})

test('bad searches are refused with the argument', async () => {
  for (const budget of [0, 10_001, 1.5]) await refusesArgument({ budget }, 'budget')
  for (const schemas of [[], ['unary(y)'], ['binary(unary(x))'], Array(21).fill('unary(x)')]) {
    await refusesArgument({ schemas }, 'schemas')
  }
  await refusesArgument({ seed: 2 ** 31 }, 'seed')
  await refusesArgument({ name: '' }, 'name')
  const { replay } = await createSearch(database, viewer, {
    ...{ dataset: 'published', algorithm: 'EXPECTED_IMPROVEMENT', replay: true },
  })
  assert.equal(replay, true)
  await assert.rejects(createSearch(database, viewer, { dataset: 'published', algorithm: 'EXPECTED_IMPROVEMENT' }), {
    code: 'SURROGATE_UNAVAILABLE',
  })
  await assert.rejects(createSearch(database, viewer, { dataset: 'nowhere' }), { code: 'NOT_FOUND' })
  await assert.rejects(createSearch(database, viewer, { dataset: 'published', algorithm: 'UMAP_KNN', replay: true }), {
    code: 'SURROGATE_UNAVAILABLE',
  })
  await assert.rejects(createSearch(database, null, { dataset: 'published' }), { code: 'UNAUTHENTICATED' })
})

test('a replay keeps what it sees of a function, and refuses what no run has', async () => {
  const replay = { replay: true, algorithm: 'RANDOM' } as const
  const kept = async (input: Partial<CreateSearchInput>) => {
    const search = await createSearch(database, viewer, { dataset: 'published', ...input })
    return [search.replayValue, search.replaySeed]
  }
  assert.deepEqual(await kept({}), ['MEDIAN', null])
  assert.deepEqual(await kept({ replayValue: null, replaySeed: null }), ['MEDIAN', null])
  const refuses = async (input: Partial<CreateSearchInput>, message: RegExp) =>
    assert.rejects(createSearch(database, viewer, { dataset: 'published', ...replay, ...input }), {
      ...{ code: 'BAD_USER_INPUT', message },
      extensions: { argument: String(message).includes('replaySeed:') ? 'replaySeed' : 'replayValue' },
    })
  for (const replayValue of ['MEAN', 'BEST', 'RANDOM'] as const) {
    await refuses({ replayValue }, /replayValue: expected MEDIAN, because published has no single runs, got "/)
  }
  const { id: evaluationId, datasetId, activationId } = await database.prisma.evaluation.findFirstOrThrow()
  const run = { evaluationId, datasetId, activationId, validationAccuracy: 0.5 }
  await database.prisma.run.createMany({ data: [{ ...run, seed: null, datasetVersion: '1' }] })
  await refuses(
    { replayValue: 'SEED', replaySeed: 1 },
    /replaySeed: expected no SEED, because the runs of published have none/,
  )
  await database.prisma.run.createMany({
    data: [
      { ...run, seed: 3, datasetVersion: '1' },
      { ...run, seed: 0, datasetVersion: '1' },
      { ...run, seed: 1, datasetVersion: 'old' },
    ],
  })
  assert.deepEqual(await kept({ ...replay, replayValue: 'MEAN' }), ['MEAN', null])
  assert.deepEqual(await kept({ ...replay, replayValue: 'SEED', replaySeed: 3 }), ['SEED', 3])
  assert.deepEqual(await kept({ ...replay, replayValue: 'RANDOM', seed: 8 }), ['RANDOM', 8])
  assert.deepEqual(await kept({ ...replay, replayValue: 'RANDOM', seed: 8, replaySeed: -5 }), ['RANDOM', -5])
  // Runs of an earlier version are not seen.
  await refuses(
    { replayValue: 'SEED', replaySeed: 1 },
    /replaySeed: expected the seed of a run of published \(0, 3\), got 1/,
  )
  await refuses({ replayValue: 'SEED' }, /replaySeed: expected the seed of a run, got null/)
  await refuses({ replayValue: 'RANDOM', replaySeed: 2 ** 31 }, /replaySeed: expected a whole number/)
  await refuses({ replayValue: 'SEED', replaySeed: 0.5 }, /replaySeed: expected a whole number/)
  await refuses(
    { replayValue: 'BEST', replaySeed: 0 },
    /replaySeed: expected no seed except with SEED or RANDOM, got 0/,
  )
  await refuses({ replaySeed: 0 }, /replaySeed: expected no seed/)
  await refuses(
    { replay: false, replayValue: 'MEAN' },
    /replayValue: expected MEDIAN, except with replay: true, got "MEAN"/,
  )
  await refuses({ replay: false, replaySeed: 1 }, /replaySeed: expected no seed/)
})

async function refusesArgument(input: Partial<CreateSearchInput>, argument: string): Promise<void> {
  await assert.rejects(
    createSearch(database, viewer, { dataset: 'published', ...input }),
    (error: { code: string; extensions: { argument: string } }) =>
      error.code === 'BAD_USER_INPUT' && error.extensions.argument === argument,
  )
}
