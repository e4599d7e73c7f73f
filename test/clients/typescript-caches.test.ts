import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client'
import { Client, cacheExchange, type Exchange, fetchExchange } from '@urql/core'
import { possibleTypes, typePolicies } from '../../clients/typescript/src/apollo.js'
import {
  DatasetDocument,
  EvaluationChangesDocument,
  FunctionDocument,
  LeaderboardDocument,
  type LeaderboardQuery,
} from '../../clients/typescript/src/index.js'
import { graphcacheOptions } from '../../clients/typescript/src/urql.js'
import { PROJECT_ROOT } from '../../src/root.js'
import { countSubscriptions, openClientFixture } from '../support/fixtures/client-fixture.js'
import { waitUntil } from '../support/wait-until.js'

const { api, address, secret, add } = await openClientFixture()
const url = `${address}/graphql`
const headers = { authorization: `Bearer ${secret}` }

/** The packages that only this client is tested with. `npm ci` in clients/typescript installs them. */
const peers = createRequire(
  join(process.env.ACTBENCH_CLIENT_PEERS ?? join(PROJECT_ROOT, 'clients/typescript'), 'any.js'),
)
const graphcache = find('@urql/exchange-graphcache')

function find(name: string): string | null {
  try {
    return peers.resolve(name).replace(/\.js$/, '.mjs')
  } catch {
    return null
  }
}

function openApollo(t: TestContext) {
  const warnings: unknown[][] = []
  const { warn, error } = console
  console.warn = console.error = (...parts) => void warnings.push(parts)
  const requests: string[] = []
  const counted: typeof fetch = (input, init) => {
    requests.push(String(init?.body))
    return fetch(input, init)
  }
  const cache = new InMemoryCache({ possibleTypes, typePolicies })
  const client = new ApolloClient({ cache, link: new HttpLink({ uri: url, headers, fetch: counted }) })
  t.after(() => {
    Object.assign(console, { warn, error })
    client.stop()
    assert.deepEqual(warnings, [])
  })
  return { client, cache, requests }
}

const expressionsOf = (data: LeaderboardQuery | undefined) =>
  data?.dataset?.leaderboard.nodes.map(({ expression }) => expression)

test('Apollo Client joins pages of nodes, and keeps lists of other arguments apart', async (t) => {
  const { client, requests } = openApollo(t)
  const variables = { dataset: 'mine', first: 2 }
  const watched = client.watchQuery({ query: LeaderboardDocument, variables })
  const subscription = watched.subscribe(() => {})
  t.after(() => subscription.unsubscribe())
  const current = () => watched.getCurrentResult().data as LeaderboardQuery | undefined
  await waitUntil(() => expressionsOf(current())?.length === 2)
  for (const size of [4, 5]) {
    const after = current()?.dataset?.leaderboard.pageInfo.endCursor
    await watched.fetchMore({ variables: { ...variables, after } })
    await waitUntil(() => expressionsOf(current())?.length === size)
  }
  assert.deepEqual(expressionsOf(current()), ['relu(x)', 'tanh(x)', 'elu(x)', 'erf(x)', 'selu(x)'])
  const repeated = await client.query({
    query: LeaderboardDocument,
    variables: { ...variables, filter: { minRuns: 2 } },
  })
  assert.deepEqual(expressionsOf(repeated.data), [])
  assert.equal(expressionsOf(current())?.length, 5)
  const asked = requests.length
  await client.query({ query: LeaderboardDocument, variables })
  assert.equal(requests.length, asked)
  // The first page, read again, begins the list again. A page whose place is not known stands for itself.
  await client.query({ query: LeaderboardDocument, variables, fetchPolicy: 'network-only' })
  await waitUntil(() => expressionsOf(current())?.length === 2)
})

test('Apollo Client joins pages of edges, and a deleted object leaves its place', async (t) => {
  const { client, cache } = openApollo(t)
  const query = gql`query Edges($after: String) { dataset(name: "mine") { id
    evaluations(first: 3, after: $after) { edges { cursor node { id expression } } pageInfo { hasNextPage endCursor } } } }`
  // biome-ignore lint/suspicious/noExplicitAny: the shape follows from the query.
  const edgesOf = ({ data }: { data?: any }) =>
    data.dataset.evaluations.edges as { node: { id: string; __typename: 'Evaluation' } }[]
  const first = await client.query({ query })
  // biome-ignore lint/suspicious/noExplicitAny: the shape follows from the query.
  const after = (first.data as any).dataset.evaluations.pageInfo.endCursor
  assert.equal(edgesOf(first).length, 3)
  const second = await client.query({ query, variables: { after }, fetchPolicy: 'network-only' })
  assert.equal(edgesOf(second).length, 5)
  // The same page once more changes nothing.
  assert.equal(edgesOf(await client.query({ query, variables: { after }, fetchPolicy: 'network-only' })).length, 5)
  cache.evict({ id: cache.identify(edgesOf(second)[1].node) })
  assert.equal(edgesOf({ data: cache.readQuery({ query }) ?? undefined }).length, 4)
})

