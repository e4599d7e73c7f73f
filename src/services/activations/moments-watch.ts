import { listWithoutMoments } from '../../db/activations/activation-moments.js'
import type { Database } from '../../db/connection/client.js'
import { openWatch } from '../../db/connection/open-watch.js'
import { openMomentsThread, storeMoments } from './compute-moments.js'

/** A batch takes about a second, or much less if the moments ship with the product. */
const BATCH = 200
/** After this number of looks, functions are looked for from the first one: a transaction may commit a lower id late. */
const LOOKS_FROM_LAST = 60

export interface MomentsWatchOptions {
  /** Pause between two looks. @defaultValue 10 */
  readonly pauseSeconds?: number
  /** Called for an error other than a lost connection. The next look comes as usual. */
  onError(error: unknown): void
}

/** Computes the moments of functions that have none, until it is closed. Any number of servers may do this at once. */
export function openMomentsWatch(
  database: Pick<Database, 'kysely'>,
  { pauseSeconds = 10, onError }: MomentsWatchOptions,
): { close(): Promise<void> } {
  let last = 0
  let looks = 0
  return openWatch({
    pauseSeconds,
    onError,
    look: async (signal) => {
      if (looks++ % LOOKS_FROM_LAST === 0) last = 0
      last = await fillMoments(database, { last, signal })
    },
  })
}

/**
 * Computes and stores the moments of the functions after an id, a batch at a time, and returns the last id. A process that
 * is killed leaves complete batches.
 */
export async function fillMoments(
  database: Pick<Database, 'kysely'>,
  { last = 0, signal }: { last?: number; signal?: AbortSignal } = {},
): Promise<number> {
  const thread = openMomentsThread()
  try {
    for (let from = last; ; ) {
      const batch = signal?.aborted ? [] : await listWithoutMoments(database.kysely, { last: from }, BATCH)
      if (batch.length === 0) return from
      await storeMoments(database, thread, batch)
      from = batch[batch.length - 1].id
    }
  } finally {
    await thread.close()
  }
}
