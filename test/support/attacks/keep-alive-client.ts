import { Agent, request } from 'node:http'

/** The answer to one request. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  // biome-ignore lint/suspicious/noExplicitAny: the shape follows from the query, which the caller wrote.
  readonly body: any
}

/** A client that sends one request after the other on one connection, as long as the server keeps it open. */
export interface KeepAliveClient {
  /** Rejects if the connection fails. A request is never sent twice. */
  ask(query: string, variables?: Record<string, unknown>, secret?: string): Promise<Reply>
  close(): void
}

export function openKeepAliveClient(address: string): KeepAliveClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const url = new URL('/graphql', address)
  return {
    ask: (query, variables, secret) =>
      new Promise((done, fail) => {
        const headers = { 'content-type': 'application/json', ...(secret && { authorization: `Bearer ${secret}` }) }
        const sent = request(url, { method: 'POST', agent, headers }, (response) => {
          let text = ''
          response
            .setEncoding('utf8')
            .on('data', (chunk) => (text += chunk))
            .on('error', fail)
            .on('end', () => {
              const { statusCode: status = 0, headers: answered } = response
              if (!response.complete) fail(new Error('the answer was cut off'))
              else done({ status, headers: answered, body: JSON.parse(text) })
            })
        })
        sent.on('error', fail)
        sent.end(JSON.stringify({ query, variables }))
      }),
    close: () => agent.destroy(),
  }
}
