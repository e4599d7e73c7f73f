import { type Kysely, sql } from 'kysely'
import type { Tables } from '../tables/generated.js'

const ADMIN_KEY_LOCK = 7_305_001n

/** Locks the search for the ADMIN key until the transaction ends. Waits while another transaction holds the lock. */
export async function lockAdminKey(db: Kysely<Tables>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${ADMIN_KEY_LOCK})`.execute(db)
}
