import type { FormattedExecutionResult } from 'graphql'
import { type Client, createClient, type SubscribePayload } from 'graphql-ws'
import WebSocket from 'ws'
import type { TestApi } from '../api.js'

export interface TestSocket {
  readonly client: Client
  /** Starts a subscription, query or mutation and yields its results as they arrive. */
  open(query: string, variables?: Record<string, unknown>): AsyncIterableIterator<FormattedExecutionResult>
  close(): Promise<void>
}

/** Lets the API listen on a free port, unless it already listens, and opens a WebSocket connection to it. */
export async function openTestSocket(
  api: TestApi,
  connectionParams: Record<string, unknown> = {},
): Promise<TestSocket> {
  if (!api.app.http.server.listening) await api.app.http.listen({ port: 0, host: '127.0.0.1' })
  const address = api.app.http.server.address()
  if (!address || typeof address === 'string') throw new Error('API: not listening; expected an address with a port')
  const client = createClient({
    url: `ws://127.0.0.1:${address.port}/graphql/ws`,
    webSocketImpl: WebSocket,
    connectionParams,
    retryAttempts: 0,
  })
  return {
    client,
    open: (query, variables) => client.iterate({ query, variables } as SubscribePayload),
    close: async () => await client.dispose(),
  }
}
