import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { addEvaluation } from '../../src/services/add-evaluation.js'
import { type CreateSearchInput, createSearch } from '../../src/services/create-search.js'
import { describeActivation } from '../../src/services/describe-activation.js'
import { reportEvaluation } from '../../src/services/report-evaluation.js'
import { stopSearch } from '../../src/services/stop-search.js'
import { type SuggestInput, suggest } from '../../src/services/suggest.js'
import { updateSurrogate as requestSurrogate } from '../../src/services/update-surrogate.js'
import { BASELINE_EXPRESSIONS } from '../../src/surrogate/search-strategy.js'
import { updateSurrogate } from '../../src/tasks/update-surrogate.js'
import { openTestDatabase } from '../support/database.js'
import {
  computeSyntheticAccuracy,
  createSyntheticDataset,
  listFunctions,
  storeFunctions,
} from '../support/learning-fixture.js'
import { createViewer } from '../support/training-fixture.js'

const database = await openTestDatabase()
const viewer = await createViewer(database, 'searcher', ['SEARCH', 'TRAIN', 'DATASET'])
const functions = await storeFunctions(database, listFunctions(300))
const identityOf = new Map(functions.map(({ activationId, described }) => [activationId, described.identityHex]))
const fitted = await createSyntheticDataset(database, {
  name: 'fitted',
  spectra: functions,
  measured: functions.slice(0, 150),
})
const surrogate = await requestSurrogate(database, viewer, { dataset: 'fitted', algorithm: 'UMAP_KNN' })
await updateSurrogate(database, { surrogateId: surrogate.id })
await createSyntheticDataset(database, { name: 'unfitted', measured: functions.slice(0, 20) })

const begin = (input: Partial<CreateSearchInput>) =>
  createSearch(database, viewer, { dataset: 'fitted', seed: 1, ...input })
const ask = (searchId: number, input: Partial<SuggestInput> = {}) =>
  suggest(database, viewer, { searchId, worker: 'one', ...input })
const tell = (suggestionId: number, validationAccuracy: number) =>
  reportEvaluation(database, viewer, { suggestionId, validationAccuracy })
const accuracyOf = (expression: string) => computeSyntheticAccuracy(describeActivation(expression).outputs)

/** Goes through a search with one worker; returns the expressions in order. */
async function run(input: Partial<CreateSearchInput>, steps: number): Promise<string[]> {
  const search = await begin({ budget: steps, ...input })
  const expressions: string[] = []
  for (let step = 0; step < steps; step++) {
    const { suggestions } = await ask(search.id)
    if (suggestions.length === 0) break
    const [{ id, expression }] = suggestions
    expressions.push(expression)
    if (input.replay) await reportEvaluation(database, viewer, { suggestionId: id })
    else await tell(id, accuracyOf(expression))
  }
  return expressions
}

const measured = new Set(functions.slice(0, 150).map(({ described }) => described.identityHex))
const identify = (expression: string) => describeActivation(expression).identityHex

test('a search by SURROGATE tries the unmeasured baselines first, then what is predicted best', async () => {
  const search = await begin({})
  const { suggestions } = await ask(search.id, { count: 30 })
  const baselines = BASELINE_EXPRESSIONS.filter((expression) => !measured.has(identify(expression)))
  assert.ok(baselines.length > 0)
  assert.deepEqual(
    suggestions.slice(0, baselines.length).map(({ expression }) => expression),
    baselines,
  )
  const means = suggestions.slice(baselines.length).map(({ predictedMean }) => predictedMean ?? Number.NaN)
  assert.deepEqual(
    means,
    [...means].sort((a, b) => b - a),
  )
  assert.ok(suggestions.slice(baselines.length).every(({ surrogateId }) => surrogateId === surrogate.id))
  assert.ok(suggestions.every(({ expression }) => !measured.has(identify(expression))))
})

test('it finds better functions than a search at RANDOM', async () => {
  const mean = (expressions: string[]) =>
    expressions.reduce((sum, expression) => sum + accuracyOf(expression), 0) / expressions.length
  const guided = (await run({ algorithm: 'SURROGATE' }, 24)).slice(8)
  const random = (await run({ algorithm: 'RANDOM' }, 24)).slice(8)
  assert.ok(mean(guided) > mean(random) + 0.1, `${mean(guided)} against ${mean(random)}`)
})

