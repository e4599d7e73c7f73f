import type { Database, Db } from './client.js'

export interface TransactionOptions {
  /** Seconds until the transaction is rolled back. An import may need hours. @defaultValue 60 */
  readonly timeoutSeconds?: number
  /** How often `work` runs at most. @defaultValue 5 */
  readonly attempts?: number
  /** `RepeatableRead`: all statements see the same moment. @defaultValue what the database is set to */
  readonly isolation?: 'RepeatableRead'
}

/**
 * Runs `work` in one transaction and returns its result. `db.$kysely` and Prisma's models share the connection. An
 * error rolls everything back. After a deadlock or a serialisation failure `work` runs again, up to five times in
 * total, so it must have no effect outside the database. The transaction ends after a minute unless `timeoutSeconds`
 * says otherwise: many clients may wait in turn for one search.
 */
export async function inTransaction<Result>(
  database: Database,
  work: (db: Db) => Promise<Result>,
  { timeoutSeconds = 60, attempts = 5, isolation }: TransactionOptions = {},
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      const options = {
        maxWait: 60_000,
        timeout: timeoutSeconds * 1000,
        ...(isolation && { isolationLevel: isolation }),
      }
      return await database.prisma.$transaction(work, options)
    } catch (error) {
      if (attempt === attempts || !isTransient(error)) throw error
    }
  }
}

/**
 * Deadlock (40P01) or serialisation failure (40001): as Prisma's code P2034, inside Prisma's error, or from the driver.
 */
function isTransient(error: unknown): boolean {
  const { code, meta } = error as {
    code?: string
    meta?: { code?: string; driverAdapterError?: { cause?: { originalCode?: string; kind?: string } } }
  }
  if (code === 'P2034') return true
  const cause = meta?.driverAdapterError?.cause
  return [code, meta?.code, cause?.originalCode].some((name) => name === '40P01' || name === '40001')
}
