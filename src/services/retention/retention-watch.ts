import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../../db/connection/client.js'
import { isConnectionError } from '../../db/connection/connection-errors.js'
import { cleanUp, type DeletedKind, type Retention } from './clean-up.js'

export interface RetentionWatchOptions {
  /** Pause before the first clean-up and between two. @defaultValue 3600 */
  readonly pauseSeconds?: number
  onDeleted(what: DeletedKind, count: number): void
  /** Called for an error other than a lost connection. The next clean-up comes as usual. */
  onError(error: unknown): void
}

/** Cleans up every hour, until it is closed. Any number of servers may do this: only one of them deletes at a time. */
export function openRetentionWatch(
  database: Database,
  retention: Retention,
  { pauseSeconds = 3600, onDeleted, onError }: RetentionWatchOptions,
): { close(): Promise<void> } {
  const closing = new AbortController()
  const { signal } = closing
  async function watch(): Promise<void> {
    while (!signal.aborted) {
      await sleep(pauseSeconds * 1000, undefined, { signal, ref: false }).catch(() => {})
      if (signal.aborted) return
      await cleanUp(database, retention, { signal, onDeleted }).catch((error: unknown) => {
        if (!isConnectionError(error)) onError(error)
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
