import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApi } from '../support/api.js'
import { createBenchmark, fitBenchmark } from '../support/benchmark.js'
import { createSyntheticDataset } from '../support/fixtures/learning-fixture.js'

const api = await openTestApi()
const { database } = api
const benchmark = await createBenchmark(database, 60, 48)
await fitBenchmark(database, benchmark)
await createSyntheticDataset(database, { name: 'small', measured: benchmark.functions.slice(0, 4) })
const [own, stranger, reader] = [
  await api.createKey('SEARCH', 'TRAIN'),
  await api.createKey('SEARCH', 'TRAIN'),
  await api.createKey('DATASET'),
]

const SUGGESTIONS = 'suggestions { id }'
const FIELDS = {
  createSearch: { type: 'CreateSearchInput!', selection: 'search { id }' },
  suggest: { type: 'SuggestInput!', selection: SUGGESTIONS },
  reportEvaluation: { type: 'ReportEvaluationInput!', selection: 'suggestion { id state }' },
  updateSurrogate: { type: 'UpdateSurrogateInput!', selection: 'surrogate { id }' },
} as const
type Field = keyof typeof FIELDS

function send(field: Field, input: Record<string, unknown>, secret = own) {
  const { type, selection } = FIELDS[field]
  return api.ask(`mutation ($input: ${type}) { ${field}(input: $input) { ${selection} } }`, { input }, secret)
}

const createSearch = async (input: Record<string, unknown> = {}): Promise<string> =>
  (await send('createSearch', { dataset: 'synthetic', seed: 1, ...input })).data.createSearch.search.id
const lease = async (searchId: string, leaseSeconds = 600): Promise<string> =>
  (await send('suggest', { searchId, worker: 'one', leaseSeconds })).data.suggest.suggestions[0].id

const searchId = await createSearch()
const suggestionId = await lease(searchId)
const replayId = await createSearch({ replay: true })
const replayed = await lease(replayId)
const reported = await lease(await createSearch())
await send('reportEvaluation', { suggestionId: reported, validationAccuracy: 0.5 })
const lateSearch = await createSearch()
const late = await lease(lateSearch)
await database.prisma.suggestion.update({
  where: { id: Number(Buffer.from(late, 'base64url').toString().split(':')[1]) },
  data: { leaseExpiresAt: new Date(0) },
})
// Another worker takes the function.
await send('suggest', { searchId: lateSearch, worker: 'two' })
const stopped = await createSearch()
await api.ask('mutation ($id: ID!) { stopSearch(id: $id) { search { id } } }', { id: stopped }, own)

