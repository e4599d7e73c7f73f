import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSearch } from '../../../src/services/searches/create-search.js'
import { suggest } from '../../../src/services/searches/suggest.js'
import { reportEvaluation } from '../../../src/services/suggestions/report-evaluation.js'
import { openTestApi } from '../../support/api.js'
import { createSyntheticDataset } from '../../support/fixtures/learning-fixture.js'
import { createViewer } from '../../support/fixtures/training-fixture.js'

const { database } = await openTestApi()
const viewer = await createViewer(database, 'searcher', ['SEARCH', 'TRAIN'])
const ownerId = viewer.apiKeyId
const own = await createSyntheticDataset(database, { name: 'own', origin: 'REPORTED', ownerId, measured: [] })
await createSyntheticDataset(database, { name: 'mini-cnn', origin: 'TRAINED', measured: [] })

const begin = (input = {}) =>
  createSearch(database, viewer, {
    ...{ dataset: 'own', algorithm: 'ASHA', budget: 100, seed: 1, epochs: 9, schemas: ['unary(x)'] },
    ...input,
  })
const ask = async (searchId: number, count = 1, worker = 'one') =>
  (await suggest(database, viewer, { searchId, worker, count })).suggestions
const tell = (suggestionId: number, validationAccuracy: number) =>
  reportEvaluation(database, viewer, { suggestionId, validationAccuracy })

test('the epochs of a whole training come from the request or the recipe, and only ASHA has them', async () => {
  assert.deepEqual((await begin()).rungs, [1, 3, 9])
  assert.deepEqual((await begin({ dataset: 'mini-cnn', epochs: null })).rungs, [1, 4])
  assert.deepEqual((await begin({ algorithm: 'RANDOM', epochs: null })).rungs, [])
  for (const [input, argument] of [
    [{ epochs: null }, 'epochs'],
    [{ epochs: 1 }, 'epochs'],
    [{ algorithm: 'RANDOM' }, 'epochs'],
  ] as const) {
    await assert.rejects(begin(input), { code: 'BAD_USER_INPUT', extensions: { argument } })
  }
  const { id: searchId } = await begin({ dataset: 'mini-cnn', epochs: null })
  await assert.rejects(suggest(database, viewer, { searchId, worker: 'one', train: true }), {
    ...{ code: 'BAD_USER_INPUT', extensions: { argument: 'train' } },
  })
})

test('the best third comes again with more epochs; only whole trainings are results and evaluations', async () => {
  const { id } = await begin()
  const first = await ask(id, 9)
  assert.ok(first.every(({ epochs }) => epochs === 1))
  // The same worker gets its open suggestions again.
  assert.deepEqual(
    (await ask(id, 9)).map((each) => each.id),
    first.map((each) => each.id),
  )
  for (const [index, suggestion] of first.entries()) await tell(suggestion.id, 0.5 + index / 100)
  const second = await ask(id, 4)
  assert.deepEqual(
    second.map(({ epochs }) => epochs),
    [3, 3, 3, 1],
  )
  assert.deepEqual(
    second.slice(0, 3).map(({ activationId }) => activationId),
    [8, 7, 6].map((index) => first[index].activationId),
  )
  const measured = () => database.prisma.evaluation.count({ where: { datasetId: own.id } })
  for (const suggestion of second.slice(0, 3)) await tell(suggestion.id, 0.7)
  assert.equal(await measured(), 0)
  const [open, whole] = await ask(id, 2)
  assert.equal(open.id, second[3].id)
  assert.equal(whole.epochs, null)
  const { suggestion, search } = await tell(whole.id, 0.6)
  assert.notEqual(suggestion.evaluationId, null)
  assert.equal(search.state, 'ACTIVE')
  assert.equal(await measured(), 1)
  await assert.rejects(tell(whole.id, 0.6), { code: 'CONFLICT' })
})

test('a lease that expires gives the function back with its epochs, and a late report is accepted', async () => {
  const { id } = await begin({ seed: 2 })
  for (const { id: suggestionId } of await ask(id, 3)) await tell(suggestionId, 0.5)
  const [promoted] = await ask(id)
  assert.equal(promoted.epochs, 3)
  const end = () => database.pool.query(`UPDATE suggestions SET lease_expires_at = now() WHERE state = 'LEASED'`)
  await end()
  const [again] = await ask(id, 1, 'two')
  assert.deepEqual([again.activationId, again.epochs], [promoted.activationId, 3])
  await assert.rejects(tell(promoted.id, 0.5), { code: 'CONFLICT', message: /leased to worker two/ })
  await end()
  const { suggestion } = await tell(promoted.id, 0.5)
  assert.equal(suggestion.state, 'COMPLETED')
  assert.notEqual((await ask(id, 1, 'two'))[0].activationId, promoted.activationId)
})

test('a search does not end before functions that are out may go further', async () => {
  const { id } = await begin({ schemas: ['max(unary(x),x)'], seed: 3 })
  const all = await ask(id, 100)
  assert.ok(all.length > 3 && all.length < 100, `${all.length}`)
  assert.deepEqual(await ask(id, 1, 'two'), [])
  for (const [index, suggestion] of all.entries()) {
    const { search } = await tell(suggestion.id, index / 1000)
    assert.equal(search.state, 'ACTIVE')
  }
  for (let step = 0; step < 100; step++) {
    const suggestions = await ask(id, 100)
    if (suggestions.length === 0) break
    for (const { id: suggestionId, epochs } of suggestions) {
      assert.notEqual(epochs, 1)
      await tell(suggestionId, 0.5)
    }
  }
  const search = await database.prisma.search.findUniqueOrThrow({ where: { id } })
  assert.deepEqual([search.state, search.endReason], ['COMPLETED', 'NO_FUNCTION_LEFT'])
})
