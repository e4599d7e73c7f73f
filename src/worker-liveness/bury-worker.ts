import type pg from 'pg'

/** A worker that gives no sign of life. */
export interface SilentWorker {
  readonly id: number
  /** The server process whose session still holds the worker's lock; null where the lock is free. */
  readonly holder: number | null
}

/**
 * The workers other than this one that hold no lock, or gave no beat for so many seconds. None while PostgreSQL has run for
 * less than a quarter of that: after its restart the living ones still have to come back.
 */
export async function listSilentWorkers(
  client: pg.ClientBase,
  ownId: number,
  silentSeconds: number,
): Promise<SilentWorker[]> {
  const { rows } = await client.query<SilentWorker>(
    `SELECT w.id, l.pid AS holder
     FROM workers w LEFT JOIN pg_locks l ON ${HOLDS_LOCK}
     WHERE w.id <> $1 AND (l.pid IS NULL OR w.last_seen_at < now() - make_interval(secs => $2::float8))
       AND pg_postmaster_start_time() < now() - make_interval(secs => $2::float8 / 4)`,
    [ownId, silentSeconds],
  )
  return rows
}

/** Joins pg_locks `l` to workers `w`: a session lives that holds the worker's advisory lock (a bigint key in two halves). */
export const HOLDS_LOCK = `l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND ((l.classid::bigint << 32) | l.objid::bigint) = w.lock_key`

/**
 * Takes everything back from a worker: its trainings and fits are QUEUED again and fenced against it, its queue tasks are free at
 * once, its row is gone, by which it learns of it. Returns false where it lives (it holds its lock) or another one was
 * faster. A worker that leaves does this to itself, with `isOwn`.
 */
export async function buryWorker(client: pg.ClientBase, id: number, isOwn = false): Promise<boolean> {
  await client.query('BEGIN')
  try {
    const isBuried = await buryInTransaction(client, id, isOwn)
    await client.query('COMMIT')
    return isBuried
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    throw error
  }
}

async function buryInTransaction(client: pg.ClientBase, id: number, isOwn: boolean): Promise<boolean> {
  const { rows } = await client.query<{ pool_id: string; lock_key: string; is_free: boolean }>(
    `SELECT pool_id, lock_key, pg_try_advisory_xact_lock(lock_key) AS is_free
     FROM workers WHERE id = $1 FOR UPDATE SKIP LOCKED`,
    [id],
  )
  const [worker] = rows
  if (!worker || !(worker.is_free || isOwn)) return false
  if (isOwn) await takeBackStarts(client, worker.pool_id)
  else await endSessions(client, worker.lock_key)
  await client.query(
    `UPDATE training_jobs SET state = 'QUEUED', fence = fence + 1, worker_id = NULL,
       fruitless_starts = CASE WHEN $2 THEN greatest(fruitless_starts - 1, 0) ELSE fruitless_starts END
     WHERE worker_id = $1 AND state = 'RUNNING'`,
    [id, isOwn],
  )
  await client.query(
    `UPDATE surrogates SET state = 'QUEUED', fence = fence + 1, progress = 0,
       fruitless_starts = CASE WHEN $2 THEN greatest(fruitless_starts - 1, 0) ELSE fruitless_starts END
     WHERE state = 'FITTING' AND 'update_surrogate:' || id IN
       (SELECT key FROM graphile_worker.jobs WHERE locked_by = $1 AND key IS NOT NULL)`,
    [worker.pool_id, isOwn],
  )
  await unlockPools(client, [worker.pool_id])
  await client.query('DELETE FROM workers WHERE id = $1', [id])
  return true
}

/** The name under which a worker's connections other than the one with the lock are known. */
export function workerApplicationName(lockKey: string): string {
  return `actbench worker ${lockKey}`
}

/**
 * Ends the connections of a worker other than the one with the lock: those of a process that was stopped in the middle of a
 * transaction, or that a cut in the network left behind, still hold the locks of its rows.
 */
export async function endSessions(client: pg.ClientBase, lockKey: string): Promise<void> {
  await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = $1 AND pid <> pg_backend_pid()`,
    [workerApplicationName(lockKey)],
  )
}

/** A start that the worker's own end cut short is not held against the task. */
async function takeBackStarts(client: pg.ClientBase, poolId: string): Promise<void> {
  await client.query(
    'UPDATE graphile_worker._private_jobs SET attempts = greatest(attempts - 1, 0) WHERE locked_by = $1',
    [poolId],
  )
}

/**
 * Frees the tasks of pools that no worker's row speaks of and that are locked for longer than a start takes: a worker that
 * was buried while it was stopped may still take one before it learns of it.
 */
export async function unlockUnknownPools(client: pg.ClientBase, lockedSeconds: number): Promise<void> {
  const { rows } = await client.query<{ pool_id: string }>(
    `SELECT DISTINCT locked_by AS pool_id FROM graphile_worker.jobs
     WHERE locked_at < now() - make_interval(secs => $1) AND locked_by NOT IN (SELECT pool_id FROM workers)`,
    [lockedSeconds],
  )
  if (rows.length > 0) {
    await unlockPools(
      client,
      rows.map(({ pool_id }) => pool_id),
    )
  }
}

/** The notification is the queue's own: workers that wait look at once. */
async function unlockPools(client: pg.ClientBase, poolIds: readonly string[]): Promise<void> {
  await client.query('SELECT graphile_worker.force_unlock_workers($1)', [poolIds])
  await client.query(`SELECT pg_notify('jobs:insert', '{"count":1}')`)
}
