import type { Socket } from 'node:net'
import type pg from 'pg'

/** The connections of a pool that are open now. */
export interface OpenConnections {
  /** Ends all of them on this side: what waits for an answer fails at once. */
  drop(): void
}

/** Keeps account of a pool's connections; to be called before the first one. */
export function trackConnections(pool: pg.Pool): OpenConnections {
  const open = new Set<pg.PoolClient>()
  pool.on('connect', (client) => {
    open.add(client)
    client.once('end', () => open.delete(client))
  })
  return {
    drop() {
      for (const client of open) dropConnection(client)
    },
  }
}

/** Ends a connection on this side without a word to the other. */
export function dropConnection(client: pg.ClientBase): void {
  // The driver's declared types leave out what every client has.
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection
  stream.destroy()
}
