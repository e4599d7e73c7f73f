import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Viewer } from '../../../src/services/access/viewer.js'
import { createDataset } from '../../../src/services/datasets/create-dataset.js'
import { type CreateSearchInput, createSearch } from '../../../src/services/searches/create-search.js'
import { extendSearch } from '../../../src/services/searches/extend-search.js'
import { stopSearch } from '../../../src/services/searches/stop-search.js'
import { suggest } from '../../../src/services/searches/suggest.js'
import { renewLease } from '../../../src/services/suggestions/renew-lease.js'
import { type ReportEvaluationInput, reportEvaluation } from '../../../src/services/suggestions/report-evaluation.js'
import { openTestDatabase } from '../../support/database.js'
import { createSyntheticDataset, listFunctions, storeFunctions } from '../../support/fixtures/learning-fixture.js'
import { createViewer } from '../../support/fixtures/training-fixture.js'

const database = await openTestDatabase()
const viewer = await createViewer(database, 'searcher', ['SEARCH', 'DATASET'])
const stranger = await createViewer(database, 'stranger', ['SEARCH'])
const functions = await storeFunctions(database, listFunctions(40))
const published = await createSyntheticDataset(database, { name: 'published', measured: functions.slice(0, 15) })
const own = await createDataset(database, viewer, {
  name: 'own',
  title: 'Own',
  description: 'Own.',
  architecture: 'MLP',
  task: 'digits',
})

async function lease(input: Partial<CreateSearchInput> = {}, leaseSeconds = 600, by: Viewer = viewer) {
  const search = await createSearch(database, by, { dataset: 'published', algorithm: 'RANDOM', seed: 1, ...input })
  const { suggestions } = await suggest(database, by, { searchId: search.id, worker: 'w', leaseSeconds })
  return suggestions[0]
}
const tell = (suggestionId: number, input: Partial<ReportEvaluationInput>, by: Viewer | null = viewer) =>
  reportEvaluation(database, by, { suggestionId, ...input })

test('a report completes its suggestion once, as the next step of the search', async () => {
  const { id } = await lease({ budget: 5 })
  const { suggestion, search } = await tell(id, { validationAccuracy: 0.8, testLoss: 2 })
  assert.equal(suggestion.state, 'COMPLETED')
  assert.equal(suggestion.step, 1)
  assert.equal(suggestion.validationAccuracy, 0.8)
  assert.equal(suggestion.testLoss, 2)
  assert.equal(suggestion.evaluationId, null)
  assert.equal(search.state, 'ACTIVE')
  await assert.rejects(tell(id, { validationAccuracy: 0.9 }), { code: 'CONFLICT' })
})

test('of many reports at once one wins', async () => {
  const { id } = await lease()
  const reports = await Promise.allSettled(
    Array.from({ length: 12 }, (_, place) => tell(id, { validationAccuracy: place / 12 })),
  )
  assert.equal(reports.filter(({ status }) => status === 'fulfilled').length, 1)
  for (const report of reports) if (report.status === 'rejected') assert.equal(report.reason.code, 'CONFLICT')
})

test('a failure ends its suggestion without a step', async () => {
  const { id } = await lease()
  const { suggestion } = await tell(id, { failure: 'out of memory' })
  assert.deepEqual([suggestion.state, suggestion.failure, suggestion.step], ['FAILED', 'out of memory', null])
})

/** Lets the lease of a suggestion end now; with `isMarked`, somebody has noticed it. */
async function expire(id: number, isMarked = false) {
  const state = isMarked ? 'EXPIRED' : 'LEASED'
  await database.prisma.suggestion.update({ where: { id }, data: { state, leaseExpiresAt: new Date() } })
}

const ask = (searchId: number, worker: string, count = 1) =>
  suggest(database, viewer, { searchId, worker, count, leaseSeconds: 600 })

for (const isMarked of [false, true]) {
  test(`a late report is accepted while nobody else has the function${isMarked ? ', also if its end was noticed' : ''}`, async () => {
    const completed = await lease({ budget: 5 })
    await expire(completed.id, isMarked)
    const { suggestion, search } = await tell(completed.id, { validationAccuracy: 0.8 })
    assert.deepEqual([suggestion.state, suggestion.step, search.state], ['COMPLETED', 1, 'ACTIVE'])
    const failed = await lease()
    await expire(failed.id, isMarked)
    assert.equal((await tell(failed.id, { failure: 'too slow' })).suggestion.state, 'FAILED')
    const renewed = await lease()
    await expire(renewed.id, isMarked)
    const again = await renewLease(database, viewer, { suggestionId: renewed.id })
    assert.ok(again.state === 'LEASED' && again.leaseExpiresAt > new Date())
    const [taken] = (await ask(renewed.searchId, 'other')).suggestions
    assert.notEqual(taken.activationId, renewed.activationId)
  })
}

