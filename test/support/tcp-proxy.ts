import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import type { TestContext } from 'node:test'

export interface TcpProxy {
  /** The address of the target, through the proxy. */
  readonly url: string
  /** From now on nothing passes and nobody is told: open connections hang, new ones are never answered. */
  cut(): void
  /** New connections pass again; those from before the cut stay silent, as after a change of route. */
  repair(): void
}

/** A proxy between a client and the server of this address, closed at the end of the test. */
export async function openTcpProxy(t: TestContext, target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let isCut = false
  const server = createServer((client) => {
    sockets.add(client)
    client.on('error', () => {})
    if (isCut) return
    const upstream = connect(Number(port), hostname)
    sockets.add(upstream)
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ]) {
      from.on('error', () => {})
      from.pipe(to)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const url = new URL(target)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as { port: number }).port)
  return {
    url: url.href,
    cut() {
      isCut = true
      for (const socket of sockets) {
        socket.unpipe()
        socket.pause()
      }
    },
    repair() {
      isCut = false
    },
  }
}
