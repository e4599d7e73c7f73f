import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../db/connection/client.js'
import { isConnectionError } from '../db/connection/connection-errors.js'
import { openKyselyOn } from '../db/connection/kysely.js'
import { reapDeadWorkers, type Suspects } from './reaper.js'

/** Watches the workers from a server. */
export interface WorkerWatch {
  close(): Promise<void>
}

export interface WorkerWatchOptions {
  /** Pause between two looks. @defaultValue 5 */
  readonly reapSeconds?: number
  /** As of the workers themselves. @defaultValue 40 */
  readonly silentSeconds?: number
  onReaped(workerId: number): void
  /** A failure other than of the connection; the next look is made all the same. */
  onError(error: unknown): void
}

/**
 * Looks for dead workers, as workers do among themselves: where the last one died, nobody else would put its trainings
 * back to QUEUED. Any number of servers may look at once.
 */
export function openWorkerWatch(database: Pick<Database, 'pool'>, options: WorkerWatchOptions): WorkerWatch {
  const { reapSeconds = 5, silentSeconds = 40 } = options
  const closing = new AbortController()
  let suspects: Suspects = new Set()

  async function look(): Promise<void> {
    const client = await database.pool.connect()
    let isBroken = true
    try {
      const search = await reapDeadWorkers(openKyselyOn(client), suspects, { ownId: null, silentSeconds })
      suspects = search.suspects
      for (const id of search.reaped) options.onReaped(id)
      isBroken = false
    } finally {
      client.release(isBroken)
    }
  }

  async function watch(): Promise<void> {
    while (!closing.signal.aborted) {
      await sleep(reapSeconds * 1000, undefined, { signal: closing.signal, ref: false }).catch(() => {})
      if (closing.signal.aborted) return
      await look().catch((error) => {
        // What was suspected before an outage is no longer known to be dead.
        suspects = new Set()
        if (!isConnectionError(error)) options.onError(error)
      })
    }
  }

  const watching = watch()
  return {
    async close() {
      closing.abort()
      await watching
    },
  }
}