test('a late report or renewal is a CONFLICT that says why if somebody else has the function or has reported it', async () => {
  const { id, searchId, activationId } = await lease()
  await expire(id)
  const [other] = (await ask(searchId, 'other')).suggestions
  assert.equal(other.activationId, activationId)
  for (const late of [
    () => tell(id, { validationAccuracy: 0.8 }),
    () => tell(id, { failure: 'late' }),
    () => renewLease(database, viewer, { suggestionId: id }),
  ]) {
    await assert.rejects(late(), { code: 'CONFLICT', message: /leased to worker other now/ })
  }
  await tell(other.id, { validationAccuracy: 0.5 })
  await assert.rejects(tell(id, { validationAccuracy: 0.8 }), {
    code: 'CONFLICT',
    message: /worker other has reported it/,
  })
})

test('a late report that does not fit into the budget is a CONFLICT until the budget is raised', async () => {
  const { id, searchId } = await lease({ budget: 1 })
  await expire(id)
  await database.prisma.search.update({ where: { id: searchId }, data: { budget: 2 } })
  const [first, second] = (await ask(searchId, 'other', 2)).suggestions
  await expire(first.id)
  const [third] = (await ask(searchId, 'third', 2)).suggestions
  await assert.rejects(tell(first.id, { validationAccuracy: 0.5 }), { code: 'CONFLICT' })
  await expire(third.id, true)
  await database.prisma.search.update({ where: { id: searchId }, data: { budget: 1 } })
  await assert.rejects(tell(third.id, { validationAccuracy: 0.5 }), {
    code: 'CONFLICT',
    message: /budget of 1 .* extendSearch/,
  })
  await extendSearch(database, viewer, { searchId, budget: 2 })
  assert.equal((await tell(third.id, { validationAccuracy: 0.5 })).search.state, 'ACTIVE')
  assert.equal((await tell(second.id, { validationAccuracy: 0.5 })).search.endReason, 'BUDGET_USED')
})

test('a late report to a search that has ended is a CONFLICT', async () => {
  const stopped = await lease()
  await expire(stopped.id)
  await stopSearch(database, viewer, stopped.searchId)
  await assert.rejects(tell(stopped.id, { validationAccuracy: 0.5 }), {
    code: 'CONFLICT',
    message: /the search is STOPPED/,
  })
})

test('of many late reports of one function one wins, and the others change nothing', async () => {
  const { id, searchId } = await lease()
  const ids = [id]
  for (const worker of ['b', 'c']) {
    await expire(ids[ids.length - 1], true)
    ids.push((await ask(searchId, worker)).suggestions[0].id)
  }
  await expire(ids[2])
  const reports = ids.map((each) => tell(each, { validationAccuracy: 0.5 }))
  const results = await Promise.allSettled(reports)
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
  const rows = await database.prisma.suggestion.findMany({ where: { searchId } })
  assert.deepEqual(rows.map(({ state }) => state).sort(), ['COMPLETED', 'EXPIRED', 'EXPIRED'])
})

test('a search that only fails ends after three failures for each suggestion of its budget, and says so', async () => {
  const search = await createSearch(database, viewer, { dataset: 'published', algorithm: 'RANDOM', seed: 1, budget: 3 })
  let handedOut = 0
  let state = 'ACTIVE'
  while (state === 'ACTIVE' && handedOut < 60) {
    const [{ id }] = (await ask(search.id, 'broken')).suggestions
    handedOut++
    state = (await tell(id, { failure: 'CUDA out of memory' })).search.state
  }
  assert.equal(handedOut, 9)
  const ended = await database.prisma.search.findUniqueOrThrow({ where: { id: search.id } })
  assert.deepEqual([ended.state, ended.endReason], ['STOPPED', 'TOO_MANY_FAILURES'])
  assert.deepEqual((await ask(search.id, 'broken')).suggestions, [])
  await assert.rejects(extendSearch(database, viewer, { searchId: search.id, budget: 3 }), { code: 'BAD_USER_INPUT' })
  await extendSearch(database, viewer, { searchId: search.id, budget: 4 })
  assert.equal((await ask(search.id, 'mended', 4)).suggestions.length, 4)
})

test('functions whose leases always expire count as failures, so that the search ends', async () => {
  const search = await createSearch(database, viewer, { dataset: 'published', algorithm: 'RANDOM', seed: 2, budget: 2 })
  const seen = new Map<number, number>()
  for (let turn = 0; turn < 100; turn++) {
    const { suggestions, search: now } = await ask(search.id, `dies ${turn}`, 2)
    for (const { id, activationId } of suggestions) {
      seen.set(activationId, (seen.get(activationId) ?? 0) + 1)
      await expire(id, turn % 2 === 0)
    }
    if (now.state === 'ACTIVE') continue
    assert.deepEqual([suggestions, now.state, now.endReason], [[], 'STOPPED', 'TOO_MANY_FAILURES'])
    break
  }
  assert.deepEqual([...seen.values()], [3, 3, 3, 3, 3, 3])
})

