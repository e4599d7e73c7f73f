import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ActbenchError } from '../../../src/errors.js'
import { createDataset } from '../../../src/services/datasets/create-dataset.js'
import { createSearch } from '../../../src/services/searches/create-search.js'
import { suggest } from '../../../src/services/searches/suggest.js'
import { reportEvaluation } from '../../../src/services/suggestions/report-evaluation.js'
import { reportEvaluations } from '../../../src/services/suggestions/report-evaluations.js'
import { updateSurrogate } from '../../../src/services/surrogates/update-surrogate.js'
import { openTestDatabase } from '../../support/database.js'
import { createTrainable, createViewer } from '../../support/fixtures/training-fixture.js'

const database = await openTestDatabase()
const owner = await createViewer(database, 'owner', ['SEARCH', 'DATASET', 'TRAIN'])
const { name: dataset } = await createTrainable(database)
const begin = async (count: number, name = dataset) => {
  const { id: searchId } = await createSearch(database, owner, { dataset: name, algorithm: 'RANDOM', seed: 1 })
  return (await suggest(database, owner, { searchId, worker: 'w', count })).suggestions.map(({ id }) => id)
}
const report = (reports: Parameters<typeof reportEvaluations>[2]['reports'], idempotencyKey?: string) =>
  reportEvaluations(database, owner, { reports, idempotencyKey })
const codes = (answers: Awaited<ReturnType<typeof report>>) =>
  answers.map((answer) => (answer instanceof ActbenchError ? answer.code : answer.suggestion.state))

test('each report is done, or has its error with its place', async () => {
  const [first, second, third] = await begin(3)
  const answers = await report([
    { suggestionId: first, validationAccuracy: 0.5, metadata: { gpu: 1 } },
    { suggestionId: second, validationAccuracy: 1.5 },
    { suggestionId: third, failure: 'out of memory', metadata: { gpu: 2 } },
    { suggestionId: first, validationAccuracy: 0.5 },
    { suggestionId: 999_999, validationAccuracy: 0.5 },
  ])
  assert.deepEqual(codes(answers), ['COMPLETED', 'BAD_USER_INPUT', 'FAILED', 'CONFLICT', 'NOT_FOUND'])
  const [, wrong, , twice] = answers as ActbenchError[]
  assert.equal(wrong.extensions.argument, 'reports[1].validationAccuracy')
  assert.match(wrong.message, /^reports\[1\]\.validationAccuracy: /)
  assert.match(twice.message, /^reports\[3\]/)
  const stored = await database.prisma.suggestion.findMany({
    where: { id: { in: [first, second, third] } },
    orderBy: { id: 'asc' },
  })
  assert.deepEqual(
    stored.map(({ state, metadata }) => [state, metadata]),
    [
      ['COMPLETED', { gpu: 1 }],
      ['LEASED', null],
      ['FAILED', { gpu: 2 }],
    ],
  )
})

test('with a key, a repetition returns the first answers and records what is missing', async () => {
  const [first, second, third] = await begin(3)
  const reports = [first, second].map((suggestionId) => ({ suggestionId, validationAccuracy: 0.5 }))
  // The process died after the first report.
  await reportEvaluation(database, owner, { ...reports[0], idempotencyKey: 'k' }, 0)
  assert.deepEqual(codes(await report(reports, 'k')), ['COMPLETED', 'COMPLETED'])
  assert.deepEqual(codes(await report(reports, 'k')), ['COMPLETED', 'COMPLETED'])
  assert.deepEqual(codes(await report([{ suggestionId: third, validationAccuracy: 0.5 }], 'k')), ['CONFLICT'])
  const once = { suggestionId: third, validationAccuracy: 0.25, idempotencyKey: 'own' }
  const { suggestion } = await reportEvaluation(database, owner, once)
  assert.equal((await reportEvaluation(database, owner, once)).suggestion.step, suggestion.step)
  await assert.rejects(reportEvaluation(database, owner, { ...once, validationAccuracy: 0.5 }), { code: 'CONFLICT' })
})

test('there are 1 to 100 reports', async () => {
  await assert.rejects(report([]), { code: 'BAD_USER_INPUT', extensions: { argument: 'reports' } })
  const many = Array.from({ length: 101 }, () => ({ suggestionId: 1, validationAccuracy: 0.5 }))
  await assert.rejects(report(many), { code: 'BAD_USER_INPUT' })
})

test('in a dataset of the client, the run has the metadata of its report', async () => {
  const texts = { title: 't', description: 'd', architecture: 'a', task: 't' }
  await createDataset(database, owner, { name: 'mine', ...texts })
  const [suggestionId] = await begin(1, 'mine')
  await reportEvaluation(database, owner, { suggestionId, validationAccuracy: 0.5, metadata: { lr: 0.1 } })
  const run = await database.prisma.run.findFirstOrThrow({ where: { dataset: { name: 'mine' } } })
  assert.deepEqual(run.metadata, { lr: 0.1 })
  await assert.rejects(reportEvaluation(database, owner, { suggestionId, validationAccuracy: 0.5, metadata: ['a'] }), {
    code: 'BAD_USER_INPUT',
    extensions: { argument: 'metadata' },
  })
})

test('createSearch and updateSurrogate that are sent twice with one key create one search and one fit', async () => {
  const input = { dataset, algorithm: 'RANDOM' as const, idempotencyKey: 'search' }
  const searches = await Promise.all([1, 2, 3, 4].map(() => createSearch(database, owner, input)))
  assert.equal(new Set(searches.map(({ id }) => id)).size, 1)
  assert.notEqual((await createSearch(database, owner, { ...input, idempotencyKey: 'other' })).id, searches[0].id)
  await assert.rejects(createSearch(database, owner, { ...input, budget: 7 }), { code: 'CONFLICT' })
  await database.prisma.search.delete({ where: { id: searches[0].id } })
  await assert.rejects(createSearch(database, owner, input), { code: 'CONFLICT', message: /deleted meanwhile/ })
  await assert.rejects(updateSurrogate(database, owner, { dataset, algorithm: 'UMAP_KNN', idempotencyKey: 'search' }), {
    code: 'CONFLICT',
    message: /another mutation; expected createSearch, got updateSurrogate/,
  })
})
