import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openTestApi } from '../../support/api.js'
import { createSyntheticDataset, listFunctions, storeFunctions } from '../../support/fixtures/learning-fixture.js'
import { cutListeners } from '../../support/sockets/cut-listeners.js'
import { openTestSocket } from '../../support/sockets/web-socket.js'

const api = await openTestApi()
const { database } = api
const secret = await api.createKey('SEARCH')
const functions = await storeFunctions(database, listFunctions(30))
await createSyntheticDataset(database, { name: 'small', measured: functions })
const socket = await openTestSocket(api)

const FIELDS = 'state budget completed failed waitingFor endReason suggestions { totalCount nodes { state } }'

async function ask(document: string, variables: Record<string, unknown>) {
  const { data, errors } = await api.ask(document, variables, secret)
  assert.deepEqual(errors, [])
  return data
}

async function begin(input: Record<string, unknown> = {}): Promise<string> {
  const create = 'mutation ($input: CreateSearchInput!) { createSearch(input: $input) { search { id } } }'
  const given = { dataset: 'small', algorithm: 'RANDOM', replay: true, budget: 5, seed: 1, ...input }
  return (await ask(create, { input: given })).createSearch.search.id
}

async function suggest(searchId: string, count = 1, leaseSeconds = 600, worker = 'w'): Promise<string[]> {
  const document = 'mutation ($input: SuggestInput!) { suggest(input: $input) { suggestions { id } } }'
  const { suggest } = await ask(document, { input: { searchId, count, leaseSeconds, worker } })
  return suggest.suggestions.map(({ id }: { id: string }) => id)
}

const report = (suggestionId: string, input = {}) =>
  ask('mutation ($input: ReportEvaluationInput!) { reportEvaluation(input: $input) { search { id } } }', {
    input: { suggestionId, ...input },
  })

/** Follows a search. `until` reads events until one fits, and returns it and the number of events before it. */
function follow(id: string, by = socket) {
  const events = by.open(`subscription ($id: ID!) { search(id: $id) { ${FIELDS} } }`, { id })
  // biome-ignore lint/suspicious/noExplicitAny: the shape follows from the query above.
  const until = async (fits: (search: any) => boolean) => {
    for (let before = 0; ; before++) {
      const { value, done } = await events.next()
      assert.equal(done, false)
      assert.equal(value.errors, undefined, JSON.stringify(value.errors))
      // biome-ignore lint/suspicious/noExplicitAny: as above.
      const search = value.data?.search as any
      if (fits(search)) return { search, before }
    }
  }
  return { events, until }
}

test('a client gets the state of a search, then each change until its end, and the stream completes', async () => {
  const id = await begin({ budget: 2 })
  const { events, until } = follow(id)
  assert.equal((await until(() => true)).search.suggestions.totalCount, 0)
  const [first, second] = await suggest(id, 2)
  const { search } = await until(({ suggestions }) => suggestions.totalCount === 2)
  assert.match(search.waitingFor, /rest of its budget is leased/)
  await report(first)
  await until(({ completed }) => completed === 1)
  await report(second, { failure: 'no' })
  await until(({ failed }) => failed === 1)
  await ask('mutation ($id: ID!) { stopSearch(id: $id) { search { id } } }', { id })
  const last = await until(({ state }) => state === 'STOPPED')
  assert.equal(last.search.endReason, 'STOPPED')
  assert.equal((await events.next()).done, true)
})

test('an expired lease is a change, though nobody writes it', async () => {
  const id = await begin()
  const { events, until } = follow(id)
  await until(() => true)
  await suggest(id, 1, 1)
  await until(({ suggestions }) => suggestions.nodes[0]?.state === 'LEASED')
  await until(({ suggestions }) => suggestions.nodes[0].state === 'EXPIRED')
  await events.return?.()
})

test('the stream of a search that has ended goes on while a suggestion is leased', async () => {
  const id = await begin()
  const [suggestion] = await suggest(id)
  await ask('mutation ($id: ID!) { stopSearch(id: $id) { search { id } } }', { id })
  const { events, until } = follow(id)
  await until(({ state }) => state === 'STOPPED')
  await report(suggestion)
  await until(({ completed }) => completed === 1)
  assert.equal((await events.next()).done, true)
})

test('a burst of changes becomes few events, and the last one shows the last state', async () => {
  const id = await begin({ budget: 30 })
  const { events, until } = follow(id)
  await until(() => true)
  const ids = await suggest(id, 24)
  for (const each of ids) await report(each, { failure: 'no' })
  const { before } = await until(({ failed }) => failed === 24)
  assert.ok(before < 24, `${before} events`)
  await events.return?.()
})

test('changes during an outage of the connection are sent after it', async () => {
  const id = await begin()
  const { events, until } = follow(id)
  await until(() => true)
  await cutListeners(database)
  await suggest(id, 3)
  await until(({ suggestions }) => suggestions.totalCount === 3)
  await events.return?.()
})

test('a client of another server sees the changes too', async (t) => {
  const elsewhere = await openTestSocket(await openTestApi(t, database))
  const id = await begin()
  const { events, until } = follow(id, elsewhere)
  await until(() => true)
  await suggest(id, 2)
  await until(({ suggestions }) => suggestions.totalCount === 2)
  await events.return?.()
  await elsewhere.close()
})

test('a search that is deleted or unknown is NOT_FOUND', async () => {
  const id = await begin()
  const { events, until } = follow(id)
  await until(() => true)
  const key = Number(Buffer.from(id, 'base64url').toString().split(':')[1])
  await suggest(id, 1)
  await until(({ suggestions }) => suggestions.totalCount === 1)
  await database.prisma.search.delete({ where: { id: key } })
  const codes = [(await events.next()).value, (await follow(id).events.next()).value].map(
    ({ errors }) => errors?.[0].extensions?.code,
  )
  assert.deepEqual(codes, ['NOT_FOUND', 'NOT_FOUND'])
  await sleep(0)
  await socket.close()
})