const dataset = 'synthetic'
const LONG = 'a'.repeat(201)
/** The mutation, its input, the code, the argument and, if it is not the owner, the key that sends it. */
const CASES: readonly (readonly [Field, Record<string, unknown>, string, string?, string?])[] = [
  ['createSearch', { dataset: 'nope' }, 'NOT_FOUND', 'dataset'],
  ['createSearch', { dataset, schemas: [] }, 'BAD_USER_INPUT', 'schemas'],
  ['createSearch', { dataset, schemas: ['unary(y)'] }, 'BAD_USER_INPUT', 'schemas'],
  ['createSearch', { dataset, schemas: ['ternary(x)'] }, 'BAD_USER_INPUT', 'schemas'],
  ['createSearch', { dataset, budget: 0 }, 'BAD_USER_INPUT', 'budget'],
  ['createSearch', { dataset, budget: -1 }, 'BAD_USER_INPUT', 'budget'],
  ['createSearch', { dataset, budget: 10_001 }, 'BAD_USER_INPUT', 'budget'],
  ['createSearch', { dataset, name: '' }, 'BAD_USER_INPUT', 'name'],
  ['createSearch', { dataset, algorithm: 'EXPECTED_IMPROVEMENT' }, 'SURROGATE_UNAVAILABLE'],
  ['createSearch', { dataset: 'small', algorithm: 'UMAP_KNN', replay: true }, 'SURROGATE_UNAVAILABLE'],
  ['createSearch', { dataset, replayValue: 'MEAN' }, 'BAD_USER_INPUT', 'replayValue'],
  [
    'createSearch',
    { dataset: 'small', algorithm: 'RANDOM', replay: true, replayValue: 'BEST' },
    'BAD_USER_INPUT',
    'replayValue',
  ],
  ['createSearch', { dataset, replay: true, replayValue: 'SEED' }, 'BAD_USER_INPUT', 'replaySeed'],
  ['createSearch', { dataset, replay: true, replaySeed: 1 }, 'BAD_USER_INPUT', 'replaySeed'],
  ['createSearch', { dataset }, 'FORBIDDEN', undefined, reader],
  ['suggest', { searchId, worker: 'w', count: 0 }, 'BAD_USER_INPUT', 'count'],
  ['suggest', { searchId, worker: 'w', count: 101 }, 'BAD_USER_INPUT', 'count'],
  ['suggest', { searchId, worker: 'w', leaseSeconds: 0 }, 'BAD_USER_INPUT', 'leaseSeconds'],
  ['suggest', { searchId, worker: 'w', leaseSeconds: 604_801 }, 'BAD_USER_INPUT', 'leaseSeconds'],
  ['suggest', { searchId, worker: '' }, 'BAD_USER_INPUT', 'worker'],
  ['suggest', { searchId, worker: LONG }, 'BAD_USER_INPUT', 'worker'],
  ['suggest', { searchId: replayId, worker: 'w', train: true }, 'BAD_USER_INPUT', 'train'],
  ['suggest', { searchId, worker: 'w', train: true }, 'CONFLICT'],
  ['suggest', { searchId: stopped, worker: 'w' }, 'CONFLICT'],
  ['suggest', { searchId, worker: 'w' }, 'FORBIDDEN', undefined, stranger],
  ['reportEvaluation', { suggestionId }, 'BAD_USER_INPUT', 'validationAccuracy'],
  ['reportEvaluation', { suggestionId, validationAccuracy: -0.01 }, 'BAD_USER_INPUT', 'validationAccuracy'],
  ['reportEvaluation', { suggestionId, validationAccuracy: 1.01 }, 'BAD_USER_INPUT', 'validationAccuracy'],
  ['reportEvaluation', { suggestionId, validationAccuracy: 0.5, testAccuracy: 2 }, 'BAD_USER_INPUT', 'testAccuracy'],
  [
    'reportEvaluation',
    { suggestionId, validationAccuracy: 0.5, runtimeSeconds: -1 },
    'BAD_USER_INPUT',
    'runtimeSeconds',
  ],
  ['reportEvaluation', { suggestionId, validationAccuracy: 0.5, failure: 'x' }, 'BAD_USER_INPUT', 'validationAccuracy'],
  ['reportEvaluation', { suggestionId, trainLoss: 0.5, failure: 'x' }, 'BAD_USER_INPUT', 'trainLoss'],
  ['reportEvaluation', { suggestionId, failure: '' }, 'BAD_USER_INPUT', 'failure'],
  ['reportEvaluation', { suggestionId, failure: 'a'.repeat(2001) }, 'BAD_USER_INPUT', 'failure'],
  ['reportEvaluation', { suggestionId: replayed, validationAccuracy: 0.5 }, 'BAD_USER_INPUT', 'validationAccuracy'],
  ['reportEvaluation', { suggestionId: replayed, trainLoss: 1 }, 'BAD_USER_INPUT', 'trainLoss'],
  ['reportEvaluation', { suggestionId: reported, validationAccuracy: 0.5 }, 'CONFLICT'],
  ['reportEvaluation', { suggestionId: late, validationAccuracy: 0.5 }, 'CONFLICT'],
  ['reportEvaluation', { suggestionId, validationAccuracy: 0.5 }, 'FORBIDDEN', undefined, stranger],
  ['updateSurrogate', { dataset: 'small' }, 'SURROGATE_UNAVAILABLE'],
  ['updateSurrogate', { dataset: 'nope' }, 'NOT_FOUND', 'dataset'],
  ['updateSurrogate', { dataset }, 'FORBIDDEN', undefined, reader],
]

for (const [field, input, code, argument, secret] of CASES) {
  test(`${field} of ${JSON.stringify(input).slice(0, 90)} is ${code}${argument ? ` of ${argument}` : ''}`, async () => {
    const before = await countAll()
    const { errors } = await send(field, input, secret)
    assert.deepEqual(
      errors.map(({ extensions }) => [extensions.code, extensions.argument]),
      [[code, argument]],
    )
    assert.ok(errors[0].message.length > 10)
    assert.deepEqual(await countAll(), before)
  })
}

test('the error for too few evaluations has both numbers', async () => {
  const { errors } = await send('updateSurrogate', { dataset: 'small' })
  assert.match(errors[0].message, /4.*10|10.*4/)
  assert.deepEqual([errors[0].extensions.needed, errors[0].extensions.evaluations], [10, 4])
})

test('invalid numbers are refused in literals and in variables', async () => {
  for (const value of ['NaN', 'Infinity', '1e999']) {
    const text = `mutation { reportEvaluation(input: { suggestionId: "${suggestionId}", validationAccuracy: ${value} }) { suggestion { id } } }`
    const { errors } = await api.ask(text, {}, own)
    assert.match(errors[0].extensions.code, /^(GRAPHQL_VALIDATION_FAILED|BAD_USER_INPUT)$/)
    const sent = await send('reportEvaluation', { suggestionId, validationAccuracy: value })
    assert.match(sent.errors[0].extensions.code, /^(GRAPHQL_VALIDATION_FAILED|BAD_USER_INPUT)$/)
  }
})

test('after all these errors the suggestion still belongs to its worker and accepts a report', async () => {
  const again = await send('suggest', { searchId, worker: 'one' })
  assert.deepEqual(again.data.suggest.suggestions, [{ id: suggestionId }])
  const { data } = await send('reportEvaluation', { suggestionId, validationAccuracy: 0.5 })
  assert.deepEqual(data.reportEvaluation.suggestion, { id: suggestionId, state: 'COMPLETED' })
})

async function countAll() {
  const { rows } = await database.pool.query(`
    SELECT (SELECT count(*) FROM searches) AS searches, (SELECT count(*) FROM suggestions) AS suggestions,
      (SELECT count(*) FROM suggestions WHERE state = 'LEASED') AS leased, (SELECT count(*) FROM surrogates) AS surrogates`)
  return rows[0]
}
