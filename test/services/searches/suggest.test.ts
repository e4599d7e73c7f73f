import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { addEvaluation } from '../../../src/services/evaluations/add-evaluation.js'
import { createSearch } from '../../../src/services/searches/create-search.js'
import { stopSearch } from '../../../src/services/searches/stop-search.js'
import { type SuggestInput, suggest } from '../../../src/services/searches/suggest.js'
import { reportEvaluation } from '../../../src/services/suggestions/report-evaluation.js'
import { updateSurrogate as requestSurrogate } from '../../../src/services/surrogates/update-surrogate.js'
import { updateSurrogate } from '../../../src/tasks/update-surrogate.js'
import { createSyntheticDataset } from '../../support/fixtures/learning-fixture.js'
import { accuracyOf, openSearchFixture } from '../../support/fixtures/search-fixture.js'
import { createViewer } from '../../support/fixtures/training-fixture.js'

const { database, viewer, functions, begin, ask, tell } = await openSearchFixture()

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

test('the budget counts completed and leased suggestions', async () => {
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
