import type { Socket } from 'node:net'
import type pg from 'pg'
import { type Database, openDatabase } from './client.js'

export interface WorkerDatabase extends Database {
  /**
   * Ends every connection that is open now, on this side: what waits for an answer fails at once, with a connection
   * error. After a cut in the network an answer may otherwise be waited for until the system gives up, a quarter of an hour.
   */
  dropConnections(): void
}

/** Opens the database for a worker with so many tasks at a time. A connection may break while it is in use. */
export function openWorkerDatabase(url: string, concurrency: number): WorkerDatabase {
  const database = openDatabase(url, { maxConnections: concurrency + 4, applicationName: 'actbench worker' })
  // Without a limit a connection that is never answered would be waited for, for good.
  database.pool.options.connectionTimeoutMillis = CONNECT_MILLISECONDS
  const open = new Set<pg.PoolClient>()
  database.pool.on('connect', (client) => {
    open.add(client)
    client.once('end', () => open.delete(client))
    // Its query fails too, and is dealt with there; without a listener the process would end.
    client.on('error', () => {})
  })
  return {
    ...database,
    dropConnections() {
      for (const client of open) socketOf(client).destroy()
    },
  }
}

const CONNECT_MILLISECONDS = 10_000

/** The driver's declared types leave out what every client has. */
function socketOf(client: pg.PoolClient): Socket {
  return (client as unknown as { connection: { stream: Socket } }).connection.stream
}
