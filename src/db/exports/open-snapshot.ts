import type { Kysely } from 'kysely'
import type { Database } from '../connection/client.js'
import { openKyselyOn } from '../connection/kysely.js'
import type { Tables } from '../tables/generated.js'

/** A read-only transaction. All its statements see the data of the same moment. */
export interface Snapshot {
  readonly db: Kysely<Tables>
  /** Ends the transaction. A second call does nothing. */
  close(): Promise<void>
  /** Closes the connection, which also ends a statement in progress. */
  abort(): void
}

/**
 * Opens a snapshot on a separate connection. The transaction has no time limit for idling, because readers may be slow.
 */
export async function openSnapshot({ pool }: Pick<Database, 'pool'>): Promise<Snapshot> {
  const client = await pool.connect()
  let isOpen = true
  const abort = () => {
    if (!isOpen) return
    isOpen = false
    client.release(true)
  }
  const close = async () => {
    if (!isOpen) return
    isOpen = false
    await client.query('COMMIT').then(
      () => client.release(),
      () => client.release(true),
    )
  }
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    await client.query('SET LOCAL idle_in_transaction_session_timeout = 0')
  } catch (error) {
    abort()
    throw error
  }
  return { db: openKyselyOn(client), close, abort }
}
