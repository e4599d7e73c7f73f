import type { Socket } from 'node:net'
import type pg from 'pg'

/** The connections of a pool that are open now. */
export interface OpenConnections {
  /** Closes all of them on this side. Statements in progress fail at once. */
  drop(): void
}

/** Tracks the connections of a pool. Call it before the pool opens the first one. */
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

/** Closes a connection without informing the database. */
export function dropConnection(client: pg.ClientBase): void {
  // The type declarations of the driver lack a property that every client has.
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection
  stream.destroy()
}
