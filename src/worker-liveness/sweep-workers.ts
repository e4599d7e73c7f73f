import type pg from 'pg'
import { buryWorker, listSilentWorkers, unlockUnknownPools } from './bury-worker.js'

/** The ids that one look for dead workers hands to the next one. */
export type Suspects = ReadonlySet<number>

export interface Sweep {
  /** Workers that were buried now. */
  readonly buried: readonly number[]
  readonly suspects: Suspects
}

export interface SweepOptions {
  /** The worker that looks, which never buries itself; null for a server. */
  readonly ownId: number | null
  /** Without a beat for so long a worker counts as dead although its connection is open. */
  readonly silentSeconds: number
}

/**
 * Looks once for dead workers. One whose lock was free at this look and at the one before (`suspects`) is buried; a
 * session that holds the lock of a silent worker is ended first.
 */
export async function sweepWorkers(
  client: pg.ClientBase,
  suspects: Suspects,
  { ownId, silentSeconds }: SweepOptions,
): Promise<Sweep> {
  const silent = await listSilentWorkers(client, ownId ?? 0, silentSeconds)
  const buried: number[] = []
  for (const { id, holder } of silent) {
    if (holder !== null) await client.query('SELECT pg_terminate_backend($1)', [holder])
    else if (suspects.has(id) && (await buryWorker(client, id))) buried.push(id)
  }
  await unlockUnknownPools(client, silentSeconds)
  return { buried, suspects: new Set(silent.filter(({ holder }) => holder === null).map(({ id }) => id)) }
}
