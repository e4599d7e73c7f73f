import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatExpression } from '../../../src/activations/expression.js'
import { ACT_BENCH_SCHEMAS, enumerateExpressions, parseSchema } from '../../../src/activations/search-space.js'
import { inTransaction } from '../../../src/db/connection/in-transaction.js'
import type { SearchAlgorithm } from '../../../src/db/generated/client.js'
import { describeActivation } from '../../../src/services/activations/describe-activation.js'
import { ensureActivation } from '../../../src/services/activations/ensure-activation.js'
import { createSearch } from '../../../src/services/searches/create-search.js'
import { suggest } from '../../../src/services/searches/suggest.js'
import { reportEvaluation } from '../../../src/services/suggestions/report-evaluation.js'
import { updateSurrogate as requestSurrogate } from '../../../src/services/surrogates/update-surrogate.js'
import { BASELINE_EXPRESSIONS } from '../../../src/surrogate/strategies/search-strategy.js'
import { updateSurrogate } from '../../../src/tasks/update-surrogate.js'
import { openTestDatabase } from '../../support/database.js'
import {
  computeSyntheticAccuracy,
  createSyntheticDataset,
  listFunctions,
  type StoredFunction,
  storeFunctions,
} from '../../support/fixtures/learning-fixture.js'
import { createViewer } from '../../support/fixtures/training-fixture.js'

const database = await openTestDatabase()
const viewer = await createViewer(database, 'searcher', ['SEARCH', 'TRAIN', 'DATASET'])
const functions = await storeFunctions(database, listFunctions(240))
const ALGORITHMS = ['SURROGATE', 'EXPECTED_IMPROVEMENT', 'REGULARIZED_EVOLUTION', 'RANDOM'] as const

const fitted = await createFitted('fitted')
await measure(functions.slice(60))
const small = await createFitted('small')
/** The only functions of two small spaces that `small` has not measured. */
const FREE = ['elish(gelu(x))', 'mish(erfc(x))']
const SMALL = ['unary(unary(x))', 'binary(unary(x),x)']
await database.prisma.evaluation.deleteMany({ where: { datasetId: small.id } })
await measureAll(small.id, ['unary(x)', ...SMALL], FREE)

/** A dataset with 60 measured functions, 240 candidates, and surrogates of both algorithms. */
async function createFitted(name: string) {
  const dataset = await createSyntheticDataset(database, { name, measured: functions.slice(0, 60) })
  for (const algorithm of ['UMAP_KNN', 'GAUSSIAN_PROCESS'] as const) {
    const { id } = await requestSurrogate(database, viewer, { dataset: name, algorithm })
    await updateSurrogate(database, { surrogateId: id })
  }
  return dataset
}

async function measure(measured: readonly StoredFunction[], datasetId = fitted.id) {
  await database.prisma.evaluation.createMany({
    data: measured.map(({ activationId, described }) => ({
      ...{ datasetId, activationId, expression: described.canonicalText, origin: 'IMPORTED' as const },
      validationAccuracy: computeSyntheticAccuracy(described.outputs),
    })),
  })
}

/** Measures every finite function of a schema in a dataset. */
async function measureAll(datasetId: number, schemas: readonly string[], except: readonly string[] = []) {
  const left = new Set(except.map((text) => describeActivation(text).identityHex))
  const known = new Map<string, StoredFunction>()
  await inTransaction(database, async (db) => {
    for (const schema of schemas) {
      for (const expression of enumerateExpressions(parseSchema(schema))) {
        const described = describeActivation(formatExpression(expression))
        if (!described.isFinite || left.has(described.identityHex) || known.has(described.identityHex)) continue
        const { id } = await ensureActivation(db, described.canonicalText)
        known.set(described.identityHex, { activationId: id, described })
      }
    }
  })
  await measure([...known.values()], datasetId)
}