test('what a search reports steers it, though the dataset stays as it is', async () => {
  const mean = (suggestions: readonly { predictedMean: number | null }[]) =>
    suggestions.reduce((sum, { predictedMean }) => sum + (predictedMean ?? 0) / suggestions.length, 0)
  const untouched = await begin({})
  await ask(untouched.id, { count: 30 })
  const usual = (await ask(untouched.id, { worker: 'two', count: 30 })).suggestions
  const search = await begin({})
  for (const { id } of (await ask(search.id, { count: 30 })).suggestions) await tell(id, 0)
  const { suggestions } = await ask(search.id, { worker: 'two', count: 30 })
  assert.ok(mean(suggestions) < mean(usual) - 0.01, `${mean(suggestions)} against ${mean(usual)}`)
  assert.equal(await database.prisma.evaluation.count({ where: { datasetId: fitted.id } }), 150)
})

test('equal seeds give equal searches and others do not', async () => {
  for (const algorithm of ['SURROGATE', 'RANDOM'] as const) {
    const first = await run({ algorithm, seed: 5 }, 12)
    assert.deepEqual(await run({ algorithm, seed: 5 }, 12), first)
    assert.equal(new Set(first.map(identify)).size, 12)
  }
  assert.notDeepEqual(await run({ algorithm: 'RANDOM', seed: 6 }, 12), await run({ algorithm: 'RANDOM', seed: 5 }, 12))
})

