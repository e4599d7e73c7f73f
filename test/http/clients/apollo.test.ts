import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } from '@apollo/client'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { relayStylePagination } from '@apollo/client/utilities'
import { OperationTypeNode } from 'graphql'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { countSubscriptions, openClientFixture } from '../../support/fixtures/client-fixture.js'
import { createBrowserFetch } from '../../support/sockets/browser-fetch.js'
import { waitUntil } from '../../support/wait-until.js'

const { api, address, webSocketAddress, secret, add } = await openClientFixture()
const PAGE = gql`
  query Leaderboard($after: String) {
    dataset(name: "mine") {
      id
      leaderboard(first: 2, after: $after) {
        edges { cursor node { id expression validationAccuracy } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`

/** Apollo Client in a page of another origin, with the name of the application (client awareness) and the key of a user. */
function openApollo(t: import('node:test').TestContext) {
  const browser = createBrowserFetch('https://notebook.example')
  const socket = createClient({
    url: webSocketAddress,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${secret}` },
  })
  t.after(() => socket.dispose())
  const http = new HttpLink({
    uri: `${address}/graphql`,
    fetch: browser.fetch,
    headers: { authorization: `Bearer ${secret}`, 'x-trace': 'a' },
  })
  const client = new ApolloClient({
    clientAwareness: { name: 'notebook', version: '1.0' },
    cache: new InMemoryCache({
      typePolicies: { Dataset: { fields: { leaderboard: relayStylePagination(['metric', 'filter']) } } },
    }),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      http,
    ),
  })
  t.after(() => client.stop())
  return { client, browser }
}

// biome-ignore lint/suspicious/noExplicitAny: the shape follows from the query, which the test itself wrote.
const expressionsOf = (data: any) => data.dataset.leaderboard.edges.map((edge: any) => edge.node.expression)

test('Apollo Client in a page of another origin reads with client awareness, a key and further headers', async (t) => {
  const { client, browser } = openApollo(t)
  const { data } = await client.query<{ viewer: { name: string } }>({ query: gql`{ viewer { name } }` })
  assert.equal(data?.viewer.name, 'ADMIN')
  const [asked] = browser.preflights
  for (const name of ['apollographql-client-name', 'apollographql-client-version', 'authorization', 'x-trace']) {
    assert.ok(asked.includes(name), name)
  }
})

test('its cache joins the pages of a connection, also after a mutation', async (t) => {
  const { client } = openApollo(t)
  const watched = client.watchQuery({ query: PAGE, variables: {} })
  const subscription = watched.subscribe(() => {})
  t.after(() => subscription.unsubscribe())
  await waitUntil(() => watched.getCurrentResult().data !== undefined)
  // biome-ignore lint/suspicious/noExplicitAny: the shape follows from the query, which the test itself wrote.
  const current = () => watched.getCurrentResult().data as any
  assert.deepEqual(expressionsOf(current()), ['relu(x)', 'tanh(x)'])
  for (const size of [4, 5]) {
    await watched.fetchMore({ variables: { after: current().dataset.leaderboard.pageInfo.endCursor } })
    await waitUntil(() => expressionsOf(current()).length === size)
  }
  assert.equal(current().dataset.leaderboard.pageInfo.hasNextPage, false)
  assert.deepEqual(expressionsOf(current()), ['relu(x)', 'tanh(x)', 'elu(x)', 'erf(x)', 'selu(x)'])
  // The evaluation has an id, so its change shows in the list that was read before.
  await client.mutate({
    mutation: gql`
      mutation { addEvaluation(input: { dataset: "mine", expression: "relu(x)", validationAccuracy: 0.8 }) {
        evaluation { id validationAccuracy } } }
    `,
  })
  assert.ok(Math.abs(current().dataset.leaderboard.edges[0].node.validationAccuracy - 0.85) < 1e-9)
})

test('an error has the code of the API, and the page may read when to ask again', async (t) => {
  const { client, browser } = openApollo(t)
  const failed = client.query({ query: gql`{ dataset(name: "nope") { id } }` })
  await assert.rejects(failed, (error) => {
    assert.ok(CombinedGraphQLErrors.is(error))
    assert.equal(error.errors[0].extensions?.code, 'NOT_FOUND')
    return true
  })
  const { headers } = await browser.fetch(`${address}/graphql?query={service{name}}`)
  for (const name of ['etag', 'ratelimit-remaining', 'x-request-id']) assert.ok(headers.get(name), name)
})

test('its subscriptions come over graphql-ws', async (t) => {
  const { client } = openApollo(t)
  const seen: unknown[] = []
  const subscription = client
    .subscribe({ query: gql`subscription { evaluations(dataset: "mine") { id expression } }` })
    // biome-ignore lint/suspicious/noExplicitAny: the shape follows from the subscription, which the test itself wrote.
    .subscribe(({ data }) => seen.push((data as any)?.evaluations.expression))
  t.after(() => subscription.unsubscribe())
  await waitUntil(async () => (await countSubscriptions(api)) === 1)
  await add('gelu(x)', 0.3)
  await waitUntil(() => seen.length === 1)
  assert.deepEqual(seen, ['gelu(x)'])
})
