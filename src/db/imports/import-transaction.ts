import { type Kysely, sql } from 'kysely'
import type { Database, Db } from '../connection/client.js'
import { inTransaction } from '../connection/in-transaction.js'
import type { Tables } from '../tables/generated.js'

/**
 * Runs an import in one transaction, which may take a day, and returns the result. Its rows cause no notifications.
 * `work` runs only once, because it reports progress and problems to its caller.
 */
export function inImportTransaction<Result>(database: Database, work: (db: Db) => Promise<Result>): Promise<Result> {
  return inTransaction(
    database,
    async (db) => {
      await sql`set local actbench.quiet = 'on'`.execute(db.$kysely)
      return work(db)
    },
    { timeoutSeconds: 86_400, attempts: 1 },
  )
}

/** Makes concurrent imports wait for each other until their transactions end. */
export async function lockImports(db: Kysely<Tables>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${IMPORT_LOCK})`.execute(db)
}

const IMPORT_LOCK = 7_305_002

/**
 * Updates the statistics of these tables, by default of all. Autovacuum would do so only about a minute after an
 * import.
 */
export async function analyzeTables(db: Kysely<Tables>, tables: readonly (keyof Tables)[] = []): Promise<void> {
  await sql`analyze ${sql.join(tables.map((table) => sql.table(table)))}`.execute(db)
}