test('wide schemas lead to functions that nobody stored', async () => {
  const search = await begin({ schemas: ['n-ary(unary(unary(x)),unary(x),unary(x))'] })
  const { suggestions } = await ask(search.id, { count: 40 })
  const sampled = suggestions.filter(({ expression }) => /^(sum|prod|max|min)_n\(/.test(expression))
  assert.ok(sampled.length >= 10, `${sampled.length} sampled`)
  for (const { activationId, expression } of sampled) {
    assert.ok(!identityOf.has(activationId))
    assert.equal(describeActivation(expression).isFinite, true)
  }
})

test('only functions of the schemas are suggested, the baselines apart', async () => {
  const search = await begin({ schemas: ['max(unary(x),unary(x))'] })
  const { suggestions } = await ask(search.id, { count: 30 })
  const spellings = await database.prisma.expression.findMany({
    where: { activationId: { in: suggestions.map(({ activationId }) => activationId) } },
  })
  for (const { expression, activationId } of suggestions) {
    if (BASELINE_EXPRESSIONS.includes(expression)) continue
    const own = spellings.filter((spelling) => spelling.activationId === activationId)
    assert.ok(
      own.some(({ text }) => /^max\(\w+\(x\),\w+\(x\)\)$/.test(text)),
      expression,
    )
  }
})

test('without a surrogate a search tries the baselines and then at random, without predictions', async () => {
  const search = await begin({ dataset: 'unfitted' })
  const { suggestions } = await ask(search.id, { count: 20 })
  assert.equal(suggestions.length, 20)
  assert.equal(new Set(suggestions.map(({ activationId }) => activationId)).size, 20)
  assert.ok(suggestions.every(({ predictedMean, surrogateId }) => predictedMean === null && surrogateId === null))
})

test('a small space is handed out to its last function and no further', async () => {
  const search = await begin({ dataset: 'unfitted', algorithm: 'RANDOM', schemas: ['unary(x)'] })
  const seen = new Set<number>()
  for (let turn = 0; turn < 10; turn++) {
    const { suggestions } = await ask(search.id, { worker: `worker ${turn}`, count: 7 })
    for (const { activationId } of suggestions) {
      assert.ok(!seen.has(activationId))
      seen.add(activationId)
    }
  }
  const { suggestions } = await ask(search.id, { worker: 'late' })
  assert.deepEqual(suggestions, [])
  assert.ok(seen.size >= 20 && seen.size <= 31, `${seen.size}`)
})

test('the same worker gets its open suggestions back first', async () => {
  const search = await begin({})
  const first = await ask(search.id, { count: 2, leaseSeconds: 60 })
  const again = await ask(search.id, { count: 3, leaseSeconds: 600 })
  assert.deepEqual(
    again.suggestions.slice(0, 2).map(({ id }) => id),
    first.suggestions.map(({ id }) => id),
  )
  assert.equal(again.suggestions.length, 3)
  assert.ok(again.suggestions[0].leaseExpiresAt > first.suggestions[0].leaseExpiresAt)
  const other = await ask(search.id, { worker: 'two', count: 3 })
  assert.equal(new Set([...again.suggestions, ...other.suggestions].map(({ id }) => id)).size, 6)
})

test('the budget counts what is completed and what is out', async () => {
  const search = await begin({ budget: 3 })
  const first = await ask(search.id, { count: 2 })
  assert.equal((await ask(search.id, { worker: 'two', count: 5 })).suggestions.length, 1)
  assert.deepEqual((await ask(search.id, { worker: 'three' })).suggestions, [])
  await reportEvaluation(database, viewer, { suggestionId: first.suggestions[0].id, failure: 'it broke' })
  const replacement = await ask(search.id, { worker: 'three' })
  assert.equal(replacement.suggestions.length, 1)
  assert.notEqual(replacement.suggestions[0].activationId, first.suggestions[0].activationId)
})

test('a search is COMPLETED with its budget and suggests nothing more', async () => {
  const search = await begin({ budget: 2 })
  const { suggestions } = await ask(search.id, { count: 2 })
  assert.equal((await tell(suggestions[0].id, 0.5)).search.state, 'ACTIVE')
  assert.equal((await tell(suggestions[1].id, 0.6)).search.state, 'COMPLETED')
  assert.deepEqual((await ask(search.id)).suggestions, [])
})

test('a lease that ran out gives its function back to others', async () => {
  const search = await begin({})
  const lost = (await ask(search.id, { worker: 'dies', leaseSeconds: 1, count: 2 })).suggestions
  await sleep(1100)
  const found = (await ask(search.id, { worker: 'lives', count: 2 })).suggestions
  assert.deepEqual(
    found.map(({ activationId }) => activationId),
    lost.map(({ activationId }) => activationId),
  )
  assert.ok(found.every(({ id }) => !lost.some((suggestion) => suggestion.id === id)))
  const states = await database.prisma.suggestion.findMany({ where: { id: { in: lost.map(({ id }) => id) } } })
  assert.deepEqual(
    states.map(({ state }) => state),
    ['EXPIRED', 'EXPIRED'],
  )
})

test('a function whose clients die three times is left out', async () => {
  const search = await begin({})
  const [{ id, activationId }] = (await ask(search.id)).suggestions
  await database.prisma.suggestion.update({ where: { id }, data: { state: 'EXPIRED' } })
  for (let turn = 0; turn < 2; turn++) {
    const again = (await ask(search.id)).suggestions[0]
    assert.equal(again.activationId, activationId)
    await database.prisma.suggestion.update({ where: { id: again.id }, data: { state: 'EXPIRED' } })
  }
  assert.notEqual((await ask(search.id)).suggestions[0].activationId, activationId)
})

test('what was measured since the fit is not suggested', async () => {
  const owner = await createViewer(database, 'owner', ['SEARCH', 'TRAIN', 'DATASET'])
  const own = await createSyntheticDataset(database, {
    name: 'growing',
    origin: 'REPORTED',
    ownerId: owner.apiKeyId,
    measured: functions.slice(0, 100),
  })
  const { id } = await requestSurrogate(database, owner, { dataset: own.name, algorithm: 'UMAP_KNN' })
  await updateSurrogate(database, { surrogateId: id })
  const search = await createSearch(database, owner, { dataset: own.name, seed: 1 })
  const expected = await suggest(database, owner, { searchId: search.id, worker: 'a', count: 12 })
  for (const { expression } of expected.suggestions) {
    await addEvaluation(database, owner, { dataset: own.name, expression, validationAccuracy: 0.5 })
  }
  const fresh = await createSearch(database, owner, { dataset: own.name, seed: 1 })
  const { suggestions } = await suggest(database, owner, { searchId: fresh.id, worker: 'a', count: 12 })
  const taken = new Set(expected.suggestions.map(({ activationId }) => activationId))
  assert.equal(suggestions.length, 12)
  assert.ok(suggestions.every(({ activationId }) => !taken.has(activationId)))
})

test('32 clients at once get no function twice and lose none, though some die', async () => {
  const search = await begin({ budget: 200 })
  const open = new Set<number>()
  const completed = new Set<number>()
  const client = async (worker: string) => {
    for (;;) {
      const { suggestions, search: state } = await ask(search.id, { worker, leaseSeconds: 600, count: 2 })
      if (state.state !== 'ACTIVE') return
      for (const { id, activationId, expression } of suggestions) {
        assert.ok(!open.has(activationId) && !completed.has(activationId), expression)
        open.add(activationId)
        await tell(id, accuracyOf(expression))
        open.delete(activationId)
        completed.add(activationId)
      }
      if (suggestions.length === 0) await sleep(200)
    }
  }
  const dying = async () => {
    const workers = Array.from({ length: 8 }, (_, place) => `dies ${place}`)
    await Promise.all(workers.map((worker) => ask(search.id, { worker, leaseSeconds: 600, count: 2 })))
    // Their leases run out now and not in ten minutes.
    await database.prisma.suggestion.updateMany({
      where: { searchId: search.id, worker: { in: workers } },
      data: { leaseExpiresAt: new Date() },
    })
  }
  await Promise.all([dying(), ...Array.from({ length: 24 }, (_, place) => client(`client ${place}`))])
  const rows = await database.prisma.suggestion.findMany({ where: { searchId: search.id } })
  const done = rows.filter(({ state }) => state === 'COMPLETED')
  assert.equal(done.length, 200)
  assert.equal(new Set(done.map(({ activationId }) => activationId)).size, 200)
  assert.deepEqual(
    done.map(({ step }) => step).sort((a, b) => (a ?? 0) - (b ?? 0)),
    Array.from({ length: 200 }, (_, place) => place + 1),
  )
  const lost = rows.filter(({ state }) => state === 'EXPIRED')
  assert.equal(lost.length, 16)
  const finished = new Set(done.map(({ activationId }) => activationId))
  assert.ok(lost.every(({ activationId }) => finished.has(activationId)))
})

test('a replay suggests measured functions and takes their metrics from the dataset', async () => {
  const expressions = await run({ replay: true }, 40)
  assert.equal(new Set(expressions.map(identify)).size, 40)
  assert.ok(expressions.every((expression) => measured.has(identify(expression))))
  const [suggestion] = await database.prisma.suggestion.findMany({
    where: { search: { replay: true }, state: 'COMPLETED' },
    orderBy: { id: 'desc' },
    include: { evaluation: true },
  })
  assert.equal(suggestion.validationAccuracy, suggestion.evaluation?.validationAccuracy)
})

test('a replay knows nothing but what it completed', async () => {
  const before = await run({ replay: true, seed: 3 }, 30)
  const known = new Set(before.map(identify))
  const hidden = await database.prisma.evaluation.findMany({
    where: { datasetId: fitted.id },
    include: { activation: true },
  })
  for (const { id, activation } of hidden) {
    if (known.has(Buffer.from(activation.identity).toString('hex'))) continue
    await database.prisma.evaluation.update({ where: { id }, data: { validationAccuracy: 0.999 } })
  }
  assert.deepEqual(await run({ replay: true, seed: 3 }, 30), before)
})

test('a stopped search suggests nothing', async () => {
  const search = await begin({})
  await stopSearch(database, viewer, search.id)
  await assert.rejects(ask(search.id), { code: 'CONFLICT' })
})

test('bad input is refused with the argument, and strangers with FORBIDDEN', async () => {
  const search = await begin({})
  const refused = (input: Partial<SuggestInput>, argument: string) =>
    assert.rejects(ask(search.id, input), { code: 'BAD_USER_INPUT', extensions: { argument } })
  for (const count of [0, 101, 1.5, -1]) await refused({ count }, 'count')
  for (const leaseSeconds of [0, 604_801, Number.NaN]) await refused({ leaseSeconds }, 'leaseSeconds')
  for (const worker of ['', '  ', 'a'.repeat(201), 'a\0b', '\ud800']) await refused({ worker }, 'worker')
  await assert.rejects(ask(2 ** 31 - 1), { code: 'NOT_FOUND' })
  await assert.rejects(suggest(database, null, { searchId: search.id, worker: 'x' }), { code: 'UNAUTHENTICATED' })
  const stranger = await createViewer(database, 'stranger', ['SEARCH'])
  await assert.rejects(suggest(database, stranger, { searchId: search.id, worker: 'x' }), { code: 'FORBIDDEN' })
  await assert.rejects(suggest(database, stranger, { searchId: search.id, worker: 'x', train: true }), {
    code: 'FORBIDDEN',
  })
  await assert.rejects(ask(search.id, { train: true }), { code: 'CONFLICT' })
  const replay = await begin({ replay: true })
  await assert.rejects(ask(replay.id, { train: true }), { code: 'BAD_USER_INPUT', extensions: { argument: 'train' } })
})
