import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * Below the ports that systems give to outgoing connections and to `listen(0)` (32768 and up on Linux, 49152 and up
 * elsewhere). So nothing takes the port while its server restarts, not even a client that tries to reach it.
 */
const FIRST = 15_000
const LAST = 32_000
const ATTEMPTS = 50

/** Returns the wanted port if it is free on 127.0.0.1, or else a free one. */
export async function findFreePort(wanted = 0): Promise<number> {
  const own = wanted === 0 ? null : await tryPort(wanted)
  if (own !== null) return own
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = await tryPort(randomInt(FIRST, LAST))
    if (port !== null) return port
  }
  return (await tryPort(0)) ?? Promise.reject(new Error('no port is free on 127.0.0.1'))
}

function tryPort(port: number): Promise<number | null> {
  return new Promise((done) => {
    const server = createServer()
    server.once('error', () => done(null))
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      const found = typeof address === 'object' && address ? address.port : null
      server.close(() => done(found))
    })
  })
}
