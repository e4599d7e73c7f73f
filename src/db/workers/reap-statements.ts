import { type Kysely, sql } from 'kysely'
import { taskKeyOf } from '../statements/queued-tasks.js'
import { secondsAgo } from '../statements/time.js'
import type { Tables } from '../tables/generated.js'
import { withQueueTables } from '../tables/queue-tables.js'
import { withSystemViews } from '../tables/system-views.js'
import { HOLDS_LOCK } from './worker-locks.js'

/** A worker that seems to be dead. */
export interface SilentWorker {
  readonly id: number
  /** The server process whose session still holds the worker's lock; null if the lock is free. */
  readonly holder: number | null
}

/**
 * The workers other than this one that hold no lock, or gave no beat for `silentSeconds`. None while PostgreSQL has run
 * for less than a quarter of that time: after its restart the living workers need time to reconnect.
 */
export function listSilentWorkers(db: Kysely<Tables>, ownId: number, silentSeconds: number): Promise<SilentWorker[]> {
  return withSystemViews(db)
    .selectFrom('workers as w')
    .leftJoin('pg_locks as l', (join) => join.on(HOLDS_LOCK))
    .select(['w.id', 'l.pid as holder'])
    .where('w.id', '<>', ownId)
    .where((eb) => eb.or([eb('l.pid', 'is', null), eb('w.last_seen_at', '<', secondsAgo(silentSeconds))]))
    .where(sql<Date>`pg_postmaster_start_time()`, '<', secondsAgo(silentSeconds / 4))
    .execute()
}

/** A worker whose row the caller's transaction has locked. */
export interface LockedWorker {
  readonly poolId: string
  readonly lockKey: string
  readonly backend: string
  /** Whether nobody held the worker's advisory lock; then this transaction holds it. */
  readonly isFree: boolean
}

/** Locks a worker's row and, if it is free, its advisory lock. Undefined if the row is gone or locked by another. */
export function lockWorker(db: Kysely<Tables>, id: number): Promise<LockedWorker | undefined> {
  return db
    .selectFrom('workers as w')
    .select([
      'w.pool_id as poolId',
      'w.lock_key as lockKey',
      'w.backend',
      sql<boolean>`pg_try_advisory_xact_lock(w.lock_key)`.as('isFree'),
    ])
    .where('w.id', '=', id)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst()
}

/**
 * Puts a worker's trainings back to QUEUED and raises their fence. With `isOwn` the worker itself gives them back, and
 * its starts do not count as starts without progress.
 */
export async function requeueTrainings(db: Kysely<Tables>, workerId: number, isOwn: boolean): Promise<void> {
  await db
    .updateTable('training_jobs as j')
    .set((eb) => ({
      state: 'QUEUED',
      fence: eb('j.fence', '+', 1),
      worker_id: null,
      ...(isOwn && { fruitless_starts: sql<number>`greatest(j.fruitless_starts - 1, 0)` }),
    }))
    .where('j.worker_id', '=', workerId)
    .where('j.state', '=', 'RUNNING')
    .execute()
}

/** Does the same for fits whose tasks the worker's pool has locked. */
export async function requeueFits(db: Kysely<Tables>, poolId: string, isOwn: boolean): Promise<void> {
  await withQueueTables(db)
    .updateTable('surrogates as u')
    .set((eb) => ({
      state: 'QUEUED',
      fence: eb('u.fence', '+', 1),
      progress: 0,
      ...(isOwn && { fruitless_starts: sql<number>`greatest(u.fruitless_starts - 1, 0)` }),
    }))
    .where('u.state', '=', 'FITTING')
    .where((eb) =>
      eb(
        taskKeyOf('update_surrogate', eb.ref('u.id')),
        'in',
        eb
          .selectFrom('graphile_worker.jobs as q')
          .select('q.key')
          .where('q.locked_by', '=', poolId)
          .where('q.key', 'is not', null)
          .$narrowType<{ key: string }>(),
      ),
    )
    .execute()
}

export async function deleteWorker(db: Kysely<Tables>, id: number): Promise<void> {
  await db.deleteFrom('workers as w').where('w.id', '=', id).execute()
}

/** Subtracts the last start of a pool's tasks, because a regular shutdown must not use up their attempts. */
export async function takeBackStarts(db: Kysely<Tables>, poolId: string): Promise<void> {
  await withQueueTables(db)
    .updateTable('graphile_worker._private_jobs as q')
    .set({ attempts: sql<number>`greatest(q.attempts - 1, 0)` })
    .where('q.locked_by', '=', poolId)
    .execute()
}

/** The pools that have locked tasks for longer than `lockedSeconds` and that no worker's row names. */
export async function listUnknownPools(db: Kysely<Tables>, lockedSeconds: number): Promise<string[]> {
  const rows = await withQueueTables(db)
    .selectFrom('graphile_worker.jobs as q')
    .select('q.locked_by as poolId')
    .distinct()
    .where('q.locked_at', '<', secondsAgo(lockedSeconds))
    .where('q.locked_by', 'not in', (eb) => eb.selectFrom('workers as w').select('w.pool_id'))
    .$narrowType<{ poolId: string }>()
    .execute()
  return rows.map(({ poolId }) => poolId)
}
