import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export interface TcpProxy {
  /** Address of the target through the proxy. */
  readonly url: string
  /** Stops all traffic without closing anything: open connections hang, and new ones are never answered. */
  cut(): void
  /** Lets new connections through again. Connections from before the cut stay silent, as after a change of route. */
  repair(): void
}

interface Pair {
  readonly client: Socket
  readonly upstream: Socket | null
  isSilent: boolean
}

/** Opens a proxy in front of the server at this address. It is closed through the `after` of its owner. */
export async function openTcpProxy(owner: { after(close: () => void): void }, target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target)
  const pairs = new Set<Pair>()
  let isCut = false
  const server = createServer((client) => {
    const pair: Pair = { client, upstream: isCut ? null : connect(Number(port), hostname), isSilent: isCut }
    pairs.add(pair)
    client.on('error', () => {})
    if (pair.upstream) join(pair, pair.upstream, () => pairs.delete(pair))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  owner.after(() => {
    for (const { client, upstream } of pairs) {
      client.destroy()
      upstream?.destroy()
    }
    server.close()
  })
  const url = new URL(target)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as { port: number }).port)
  return {
    url: url.href,
    cut() {
      isCut = true
      for (const pair of pairs) silence(pair)
    },
    repair() {
      isCut = false
    },
  }
}

function join(pair: Pair, upstream: Socket, forget: () => void): void {
  const { client } = pair
  for (const [from, to] of [
    [client, upstream],
    [upstream, client],
  ]) {
    from.on('error', () => {})
    from.on('close', () => {
      // During a cut, neither side learns that the other has closed.
      if (pair.isSilent) return
      to.destroy()
      forget()
    })
    from.pipe(to)
  }
}

function silence(pair: Pair): void {
  pair.isSilent = true
  for (const socket of [pair.client, pair.upstream]) {
    socket?.unpipe()
    socket?.pause()
  }
}
