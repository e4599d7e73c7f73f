import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Client, cacheExchange, fetchExchange, type OperationResult, subscriptionExchange } from '@urql/core'
import { createClient } from 'graphql-sse'
import { countSubscriptions, openClientFixture } from '../../support/fixtures/client-fixture.js'
import { createBrowserFetch } from '../../support/sockets/browser-fetch.js'
import { waitUntil } from '../../support/wait-until.js'

const { api, address, secret, add } = await openClientFixture()
const url = `${address}/graphql`
const WATCH = 'subscription { evaluations(dataset: "mine") { expression } }'
const { fetch } = createBrowserFetch('https://notebook.example')
const fetchOptions = { headers: { authorization: `Bearer ${secret}` } }

/** Starts a subscription, adds an evaluation when it is open, and returns the first result. */
async function watch(t: TestContext, client: Client, expression: string) {
  const results: OperationResult[] = []
  const subscription = client.subscription(WATCH, {}).subscribe((result) => void results.push(result))
  t.after(() => subscription.unsubscribe())
  await waitUntil(async () => (await countSubscriptions(api)) === 1)
  await add(expression, 0.2)
  await waitUntil(() => results.length === 1)
  subscription.unsubscribe()
  await waitUntil(async () => (await countSubscriptions(api)) === 0)
  return results[0]
}

test('urql reads from a page of another origin, and its error has the code of the API', async () => {
  const client = new Client({
    url,
    fetch,
    fetchOptions,
    preferGetMethod: false,
    exchanges: [cacheExchange, fetchExchange],
  })
  const { data, error } = await client.query(
    '{ dataset(name: "mine") { name leaderboard(last: 1) { nodes { expression } } } }',
    {},
  )
  assert.equal(error, undefined)
  assert.equal(data.dataset.leaderboard.nodes[0].expression, 'selu(x)')
  const failed = await client.query('{ dataset(name: "nope") { name } }', {})
  assert.equal(failed.error?.graphQLErrors[0].extensions.code, 'NOT_FOUND')
  const cached = new Client({ url, fetch, preferGetMethod: true, exchanges: [fetchExchange] })
  assert.deepEqual((await cached.query('{ service { name } }', {})).data, { service: { name: 'actbench' } })
})

test('urql subscribes with the client graphql-sse', async (t) => {
  const events = createClient({ url: `${address}/graphql/stream`, headers: fetchOptions.headers })
  t.after(() => events.dispose())
  const forward = subscriptionExchange({
    forwardSubscription: ({ query = '', variables }) => ({
      subscribe: (sink) => ({
        unsubscribe: events.subscribe({ query, variables: variables as Record<string, unknown> }, sink as never),
      }),
    }),
  })
  const client = new Client({ url, fetchOptions, preferGetMethod: false, exchanges: [fetchExchange, forward] })
  assert.deepEqual((await watch(t, client, 'gelu(x)')).data, { evaluations: { expression: 'gelu(x)' } })
})

test('urql subscribes without another client, by its own reader of events', async (t) => {
  const client = new Client({
    url,
    fetchOptions,
    preferGetMethod: false,
    exchanges: [fetchExchange],
    fetchSubscriptions: true,
  })
  assert.deepEqual((await watch(t, client, 'elish(x)')).data, { evaluations: { expression: 'elish(x)' } })
})
