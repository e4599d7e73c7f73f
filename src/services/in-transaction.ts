import type { Database, Db } from '../db/connection/client.js'

/** How often a transaction is tried that PostgreSQL ended for another one's sake. */
const ATTEMPTS = 5

/**
 * Runs `work` in one transaction and returns what it returns. A transaction that PostgreSQL ended because of a deadlock
 * or a serialisation failure is tried again, so `work` must touch nothing but the database. The limits are wide because
 * many clients may wait in turn for one search.
 */
export async function inTransaction<Result>(database: Database, work: (db: Db) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await database.prisma.$transaction(work, { maxWait: 60_000, timeout: 60_000 })
    } catch (error) {
      if (attempt === ATTEMPTS || !isTransient(error)) throw error
    }
  }
}

/** Deadlock (40P01) and serialisation failure (40001), as Prisma's own code, under the driver's, or from the driver itself. */
function isTransient(error: unknown): boolean {
  const { code, meta } = error as {
    code?: string
    meta?: { code?: string; driverAdapterError?: { cause?: { originalCode?: string; kind?: string } } }
  }
  if (code === 'P2034') return true
  const cause = meta?.driverAdapterError?.cause
  return [code, meta?.code, cause?.originalCode].some((name) => name === '40P01' || name === '40001')
}
