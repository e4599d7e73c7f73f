import type { Database } from '../db/connection/client.js'
import { openKyselyOn } from '../db/connection/kysely.js'
import { openWatch } from '../db/connection/open-watch.js'
import { reapDeadWorkers, type Suspects } from './reaper.js'

/** The reaper of a server. */
export interface WorkerWatch {
  close(): Promise<void>
}

export interface WorkerWatchOptions {
  /** Pause between two searches for dead workers. @defaultValue 5 */
  readonly reapSeconds?: number
  /** See `HeartbeatPace`. @defaultValue 40 */
  readonly silentSeconds?: number
  onReaped(workerId: number): void
  /** Called for an error other than a lost connection. The search continues. */
  onError(error: unknown): void
}

/**
 * Reaps dead workers from a server, as workers do among themselves. After the last worker died, only a server can put its
 * trainings back to QUEUED. Any number of servers may do this at once.
 */
export function openWorkerWatch(database: Pick<Database, 'pool'>, options: WorkerWatchOptions): WorkerWatch {
  const { reapSeconds = 5, silentSeconds = 40 } = options
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

  return openWatch({
    pauseSeconds: reapSeconds,
    onError: options.onError,
    look: () =>
      look().catch((error: unknown) => {
        // After an outage the suspects may have reconnected.
        suspects = new Set()
        throw error
      }),
  })
}
