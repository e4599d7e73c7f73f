import { type Kysely, sql } from 'kysely'
import type { Tables } from '../tables/generated.js'

const ADMIN_KEY_LOCK = 7_305_001n

/** Waits until no other transaction looks for the ADMIN key; then this transaction has the lock until it ends. */
export async function lockAdminKey(db: Kysely<Tables>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${ADMIN_KEY_LOCK})`.execute(db)
}
