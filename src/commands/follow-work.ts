import { setTimeout as sleep } from 'node:timers/promises'
import { throughOutage } from '../db/connection/connection-errors.js'
import type { EndedWork } from '../db/trainings/ended-work.js'
import type { ShowLine } from '../progress/terminal-line.js'
import { createWorkProgress } from '../progress/work-progress.js'
import type { BulkWork } from '../services/trainings/bulk-work.js'

export interface FollowOptions {
  /** Those of these ids that have ended; each is asked for until it is given once. */
  listEnded(ids: readonly number[]): Promise<EndedWork[]>
  /** Why no worker does the work; null where one does. */
  findAbsence(): Promise<string | null>
  /** Ends the following; the work stays in the queue. */
  readonly signal: AbortSignal
  readonly show: ShowLine
}

/** How the following ended. */
export interface Followed {
  readonly failed: number
  /** Still in the queue, or with a worker. */
  readonly left: number
}

/**
 * Shows how work in the queue goes, as the database has it, until all of it has ended or the signal comes. The database
 * may be away meanwhile. Says so where no worker takes the work, and again when that changes.
 */
export async function followWork(work: BulkWork, options: FollowOptions): Promise<Followed> {
  const { signal, show } = options
  const progress = createWorkProgress(work.total, work.done, show, work.best)
  for (const { expression, reason } of work.refused) progress.note(expression, { failure: reason })
  const waiting = new Set(work.waiting)
  let said: string | null = null
  try {
    while (waiting.size > 0 && !signal.aborted) {
      const started = performance.now()
      const ended = await throughOutage(() => options.listEnded([...waiting]), signal)
      for (const { id, expression, failure, accuracy } of ended) {
        waiting.delete(id)
        progress.note(expression, failure === null ? { accuracy } : { failure })
      }
      if (waiting.size === 0) break
      const absence = await throughOutage(options.findAbsence, signal)
      if (absence !== null && absence !== said) {
        show(`${absence}: the work waits in the queue until one is; \`actbench worker\` starts one`, true)
      }
      said = absence
      progress.refresh()
      const pause = Math.max(LEAST_PAUSE_MILLISECONDS, PAUSE_FACTOR * (performance.now() - started))
      await sleep(pause, null, { signal })
    }
  } catch (error) {
    // Whoever stops it need not wait for a pause to end, or for the database to come back.
    if (!signal.aborted) throw error
  }
  return { failed: progress.finish(), left: waiting.size }
}

const LEAST_PAUSE_MILLISECONDS = 1000
/** Asking takes the database at most a tenth of the time. */
const PAUSE_FACTOR = 9
