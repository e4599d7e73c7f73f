import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addEvaluation } from '../../../src/services/evaluations/add-evaluation.js'
import { describeSearchWaits } from '../../../src/services/searches/search-waiting.js'
import { deleteSearch } from '../../../src/services/suggestions/delete-search.js'
import { deleteSurrogate } from '../../../src/services/surrogates/delete-surrogate.js'
import { uploadSurrogate } from '../../../src/services/surrogates/upload-surrogate.js'
import { openSearchFixture } from '../../support/fixtures/search-fixture.js'

const { database, viewer, functions, measured, surrogate, begin, ask, tell, run } = await openSearchFixture()
const textOf = (place: number) => functions[place].described.canonicalText
/** Neither stored nor measured. */
const UNSTORED = ['mish(mish(tanh(x)))', 'sigmoid(sigmoid(sigmoid(x)))']

/** Functions that are not measured, from the lowest prediction to the highest, and two that are measured. */
const ROWS = [
  ...[textOf(150), UNSTORED[0], textOf(160), UNSTORED[1], textOf(170)].map((expression, place) => {
    return { expression, mean: 0.1 + place / 10, standardDeviation: 0.05 }
  }),
  ...[textOf(0), textOf(1)].map((expression, place) => ({
    expression,
    mean: 0.8 + place / 10,
    standardDeviation: 0.05,
  })),
]
const DESCENDING = ROWS.slice(0, 5)
  .map(({ expression }) => expression)
  .reverse()
const SCHEMAS = [
  'unary(x)',
  'unary(unary(x))',
  'unary(unary(unary(x)))',
  'binary(unary(x),unary(x))',
  'binary(x,unary(x))',
]

const upload = (rows: readonly { expression: string; mean: number }[] = ROWS, dataset = 'fitted') =>
  uploadSurrogate(database, viewer, { dataset, name: 'mine', rows })

test('SURROGATE takes the highest predictions of covered functions, then ends', async () => {
  const { id: surrogateId, version } = await upload()
  const search = await begin({ surrogateId, schemas: SCHEMAS })
  assert.deepEqual([search.surrogateVersion, search.baselines, search.transferFrom], [version, false, []])
  const { suggestions } = await ask(search.id, { count: 3 })
  assert.deepEqual(
    suggestions.map(({ expression }) => expression),
    DESCENDING.slice(0, 3),
  )
  assert.ok(suggestions.every((each) => each.surrogateId === surrogateId && each.predictedMean !== null))
  const expressions = await run({ surrogateId, schemas: SCHEMAS }, 10)
  assert.deepEqual(expressions, DESCENDING)
  const ended = await database.prisma.search.findFirstOrThrow({ orderBy: { id: 'desc' } })
  assert.equal(ended.endReason, 'NO_FUNCTION_LEFT')
  assert.match((await describeSearchWaits(database, [ended]))[0] ?? '', /that its surrogate predicts are evaluated/)
})

test('only functions of the schemas are suggested', async () => {
  const { id: surrogateId } = await upload()
  assert.deepEqual(await run({ surrogateId, schemas: ['unary(unary(unary(x)))'] }, 10), [...UNSTORED].reverse())
})

test('EXPECTED_IMPROVEMENT prefers uncertain functions, and needs deviations', async () => {
  const rows = [textOf(150), textOf(160), textOf(170)].map((expression, place) => {
    // The lower the prediction, the larger the deviation.
    return { expression, mean: 0.5 + place / 1000, standardDeviation: 0.3 - place / 10 }
  })
  const { id: surrogateId } = await upload(rows)
  const input = { surrogateId, schemas: SCHEMAS, algorithm: 'EXPECTED_IMPROVEMENT' } as const
  assert.deepEqual(
    await run(input, 3),
    rows.map(({ expression }) => expression),
  )
  const { id: bare } = await upload(rows.map(({ expression, mean }) => ({ expression, mean })))
  await assert.rejects(begin({ ...input, surrogateId: bare }), {
    code: 'BAD_USER_INPUT',
    message: /got "?3 without one/,
  })
})

test('a replay suggests only covered functions that are measured', async () => {
  const { id: surrogateId } = await upload()
  assert.deepEqual(await run({ surrogateId, replay: true }, 10), [textOf(1), textOf(0)])
})

test('baselines come first if they are asked for', async () => {
  const { id: surrogateId } = await upload()
  const search = await begin({ surrogateId, schemas: SCHEMAS, baselines: true })
  const { suggestions } = await ask(search.id, { count: 20 })
  const own = suggestions.filter(({ surrogateId: by }) => by !== null).map(({ expression }) => expression)
  assert.deepEqual(own, DESCENDING)
  assert.ok(suggestions.length > own.length)
  assert.ok(suggestions.slice(0, suggestions.length - own.length).every(({ surrogateId: by }) => by === null))
})

test('what is measured meanwhile is not suggested', async () => {
  const { id: surrogateId } = await upload()
  const search = await begin({ surrogateId, schemas: SCHEMAS })
  await ask(search.id, { worker: 'other' })
  const { fitted } = { fitted: await database.prisma.dataset.findUniqueOrThrow({ where: { name: 'fitted' } }) }
  await database.prisma.dataset.update({
    where: { id: fitted.id },
    data: { origin: 'REPORTED', apiKeyId: viewer.apiKeyId },
  })
  await addEvaluation(database, viewer, { dataset: 'fitted', expression: DESCENDING[1], validationAccuracy: 0.5 })
  const { suggestions } = await ask(search.id)
  assert.equal(suggestions[0].expression, DESCENDING[2])
  await tell(suggestions[0].id, 0.4)
})

test('surrogates that cannot be used are refused', async () => {
  const { id: surrogateId } = await upload()
  await assert.rejects(begin({ surrogateId: surrogate.id }), { code: 'BAD_USER_INPUT', message: /UPLOADED/ })
  await assert.rejects(begin({ surrogateId, dataset: 'unfitted' }), { code: 'NOT_FOUND' })
  await assert.rejects(begin({ surrogateId, algorithm: 'RANDOM' }), { code: 'BAD_USER_INPUT', message: /algorithm/ })
  const transferFrom = ['unfitted']
  await assert.rejects(begin({ surrogateId, transferFrom }), { code: 'BAD_USER_INPUT', message: /transferFrom/ })
  assert.ok(measured.length > 0)
})

test('a surrogate cannot be deleted while a search uses it, and a search says if it is gone', async () => {
  const { id: surrogateId, version } = await upload()
  const search = await begin({ surrogateId, schemas: SCHEMAS, budget: 1 })
  await assert.rejects(deleteSurrogate(database, viewer, surrogateId), { code: 'CONFLICT' })
  const { suggestions } = await ask(search.id)
  await tell(suggestions[0].id, 0.5)
  await deleteSurrogate(database, viewer, surrogateId)
  const { extendSearch } = await import('../../../src/services/searches/extend-search.js')
  await extendSearch(database, viewer, { searchId: search.id, budget: 2 })
  await assert.rejects(ask(search.id), { code: 'CONFLICT', message: new RegExp(`version ${version} was deleted`) })
  await deleteSearch(database, viewer, search.id)
})