test('Apollo Client joins different parts of an object without an id, but not those of two objects', async (t) => {
  const { client, cache } = openApollo(t)
  const part = (fields: string) =>
    gql`query Part($e: String!) { activation(expression: $e) { id properties { ${fields} } } }`
  for (const e of ['relu(x)', 'sin(x)']) {
    await client.query({ query: part('isOdd'), variables: { e } })
    await client.query({ query: part('isBounded'), variables: { e } })
  }
  const read = (e: string) => cache.readQuery({ query: part('isOdd isBounded'), variables: { e } })
  assert.deepEqual(
    JSON.parse(JSON.stringify(read('sin(x)'), (name, value) => (/^(?:id|__typename)$/.test(name) ? undefined : value))),
    {
      activation: { properties: { isOdd: true, isBounded: true } },
    },
  )
  assert.ok(read('relu(x)'))
  const known = (text: string) =>
    gql`query Known($after: String) { knownFunctions(first: 2, after: $after) { nodes { ${text} } pageInfo { endCursor } } }`
  await client.query({ query: known('name expression') })
  await client.query({ query: known('name year'), fetchPolicy: 'network-only' })
  assert.equal(cache.readQuery({ query: known('name expression year') }), null)
  const node = gql`query Node($id: ID!) { node(id: $id) { id ... on Evaluation { expression } ... on Dataset { name } } }`
  const { data } = await client.query({ query: gql`{ dataset(name: "mine") { id } }` })
  // biome-ignore lint/suspicious/noExplicitAny: the shape follows from the query.
  const found = await client.query({ query: node, variables: { id: (data as any).dataset.id } })
  // biome-ignore lint/suspicious/noExplicitAny: the shape follows from the query.
  assert.equal((found.data as any).node.name, 'mine')
})

test('all documents of this package share the cache of Apollo Client without a warning', async (t) => {
  const { client } = openApollo(t)
  const { data } = await client.query({ query: DatasetDocument, variables: { name: 'mine' } })
  const count: number | undefined = data?.dataset?.evaluationCount
  assert.equal(count, 5)
  await client.query({ query: LeaderboardDocument, variables: { dataset: 'mine' } })
  const found = await client.query({ query: FunctionDocument, variables: { expression: 'relu(x)' } })
  assert.equal(found.data?.activation?.properties.isMonotone, true)
})

test('urql reads documents of this package, caches them, and subscribes', async (t) => {
  const client = new Client({
    url,
    exchanges: [cacheExchange, fetchExchange],
    preferGetMethod: false,
    fetchOptions: { headers },
    fetchSubscriptions: true,
  })
  const read = () => client.query(DatasetDocument, { name: 'mine' }).toPromise()
  const first = await read()
  const count: number | undefined = first.data?.dataset?.evaluationCount
  assert.equal(count, 5)
  assert.equal((await read()).operation.context.meta?.cacheOutcome, 'hit')
  const seen: unknown[] = []
  const subscription = client
    .subscription(EvaluationChangesDocument, { dataset: 'mine' })
    .subscribe(({ data }) => seen.push(data?.evaluations.expression))
  t.after(() => subscription.unsubscribe())
  await waitUntil(async () => (await countSubscriptions(api)) === 1)
  await add('gelu(x)', 0.1)
  await waitUntil(() => seen.length === 1)
  assert.deepEqual(seen, ['gelu(x)'])
})

const skip = graphcache === null && 'needs @urql/exchange-graphcache: run npm ci in clients/typescript'

test('the normalised cache of urql joins pages and knows which types have no id', { skip }, async () => {
  const load = (path: string) => import(pathToFileURL(path).href)
  const packaged = await load(graphcache as string)
  const { relayPagination } = await load(find('@urql/exchange-graphcache/extras') as string)
  const warnings: string[] = []
  const options = {
    ...graphcacheOptions(relayPagination),
    logger: (severity: string, text: string) => void (severity !== 'debug' && warnings.push(text)),
  }
  const exchange: Exchange = packaged.cacheExchange(options)
  const client = new Client({
    url,
    exchanges: [exchange, fetchExchange],
    preferGetMethod: false,
    fetchOptions: { headers },
  })
  const read = async (after?: string | null) =>
    (await client.query(LeaderboardDocument, { dataset: 'mine', first: 2, after }).toPromise()).data
  const first = await read()
  assert.equal(expressionsOf(first)?.length, 2)
  const second = await read(first?.dataset?.leaderboard.pageInfo.endCursor)
  assert.equal(expressionsOf(second)?.length, 4)
  for (const expression of ['relu(x)', 'sin(x)']) {
    const found = await client.query(FunctionDocument, { expression }).toPromise()
    assert.equal(found.data?.activation?.properties.isOdd, expression === 'sin(x)')
  }
  const node = '{ node(id: "REPLACED") { id ... on Dataset { name } } }'
  const { id } = (await client.query('{ dataset(name: "mine") { id name } }', {}).toPromise()).data.dataset
  const { data } = await client.query(node.replace('REPLACED', id), {}).toPromise()
  assert.equal(data.node.name, 'mine')
  assert.deepEqual(warnings, [])
})
