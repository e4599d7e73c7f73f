import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createClient } from 'graphql-ws'
import {
  type ConcreteRequest,
  createOperationDescriptor,
  Environment,
  fetchQuery,
  getPaginationMetadata,
  getPaginationVariables,
  getSelector,
  Network,
  Observable,
  type ReaderFragment,
  RecordSource,
  requestSubscription,
  type SingularReaderSelector,
  Store,
} from 'relay-runtime'
import WebSocket from 'ws'
import { PROJECT_ROOT } from '../../../src/root.js'
import { countSubscriptions, openClientFixture } from '../../support/fixtures/client-fixture.js'
import { waitUntil } from '../../support/wait-until.js'

const { api, address, webSocketAddress, add } = await openClientFixture()

/** A document that relay-compiler has compiled; see tools/clients/. */
function readCompiled<Kind>(name: string): Kind {
  return JSON.parse(readFileSync(join(PROJECT_ROOT, 'test/data/relay', `relayDocuments${name}.json`), 'utf8'))
}

function openEnvironment(t: TestContext): Environment {
  const socket = createClient({ url: webSocketAddress, webSocketImpl: WebSocket })
  t.after(() => socket.dispose())
  const ask = async ({ text }: { text: string | null }, variables: object) => {
    const response = await fetch(`${address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: text, variables }),
    })
    return response.json()
  }
  const subscribe = ({ text }: { text?: string | null }, variables: object) =>
    Observable.create((sink) =>
      socket.subscribe({ query: text ?? '', variables: variables as Record<string, unknown> }, sink as never),
    )
  const network = Network.create(ask as never, subscribe as never)
  return new Environment({ network, store: new Store(new RecordSource()) })
}

/** Fetches a query and returns the selector of the fragment on its field. */
async function load(
  environment: Environment,
  name: string,
  variables: object,
  field: string,
  fragment: ReaderFragment,
) {
  const request = readCompiled<ConcreteRequest>(name)
  const operation = createOperationDescriptor(request, variables)
  environment.retain(operation)
  await fetchQuery(environment, request, variables).toPromise()
  // biome-ignore lint/suspicious/noExplicitAny: the shape follows from the document.
  const data = environment.lookup(operation.fragment).data as any
  return { id: data[field].id as string, selector: getSelector(fragment, data[field]) as SingularReaderSelector }
}

test('Relay reads a connection page by page, as usePaginationFragment does', async (t) => {
  const environment = openEnvironment(t)
  const fragment = readCompiled<ReaderFragment>('_dataset')
  const { id, selector } = await load(environment, 'LeaderboardQuery', { dataset: 'mine' }, 'dataset', fragment)
  // biome-ignore lint/suspicious/noExplicitAny: the shape follows from the document.
  const read = () => (environment.lookup(selector).data as any).leaderboard
  const { paginationRequest, paginationMetadata } = getPaginationMetadata(fragment, 'usePaginationFragment()')
  const sizes = [read().edges.length]
  while (read().pageInfo.hasNextPage) {
    const { endCursor } = read().pageInfo
    const variables = getPaginationVariables('forward', 2, endCursor, {}, {}, paginationMetadata)
    await fetchQuery(environment, paginationRequest, { ...variables, id }).toPromise()
    sizes.push(read().edges.length)
  }
  assert.deepEqual(sizes, [2, 4, 5])
  // biome-ignore lint/suspicious/noExplicitAny: the shape follows from the document.
  const ranks = read().edges.map(({ node }: any) => node.rank)
  assert.deepEqual(ranks, [1, 2, 3, 4, 5])
})

for (const expression of ['relu(x)', 'cosh(mul(x,elish(softsign(x))))']) {
  test(`Relay reads ${expression} again by its id, whether or not it is stored`, async (t) => {
    const environment = openEnvironment(t)
    const fragment = readCompiled<ReaderFragment>('_activation')
    const { id, selector } = await load(environment, 'ActivationQuery', { expression }, 'activation', fragment)
    const before = environment.lookup(selector).data
    const request = readCompiled<ConcreteRequest>('ActivationRefetchQuery')
    const operation = createOperationDescriptor(request, { id })
    const fetched = await fetchQuery<{ response: { node: object | null }; variables: { id: string } }>(
      environment,
      request,
      { id },
    ).toPromise()
    assert.ok(fetched?.node)
    assert.deepEqual(
      environment.lookup(getSelector(fragment, fetched.node as never) as SingularReaderSelector).data,
      before,
    )
    assert.equal(environment.check(operation).status, 'available')
  })
}

test('Relay updates its store from a subscription', async (t) => {
  const environment = openEnvironment(t)
  const seen: unknown[] = []
  const subscription = requestSubscription(environment, {
    subscription: readCompiled<ConcreteRequest>('EvaluationsSubscription'),
    variables: { dataset: 'mine' },
    onNext: (data) => seen.push(data),
  })
  t.after(() => subscription.dispose())
  await waitUntil(async () => (await countSubscriptions(api)) === 1)
  await add('gelu(x)', 0.25)
  await waitUntil(() => seen.length === 1)
  // biome-ignore lint/suspicious/noExplicitAny: the shape follows from the document.
  const { id } = (seen[0] as any).evaluations
  assert.equal(environment.getStore().getSource().get(id)?.validationAccuracy, 0.25)
})
