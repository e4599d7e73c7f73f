import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import {
  createClient,
  EvaluationChangesDocument,
  isActbenchError,
  SearchChangesDocument,
} from '../../clients/typescript/src/index.js'
import { openTestApi } from '../support/api.js'
import { countSubscriptions, openClientFixture } from '../support/fixtures/client-fixture.js'
import { openTcpProxy } from '../support/sockets/tcp-proxy.js'
import { waitUntil } from '../support/wait-until.js'

const soon = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds))

/** Collects the results of a subscription until the test ends. */
function collect<Result, Item>(t: TestContext, results: AsyncGenerator<Result>, pick: (result: Result) => Item) {
  const seen: Item[] = []
  const state = { seen, error: null as unknown, isOver: false }
  const reading = (async () => {
    for await (const result of results) seen.push(pick(result))
  })()
  const ended = reading.then(
    () => {
      state.isOver = true
    },
    (error) => {
      state.error = error
    },
  )
  t.after(() => results.return(undefined))
  return Object.assign(state, { ended })
}

test('a subscription continues after a restart of the service, and nothing is lost while its reader is slow', async (t) => {
  const { api, address, add } = await openClientFixture(t)
  await api.database.pool.query("UPDATE evaluations SET updated_at = now() - interval '1 hour'")
  const events: string[] = []
  const stop = new AbortController()
  const results = createClient({ url: address }).subscribe(
    EvaluationChangesDocument,
    { dataset: 'mine' },
    {
      signal: stop.signal,
      onConnected: () => void events.push('connected'),
      onLost: ({ code }) => void events.push(code),
    },
  )
  const seen: string[] = []
  let release = () => {}
  const held = new Promise<void>((done) => {
    release = done
  })
  const reading = (async () => {
    for await (const { evaluations } of results) {
      seen.push(evaluations.expression)
      if (seen.length === 1) await held
    }
  })()
  await waitUntil(async () => (await countSubscriptions(api)) === 1)
  await add('gelu(x)', 0.5)
  await waitUntil(() => seen.length === 1)
  // The reader is busy with the first result while these come, and the service restarts.
  for (const name of ['sin(x)', 'cos(x)', 'abs(x)']) await add(name, 0.3)
  await api.app.close()
  const next = await openTestApi(t, api.database)
  await add('elish(x)', 0.4, next)
  await soon(1200)
  release()
  await next.app.http.listen({ port: Number(new URL(address).port), host: '127.0.0.1' })
  await waitUntil(() => seen.includes('elish(x)'))
  assert.deepEqual(new Set(seen), new Set(['gelu(x)', 'sin(x)', 'cos(x)', 'abs(x)', 'elish(x)']))
  assert.deepEqual([events[0], events[1], events.at(-1)], ['connected', 'CONNECTION_FAILED', 'connected'])
  stop.abort()
  await reading
  await waitUntil(async () => (await countSubscriptions(next)) === 0)
})

test('the state of a search is sent again after a lost connection, until the search has ended', async (t) => {
  const { api, address, secret } = await openClientFixture(t)
  const client = createClient({ url: address, key: secret })
  const settings = { budget: 3, seed: 1, schemas: ['unary(unary(x))'] }
  const search = await client.search('mine', { ...settings, algorithm: 'RANDOM' })
  const proxy = await openTcpProxy(t, address)
  const watched = createClient({ url: proxy.url }).subscribe(SearchChangesDocument, { id: search.id })
  const changes = collect(t, watched, (result) => result.search)
  await waitUntil(() => changes.seen.length === 1)
  assert.deepEqual([changes.seen[0].completed, changes.seen[0].budget], [0, 3])
  await api.app.close()
  const next = await openTestApi(t, api.database)
  await next.app.http.listen({ port: Number(new URL(address).port), host: '127.0.0.1' })
  await search.optimize(() => 0.5)
  await changes.ended
  assert.deepEqual([changes.error, changes.isOver], [null, true])
  assert.deepEqual([changes.seen.at(-1)?.completed, changes.seen.at(-1)?.state], [3, 'COMPLETED'])
})

test('an error that no other try mends ends a subscription', async (t) => {
  const { address } = await openClientFixture(t)
  const client = createClient({ url: address })
  const refusal = async (results: AsyncGenerator<unknown>) => {
    for await (const _ of results) assert.fail('no result was expected')
  }
  await assert.rejects(refusal(client.subscribe(EvaluationChangesDocument, { dataset: 'nope' })), (error) =>
    isActbenchError(error, 'NOT_FOUND'),
  )
  const wrong = createClient({ url: address, key: 'abk_wrong' })
  await assert.rejects(refusal(wrong.subscribe(EvaluationChangesDocument, { dataset: 'mine' })), (error) =>
    isActbenchError(error, 'UNAUTHENTICATED'),
  )
  const none = createClient({ url: 'http://127.0.0.1:1' })
  await assert.rejects(
    refusal(none.subscribe(EvaluationChangesDocument, { dataset: 'mine' }, { patienceSeconds: 0.5 })),
    (error) => isActbenchError(error, 'CONNECTION_FAILED'),
  )
  const text = 'subscription { all: evaluations(dataset: "mine") { id } }'
  await assert.rejects(refusal(client.subscribe(text)), /evaluations has no argument `since`/)
  assert.throws(() => client.subscribe('{ service { name } }'), /expected a subscription, got a query/)
  await assert.rejects(client.query(EvaluationChangesDocument, { dataset: 'mine' }), /use `subscribe`/)
  const ended = client.subscribe(EvaluationChangesDocument, { dataset: 'mine' }, { signal: AbortSignal.abort() })
  assert.deepEqual(await ended.next(), { done: true, value: undefined })
})
