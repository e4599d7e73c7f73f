import type { Database } from '../../db/connection/client.js'
import { openWatch } from '../../db/connection/open-watch.js'
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
  return openWatch({ pauseSeconds, onError, look: (signal) => cleanUp(database, retention, { signal, onDeleted }) })
}