const begin = (dataset: string, algorithm: SearchAlgorithm, schemas: readonly string[], budget = 100) =>
  createSearch(database, viewer, { dataset, algorithm, schemas, budget, seed: 1 })
const ask = (searchId: number, count = 20, worker = 'w') => suggest(database, viewer, { searchId, worker, count })

for (const algorithm of ALGORITHMS) {
  test(`a search by ${algorithm} goes on with other functions of its schemas if all its candidates are measured`, async () => {
    const wide = await begin('fitted', algorithm, [...ACT_BENCH_SCHEMAS, 'n-ary(unary(x),unary(x),unary(x))'])
    const { suggestions, search } = await ask(wide.id)
    assert.equal(suggestions.length, 20)
    assert.equal(search.state, 'ACTIVE')
    const measured = new Set(functions.map(({ activationId }) => activationId))
    assert.ok(suggestions.every(({ activationId }) => !measured.has(activationId)))
    assert.equal(new Set(suggestions.map(({ activationId }) => activationId)).size, 20)
  })

  test(`a search by ${algorithm} in a small space finds its only free functions and then completes`, async () => {
    const { id } = await begin('small', algorithm, ['unary(unary(x))'])
    const { suggestions } = await ask(id)
    assert.deepEqual(suggestions.map(({ expression }) => identify(expression)).sort(), FREE.map(identify).sort())
    const again = await ask(id, 5, 'other')
    assert.deepEqual([again.suggestions, again.search.state, again.search.shortage], [[], 'ACTIVE', 'NONE_LEFT'])
    await reportEvaluation(database, viewer, { suggestionId: suggestions[0].id, failure: 'no' })
    const last = await reportEvaluation(database, viewer, { suggestionId: suggestions[1].id, validationAccuracy: 0.5 })
    assert.deepEqual([last.search.state, last.search.endReason], ['COMPLETED', 'NO_FUNCTION_LEFT'])
    assert.deepEqual((await ask(id)).suggestions, [])
  })
}

test('functions that the surrogate has not seen are predicted by it, the best first', async () => {
  const { id } = await begin('fitted', 'SURROGATE', ['n-ary(unary(x),unary(x))'])
  const { suggestions } = await ask(id, 60)
  const others = suggestions.filter(({ expression }) => !BASELINE_EXPRESSIONS.includes(expression))
  assert.ok(others.length >= 52)
  assert.ok(others.every(({ predictedMean }) => predictedMean !== null))
})

test('a search whose schemas hold no finite function completes at its first request', async () => {
  await createSyntheticDataset(database, { name: 'plain', measured: functions.slice(0, 20) })
  for (const schemas of [['div(x,zero(x))'], ['reciprocal(zero(unary(x)))']]) {
    const { id } = await begin('plain', 'RANDOM', schemas)
    const { suggestions, search } = await ask(id)
    assert.deepEqual([suggestions, search.state, search.endReason], [[], 'COMPLETED', 'NO_FUNCTION_LEFT'])
  }
})

test('a space of one function and its own spellings is suggested once', async () => {
  await createSyntheticDataset(database, { name: 'one', measured: functions.slice(0, 20) })
  const { id } = await begin('one', 'RANDOM', ['gelu(x)', 'identity(gelu(x))', 'gelu(identity(x))'])
  const { suggestions } = await ask(id, 5)
  assert.equal(suggestions.length, 1)
  assert.equal((await ask(id, 5, 'other')).search.shortage, 'NONE_LEFT')
})

test('the last free functions of a larger space are found, also those that random draws miss', async () => {
  for (let seed = 0; seed < 10; seed++) {
    const search = await createSearch(database, viewer, {
      ...{ dataset: 'small', algorithm: 'RANDOM', schemas: SMALL, seed },
    })
    const { suggestions } = await ask(search.id)
    assert.deepEqual(suggestions.map(({ expression }) => identify(expression)).sort(), FREE.map(identify).sort())
  }
})

function identify(expression: string): string {
  return describeActivation(expression).identityHex
}
