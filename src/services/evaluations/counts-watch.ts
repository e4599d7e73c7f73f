import { type Database, openDatabase } from '../../db/connection/client.js'
import { openWatch } from '../../db/connection/open-watch.js'
import {
  deleteOrphanedChanges,
  keepCountsAndColumns,
  listOutdatedCounts,
  shortenFunctionChanges,
} from '../../db/evaluations/keep-counts.js'

export interface CountsWatchOptions {
  /** Pause between two looks. @defaultValue 5 */
  readonly pauseSeconds?: number
  /** Called for an error other than a lost connection. The next look comes as usual. */
  onError(error: unknown): void
}

/** Counts datasets again, and packs their columns, after many changes, until it is closed. Any number of servers may do this at once. */
export function openCountsWatch(
  database: Pick<Database, 'kysely' | 'url'>,
  { pauseSeconds = 5, onError }: CountsWatchOptions,
): { close(): Promise<void> } {
  return openWatch({ pauseSeconds, onError, look: (signal) => keepOutdatedCounts(database, signal) })
}

/** Counts and packs all datasets again that have many changes, one transaction each. */
export async function keepOutdatedCounts(
  database: Pick<Database, 'kysely' | 'url'>,
  signal?: AbortSignal,
): Promise<void> {
  await shortenFunctionChanges(database.kysely)
  const outdated = await listOutdatedCounts(database.kysely)
  if (outdated.length === 0) return
  // A connection of its own: a million evaluations take longer than a request may.
  const unlimited = openDatabase(database.url, { applicationName: 'actbench-counts', maxConnections: 1 })
  try {
    for (const id of outdated) {
      if (signal?.aborted) return
      await keepCountsAndColumns(unlimited.kysely, id, signal).catch((error: unknown) => {
        if (!isDeletedOrKept(error) && !signal?.aborted) throw error
      })
    }
    await deleteOrphanedChanges(unlimited.kysely)
  } finally {
    await unlimited.close()
  }
}

/** The dataset was deleted while it was counted, or another server has just counted it. */
function isDeletedOrKept(error: unknown): boolean {
  return ['23503', '40001'].includes((error as { code?: string }).code ?? '')
}
