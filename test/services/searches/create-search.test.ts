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
  await assert.rejects(createSearch(database, viewer, { dataset: 'published', replay: true }), {
    code: 'SURROGATE_UNAVAILABLE',
  })
  await assert.rejects(createSearch(database, null, { dataset: 'published' }), { code: 'UNAUTHENTICATED' })
})

async function refusesArgument(input: Partial<CreateSearchInput>, argument: string): Promise<void> {
  await assert.rejects(
    createSearch(database, viewer, { dataset: 'published', ...input }),
    (error: { code: string; extensions: { argument: string } }) =>
      error.code === 'BAD_USER_INPUT' && error.extensions.argument === argument,
  )
}
