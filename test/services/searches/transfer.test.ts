import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSearch } from '../../../src/services/searches/create-search.js'
import { findProcessAbsences } from '../../../src/services/searches/process-absence.js'
import { suggest } from '../../../src/services/searches/suggest.js'
import { reportEvaluation } from '../../../src/services/suggestions/report-evaluation.js'
import { openTestDatabase } from '../../support/database.js'
import { createSyntheticDataset, listFunctions, storeFunctions } from '../../support/fixtures/learning-fixture.js'
import { accuracyOf, identify } from '../../support/fixtures/search-fixture.js'
import { createViewer } from '../../support/fixtures/training-fixture.js'

const database = await openTestDatabase()
const viewer = await createViewer(database, 'searcher', ['SEARCH'])
const functions = await storeFunctions(database, listFunctions(340))
await createSyntheticDataset(database, { name: 'large', measured: functions.slice(0, 320) })
await createSyntheticDataset(database, { name: 'small', measured: functions.slice(0, 15) })
await createSyntheticDataset(database, { name: 'part', measured: functions.slice(0, 60) })
const algorithm = 'EXPECTED_IMPROVEMENT' as const

/** Suggests and reports one function after the other, and returns their expressions. */
async function run(input: Parameters<typeof createSearch>[2], steps: number): Promise<string[]> {
  const { id: searchId } = await createSearch(database, viewer, { seed: 1, ...input })
  const found: string[] = []
  for (let step = 0; step < steps; step++) {
    const [{ id, expression }] = (await suggest(database, viewer, { searchId, worker: 'one' })).suggestions
    found.push(expression)
    const metrics = input.replay ? {} : { validationAccuracy: accuracyOf(expression) }
    await reportEvaluation(database, viewer, { suggestionId: id, ...metrics })
  }
  return found
}

test('a search of a small dataset learns from every dataset that measured 300 of its functions, and skips the baselines', async () => {
  const { transferFrom, baselines } = await createSearch(database, viewer, { dataset: 'small', algorithm })
  assert.deepEqual([transferFrom, baselines], [['large'], false])
  const narrow = { dataset: 'small', algorithm, schemas: ['tanh(unary(x))'] }
  await assert.rejects(createSearch(database, viewer, narrow), { code: 'SURROGATE_UNAVAILABLE' })
  const other = await createSearch(database, viewer, { dataset: 'small', algorithm: 'REGULARIZED_EVOLUTION' })
  assert.deepEqual([other.transferFrom, other.baselines], [[], true])
})

test('datasets with other tasks are sources if none has the same task', async () => {
  const task = 'digits'
  await createSyntheticDataset(database, { name: 'digits', task, measured: functions.slice(0, 310) })
  const { transferFrom } = await createSearch(database, viewer, { dataset: 'small', algorithm })
  assert.deepEqual(transferFrom, ['large'])
  await createSyntheticDataset(database, { name: 'letters', task: 'letters', measured: [] })
  const other = await createSearch(database, viewer, { dataset: 'letters', algorithm })
  assert.deepEqual(other.transferFrom, ['large', 'digits'])
  const given = { dataset: 'small', algorithm, transferFrom: ['digits'] }
  assert.deepEqual((await createSearch(database, viewer, given)).transferFrom, ['digits'])
  await database.prisma.dataset.delete({ where: { name: 'digits' } })
})

test('a dataset that measured 300 functions itself does not learn from others, except in a replay', async () => {
  await createSyntheticDataset(database, { name: 'second', measured: functions.slice(5, 320) })
  await assert.rejects(createSearch(database, viewer, { dataset: 'large', algorithm }), {
    code: 'SURROGATE_UNAVAILABLE',
  })
  const replay = await createSearch(database, viewer, { dataset: 'large', algorithm, replay: true })
  assert.deepEqual([replay.transferFrom, replay.baselines], [['second'], false])
  await database.prisma.dataset.delete({ where: { name: 'second' } })
})