test('a renewed lease lasts from now on', async () => {
  const { id, leaseExpiresAt } = await lease({}, 60)
  const renewed = await renewLease(database, viewer, { suggestionId: id, leaseSeconds: 600 })
  assert.ok(renewed.leaseExpiresAt.getTime() > leaseExpiresAt.getTime() + 500_000)
  for (const leaseSeconds of [0, 604_801, 0.5]) {
    await assert.rejects(renewLease(database, viewer, { suggestionId: id, leaseSeconds }), { code: 'BAD_USER_INPUT' })
  }
  await assert.rejects(renewLease(database, stranger, { suggestionId: id }), { code: 'FORBIDDEN' })
})

test('in a published dataset a report stays within its search', async () => {
  const before = await database.prisma.evaluation.count({ where: { datasetId: published.id } })
  const { id } = await lease()
  const { suggestion } = await tell(id, { validationAccuracy: 1 })
  assert.equal(suggestion.evaluationId, null)
  assert.equal(await database.prisma.evaluation.count({ where: { datasetId: published.id } }), before)
})

test("in a dataset of one's own a report becomes a run and an evaluation", async () => {
  const { id, expression } = await lease({ dataset: 'own' })
  const { suggestion } = await tell(id, { validationAccuracy: 0.7 })
  const evaluation = await database.prisma.evaluation.findUniqueOrThrow({
    where: { id: suggestion.evaluationId ?? 0 },
    include: { runs: true },
  })
  assert.equal(evaluation.datasetId, own.id)
  assert.equal(evaluation.expression, expression)
  assert.equal(evaluation.validationAccuracy, 0.7)
  assert.equal(evaluation.runs.length, 1)
})

test('a search of others in that dataset leaves it as it is', async () => {
  const before = await database.prisma.evaluation.count({ where: { datasetId: own.id } })
  const { id } = await lease({ dataset: 'own', seed: 9 }, 600, stranger)
  const { suggestion } = await tell(id, { validationAccuracy: 1 }, stranger)
  assert.equal(suggestion.evaluationId, null)
  assert.equal(await database.prisma.evaluation.count({ where: { datasetId: own.id } }), before)
})

test('a replay takes metrics from the dataset and refuses others', async () => {
  const { id, activationId } = await lease({ replay: true })
  await assert.rejects(tell(id, { validationAccuracy: 0.9 }), {
    code: 'BAD_USER_INPUT',
    extensions: { argument: 'validationAccuracy' },
  })
  const { suggestion } = await tell(id, {})
  const known = await database.prisma.evaluation.findFirstOrThrow({
    where: { datasetId: published.id, activationId },
  })
  assert.equal(suggestion.validationAccuracy, known.validationAccuracy)
  assert.equal(suggestion.evaluationId, known.id)
})

test('what is out when a search is stopped may still be reported', async () => {
  const { id, searchId } = await lease()
  assert.equal((await stopSearch(database, viewer, searchId)).state, 'STOPPED')
  assert.equal((await tell(id, { validationAccuracy: 0.3 })).suggestion.state, 'COMPLETED')
  await assert.rejects(stopSearch(database, viewer, searchId), { code: 'CONFLICT' })
})

test('bad reports are refused with the argument and change nothing', async () => {
  const { id } = await lease()
  const refused = (input: Partial<ReportEvaluationInput>, argument: string) =>
    assert.rejects(tell(id, input), { code: 'BAD_USER_INPUT', extensions: { argument } })
  await refused({}, 'validationAccuracy')
  await refused({ testAccuracy: 0.5 }, 'validationAccuracy')
  for (const validationAccuracy of [-1, 2, Number.NaN]) await refused({ validationAccuracy }, 'validationAccuracy')
  await refused({ validationAccuracy: 0.5, trainLoss: Number.POSITIVE_INFINITY }, 'trainLoss')
  await refused({ validationAccuracy: 0.5, runtimeSeconds: -1 }, 'runtimeSeconds')
  await refused({ validationAccuracy: 0.5, failure: 'both' }, 'validationAccuracy')
  await refused({ failure: ' ' }, 'failure')
  await assert.rejects(tell(id, { validationAccuracy: 0.5 }, null), { code: 'UNAUTHENTICATED' })
  await assert.rejects(tell(id, { validationAccuracy: 0.5 }, stranger), { code: 'FORBIDDEN' })
  await assert.rejects(tell(2 ** 31 - 1, { validationAccuracy: 0.5 }), { code: 'NOT_FOUND' })
  assert.equal((await database.prisma.suggestion.findUniqueOrThrow({ where: { id } })).state, 'LEASED')
})
