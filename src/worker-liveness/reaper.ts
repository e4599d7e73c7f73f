import type { KyselyDb } from '../db/connection/kysely.js'
import { unlockPools } from '../db/queue.js'
import { listSilentWorkers, listUnknownPools } from '../db/workers/reap-statements.js'
import { endSession } from '../db/workers/worker-locks.js'
import { reapWorker } from './reap-worker.js'

/** The ids that one search for dead workers hands to the next one. */
export type Suspects = ReadonlySet<number>

export interface ReapedWorkers {
  /** Workers that were reaped now. */
  readonly reaped: readonly number[]
  readonly suspects: Suspects
}

export interface ReaperOptions {
  /** The worker that searches, which never reaps itself; null for a server. */
  readonly ownId: number | null
  /** A worker without a beat for this time counts as dead, even if its connection is open. */
  readonly silentSeconds: number
}

/**
 * Searches once for dead workers. A worker is reaped if its lock was free in this search and in the one before
 * (`suspects`). If a session holds the lock of a silent worker, that session is ended first.
 */
export async function reapDeadWorkers(
  db: KyselyDb,
  suspects: Suspects,
  { ownId, silentSeconds }: ReaperOptions,
): Promise<ReapedWorkers> {
  const silent = await listSilentWorkers(db, ownId ?? 0, silentSeconds)
  const reaped: number[] = []
  for (const { id, holder } of silent) {
    if (holder !== null) await endSession(db, holder)
    else if (suspects.has(id) && (await reapWorker(db, id))) reaped.push(id)
  }
  await unlockUnknownPools(db, silentSeconds)
  return { reaped, suspects: new Set(silent.filter(({ holder }) => holder === null).map(({ id }) => id)) }
}

/** A worker that was reaped while its process was stopped may still take a task before it notices. */
async function unlockUnknownPools(db: KyselyDb, lockedSeconds: number): Promise<void> {
  const poolIds = await listUnknownPools(db, lockedSeconds)
  if (poolIds.length > 0) await unlockPools(db, poolIds)
}
