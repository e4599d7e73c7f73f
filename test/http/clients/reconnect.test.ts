import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createClient as createEventClient } from 'graphql-sse'
import { createClient as createSocketClient } from 'graphql-ws'
import WebSocket from 'ws'
import { openTestApi } from '../../support/api.js'
import { countSubscriptions, openClientFixture } from '../../support/fixtures/client-fixture.js'
import { waitUntil } from '../../support/wait-until.js'

const QUERY = 'subscription ($since: DateTime) { evaluations(dataset: "mine", since: $since) { expression } }'
const soon = () => new Promise<void>((done) => setTimeout(done, 50))

interface Sink {
  next(result: unknown): void
  error(error: unknown): void
  complete(): void
}

/** Restarts the server under an open subscription, and returns what the client received from both servers. */
async function surviveRestart(
  t: TestContext,
  subscribe: (
    address: string,
    request: { query: string; variables: Record<string, unknown> },
    sink: Sink,
  ) => () => void,
) {
  const { api, address, add } = await openClientFixture(t)
  // An evaluation that is added while the client is away is sent when it is back.
  await api.database.pool.query("UPDATE evaluations SET updated_at = now() - interval '1 hour'")
  const since = new Date(Date.now() - 60_000).toISOString()
  const seen: string[] = []
  let isOver = false
  const stop = subscribe(
    address,
    { query: QUERY, variables: { since } },
    {
      // biome-ignore lint/suspicious/noExplicitAny: the shape follows from the subscription.
      next: (result: any) => void seen.push(result.data.evaluations.expression),
      error: (error) => void seen.push(String(error)),
      complete: () => {
        isOver = true
      },
    },
  )
  await waitUntil(async () => (await countSubscriptions(api)) === 1)
  await add('gelu(x)', 0.5)
  await waitUntil(() => seen.length === 1)
  await api.app.close()
  const next = await openTestApi(t, api.database)
  await add('elish(x)', 0.4, next)
  await next.app.http.listen({ port: Number(new URL(address).port), host: '127.0.0.1' })
  await waitUntil(async () => (await countSubscriptions(next)) === 1)
  await waitUntil(() => seen.includes('elish(x)'))
  assert.equal(isOver, false)
  stop()
  await waitUntil(async () => (await countSubscriptions(next)) === 0)
  return new Set(seen)
}

test('a client of graphql-ws connects again after a restart of the server and misses nothing', async (t) => {
  const seen = await surviveRestart(t, (address, request, sink) => {
    const client = createSocketClient({
      url: `${address.replace('http', 'ws')}/graphql/ws`,
      webSocketImpl: WebSocket,
      retryAttempts: 100,
      retryWait: soon,
      shouldRetry: () => true,
    })
    t.after(() => client.dispose())
    return client.subscribe(request, sink)
  })
  assert.deepEqual(seen, new Set(['gelu(x)', 'elish(x)']))
})

test('a client of graphql-sse connects again after a restart of the server and misses nothing', async (t) => {
  const seen = await surviveRestart(t, (address, request, sink) => {
    const client = createEventClient({ url: `${address}/graphql`, retryAttempts: 100, retry: soon })
    t.after(() => client.dispose())
    return client.subscribe(request, sink)
  })
  assert.deepEqual(seen, new Set(['gelu(x)', 'elish(x)']))
})
