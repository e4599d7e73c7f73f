import type { Kysely } from 'kysely'
import pg from 'pg'
import type { Tables } from '../tables/generated.js'
import { SOCKET_SETTINGS } from './connection-settings.js'
import { openKysely } from './kysely.js'
import { type BridgedDb, type BridgedPrismaClient, openBridgedPrisma } from './kysely-bridge.js'
import { trackConnections } from './open-connections.js'
import { traceStatements } from './trace-statements.js'

/** What a query needs: the client itself or one of its transactions. Every function of `db/` takes it first. */
export type Db = BridgedDb

/** An open database: Prisma and Kysely and, for LISTEN, COPY and advisory locks, the pool that both draw from. */
export interface Database {
  readonly prisma: BridgedPrismaClient
  /** For all statements outside of transactions, except simple reads and writes of rows. */
  readonly kysely: Kysely<Tables>
  readonly pool: pg.Pool
  readonly url: string
  /**
   * Closes all open connections on this side, without waiting for the database. Statements in progress fail at once
   * with a connection error. Otherwise, after a cut in the network, they could wait up to a quarter of an hour.
   */
  dropConnections(): void
  close(): Promise<void>
}

export interface DatabaseOptions {
  /** @defaultValue 10 */
  readonly maxConnections?: number
  /** Shown in pg_stat_activity. @defaultValue 'actbench' */
  readonly applicationName?: string
  /** Time limit of a statement. A transaction may wait twice as long for its client. @defaultValue no limit */
  readonly statementSeconds?: number
  /** How long a transaction may wait for its client, if `statementSeconds` is not set. @defaultValue no limit */
  readonly idleTransactionSeconds?: number
  /** How long to wait for a new connection, or for a free one of the pool. @defaultValue no limit */
  readonly connectSeconds?: number
}

/** Opens a pool of connections to a PostgreSQL; the first query connects. Close it when done. */
export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.maxConnections ?? 10,
    application_name: options.applicationName ?? 'actbench',
    connectionTimeoutMillis: (options.connectSeconds ?? 0) * 1000,
    ...SOCKET_SETTINGS,
    ...(options.idleTransactionSeconds && {
      idle_in_transaction_session_timeout: options.idleTransactionSeconds * 1000,
    }),
    ...(options.statementSeconds && limitStatements(options.statementSeconds)),
  })
  // The pool replaces a connection that breaks while it is idle or between two statements. Without these listeners, the
  // error of the connection would end the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  const open = trackConnections(pool)
  traceStatements(pool)
  const kysely = openKysely(pool)
  const prisma = openBridgedPrisma(pool, kysely)
  return {
    prisma,
    kysely,
    pool,
    url,
    dropConnections: open.drop,
    async close() {
      await prisma.$disconnect()
      await kysely.destroy()
      await pool.end()
    },
  }
}

/** The client waits a little longer than PostgreSQL's own limit. If that passes too, the connection itself is dead. */
function limitStatements(seconds: number) {
  const milliseconds = seconds * 1000
  return {
    statement_timeout: milliseconds,
    query_timeout: milliseconds + 5000,
    idle_in_transaction_session_timeout: 2 * milliseconds,
  }
}