test('a client names the datasets to learn from, or none, and whether the baselines come first', async () => {
  const given = { dataset: 'small', algorithm, transferFrom: ['part', 'large', 'part'], baselines: true }
  const { transferFrom, baselines } = await createSearch(database, viewer, given)
  assert.deepEqual([transferFrom, baselines], [['part', 'large'], true])
  const alone = await createSearch(database, viewer, { dataset: 'small', algorithm, replay: true, transferFrom: [] })
  assert.deepEqual([alone.transferFrom, alone.baselines], [[], true])
})

test('wrong datasets to learn from are refused', async () => {
  const refused = (transferFrom: string[], code: string, other: object = {}) =>
    assert.rejects(createSearch(database, viewer, { dataset: 'small', algorithm, transferFrom, ...other }), {
      code,
    })
  await refused(['nowhere'], 'NOT_FOUND')
  await refused(['small'], 'BAD_USER_INPUT')
  await refused(Array(17).fill('large'), 'BAD_USER_INPUT')
  await refused(['large'], 'BAD_USER_INPUT', { algorithm: 'REGULARIZED_EVOLUTION' })
})

test('the first suggestions are functions that the other dataset finds best and this one has not measured', async () => {
  const measuredHere = new Set(functions.slice(0, 15).map(({ described }) => described.identityHex))
  const found = await run({ dataset: 'small', algorithm }, 8)
  assert.equal(new Set(found.map(identify)).size, 8)
  assert.ok(found.every((expression) => !measuredHere.has(identify(expression))))
  const all = functions.slice(15, 320).map(({ described }) => accuracyOf(described.canonicalText))
  const limit = all.sort((a, b) => b - a)[Math.round(all.length / 10)]
  assert.ok(found.filter((expression) => accuracyOf(expression) >= limit).length >= 6, found.join(' '))
  assert.deepEqual(await run({ dataset: 'small', algorithm }, 8), found)
})

test('a search by the highest prediction starts at the best of the other dataset too, and needs no surrogate', async () => {
  const all = functions.slice(0, 320).map(({ described }) => accuracyOf(described.canonicalText))
  const limit = all.sort((a, b) => b - a)[Math.round(all.length / 10)]
  const found = await run({ dataset: 'small', algorithm: 'SURROGATE' }, 8)
  assert.ok(found.filter((expression) => accuracyOf(expression) >= limit).length >= 6, found.join(' '))
  const [first] = await run({ dataset: 'part', algorithm: 'SURROGATE', replay: true, transferFrom: ['large'] }, 1)
  const better = functions
    .slice(0, 60)
    .filter(({ described }) => accuracyOf(described.canonicalText) > accuracyOf(first))
  assert.ok(better.length <= 2, first)
})

test('a search that learns from others waits for no surrogate', async () => {
  const searches = await Promise.all(
    [['large'], []].map((transferFrom) =>
      createSearch(database, viewer, { dataset: 'part', algorithm, replay: true, transferFrom }),
    ),
  )
  const live = searches.map((search) => ({ ...search, replay: false }))
  assert.deepEqual([...(await findProcessAbsences(database.prisma, live)).keys()], [searches[1].id])
})

test('a search goes on when a dataset that it learns from is deleted', async () => {
  await createSyntheticDataset(database, { name: 'passing', measured: functions.slice(0, 30) })
  const input = { dataset: 'small', algorithm, transferFrom: ['passing', 'large'] }
  const { id: searchId } = await createSearch(database, viewer, input)
  await database.prisma.dataset.delete({ where: { name: 'passing' } })
  const { suggestions } = await suggest(database, viewer, { searchId, worker: 'one', count: 3 })
  assert.equal(suggestions.length, 3)
})

test('a replay with transfer starts at the best of the other dataset', async () => {
  const [first] = await run({ dataset: 'part', algorithm, replay: true, transferFrom: ['large'] }, 1)
  const all = functions.slice(0, 60).map(({ described }) => accuracyOf(described.canonicalText))
  assert.ok(all.filter((accuracy) => accuracy > accuracyOf(first)).length <= 2)
})
