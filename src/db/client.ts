import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import type { Prisma } from './generated/client.js'
import { PrismaClient } from './generated/client.js'

/** What a query needs: the client itself or one of its transactions. Every function of `db/` takes it first. */
export type Db = Prisma.TransactionClient

/** An open database: the Prisma client and, for LISTEN, COPY and advisory locks, the pool that it draws from. */
export interface Database {
  readonly prisma: PrismaClient
  readonly pool: pg.Pool
  readonly url: string
  close(): Promise<void>
}

export interface DatabaseOptions {
  /** @defaultValue 10 */
  readonly maxConnections?: number
  /** Shown in pg_stat_activity. @defaultValue 'actbench' */
  readonly applicationName?: string
}

/** Opens a pool of connections to a PostgreSQL; the first query connects. Close it when done. */
export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.maxConnections ?? 10,
    application_name: options.applicationName ?? 'actbench',
  })
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {})
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) })
  return {
    prisma,
    pool,
    url,
    async close() {
      await prisma.$disconnect()
      await pool.end()
    },
  }
}
