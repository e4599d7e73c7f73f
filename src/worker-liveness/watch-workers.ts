import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../db/connection/client.js'
import { isConnectionError } from '../db/connection/connection-errors.js'
import { openKyselyOn } from '../db/connection/kysely.js'
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
        // After an outage the suspects may have reconnected.
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
