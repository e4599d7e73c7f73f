import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http'

export interface HttpProxy {
  readonly address: string
  /** Requests that no server answered, with the reason. The client got 502 for each of them. */
  readonly lost: string[]
}

/**
 * Opens a reverse proxy with the rules of nginx and the settings of docs/operations.md: servers in turn, connections that
 * are kept open, and the next server if one refuses the connection. A request that was sent is repeated only if it is a GET.
 * It is closed through the `after` of its owner.
 */
export async function openHttpProxy(
  owner: { after(close: () => void): void },
  servers: readonly string[],
  { idleMilliseconds }: { idleMilliseconds: number },
): Promise<HttpProxy> {
  const lost: string[] = []
  // Connections that were idle for this long are closed from this side, before a server that stops closes them.
  const agents = servers.map(() => new Agent({ keepAlive: true, timeout: idleMilliseconds }))
  let turn = 0

  function forward(request: IncomingMessage, response: ServerResponse, body: Buffer, first: number, attempt = 1): void {
    const index = (first + attempt) % servers.length
    const { hostname, port } = new URL(servers[index])
    const { method, url: path, headers } = request
    const sent = sendRequest({ hostname, port, method, path, headers, agent: agents[index] }, (answer) => {
      const { connection: _connection, 'keep-alive': _keepAlive, ...rest } = answer.headers
      response.writeHead(answer.statusCode ?? 502, rest)
      answer.pipe(response)
    })
    sent.on('error', (error: Error & { code?: string }) => {
      const isUnsent = error.code === 'ECONNREFUSED'
      if ((isUnsent || method === 'GET') && attempt < servers.length)
        return forward(request, response, body, first, attempt + 1)
      lost.push(`${method} ${path}: ${error.message} (reused: ${sent.reusedSocket})`)
      response.writeHead(502).end()
    })
    sent.end(body)
  }

  const proxy = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    forward(request, response, Buffer.concat(chunks), turn++)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  owner.after(() => {
    proxy.close()
    proxy.closeAllConnections()
    for (const agent of agents) agent.destroy()
  })
  return { address: `http://127.0.0.1:${(proxy.address() as { port: number }).port}`, lost }
}
