import { type Kysely, type SqlBool, sql } from 'kysely'
import type { Tables } from '../tables/generated.js'
import { withSystemViews } from '../tables/system-views.js'

/**
 * Joins pg_locks `l` to workers `w`: a living session holds the worker's advisory lock. PostgreSQL shows the bigint key
 * of such a lock in two halves.
 */
export const HOLDS_LOCK = sql<SqlBool>`l.locktype = 'advisory' and l.objsubid = 1 and l.granted
  and l.database = (select oid from pg_database where datname = current_database())
  and ((l.classid::bigint << 32) | l.objid::bigint) = w.lock_key`

/** Takes a worker's lock for this session if it is free. `pid` is the server process of this session. */
export async function tryWorkerLock(db: Kysely<Tables>, lockKey: string): Promise<{ isTaken: boolean; pid: number }> {
  const { rows } = await sql<{ isTaken: boolean; pid: number }>`
    select pg_try_advisory_lock(${lockKey}) as "isTaken", pg_backend_pid() as pid`.execute(db)
  return rows[0]
}

/** Ends the session of a server process, and with it its transaction and its locks. */
export async function endSession(db: Kysely<Tables>, pid: number): Promise<void> {
  await sql<unknown>`select pg_terminate_backend(${pid})`.execute(db)
}

/** The name of a worker's connections, except of the one that holds its lock. */
export function workerApplicationName(lockKey: string): string {
  return `actbench worker ${lockKey}`
}

/**
 * Ends a worker's connections, except the one that holds its lock. They may belong to a process that was stopped in the
 * middle of a transaction, or may be left over from a cut in the network: then they still lock the worker's rows.
 */
export async function endSessions(db: Kysely<Tables>, lockKey: string): Promise<void> {
  await withSystemViews(db)
    .selectFrom('pg_stat_activity as p')
    .select(sql<boolean>`pg_terminate_backend(p.pid)`.as('isEnded'))
    .where('p.datname', '=', sql<string>`current_database()`)
    .where('p.application_name', '=', workerApplicationName(lockKey))
    .where('p.pid', '<>', sql<number>`pg_backend_pid()`)
    .execute()
}
