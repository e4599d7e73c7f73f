import type { FormattedExecutionResult } from 'graphql'
import { type Client, createClient, type SubscribePayload } from 'graphql-ws'
import WebSocket from 'ws'
import type { TestApi } from './api.js'

export interface TestSocket {
  readonly client: Client
  /** What a subscription (or query, or mutation) sends, as it comes. */
  open(query: string, variables?: Record<string, unknown>): AsyncIterableIterator<FormattedExecutionResult>
  close(): Promise<void>
}

/** Lets the API listen on any free port and connects to its web socket. */
export async function openTestSocket(
  api: TestApi,
  connectionParams: Record<string, unknown> = {},
): Promise<TestSocket> {
  if (!api.app.http.server.listening) await api.app.http.listen({ port: 0, host: '127.0.0.1' })
  const address = api.app.http.server.address()
  if (!address || typeof address === 'string') throw new Error('the API does not listen')
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
