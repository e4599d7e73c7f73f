import { setTimeout as sleep } from 'node:timers/promises'
import { throughOutage } from '../../db/connection/connection-errors.js'
import type { EndedWork } from '../../db/trainings/ended-work.js'
import type { ShowLine } from '../../progress/terminal-line.js'
import { createWorkProgress } from '../../progress/work-progress.js'
import type { BulkWork } from '../../services/trainings/bulk-work.js'

export interface FollowOptions {
  /** Returns those of these ids that have ended. Ids that were returned once are not asked again. */
  listEnded(ids: readonly number[]): Promise<EndedWork[]>
  /** Says why no worker does the work; null if one does. */
  findAbsence(): Promise<string | null>
  /** Stops following; the work stays in the queue. */
  readonly signal: AbortSignal
  readonly show: ShowLine
}

/** The result of following. */
export interface Followed {
  readonly failed: number
  /** Still in the queue, or with a worker. */
  readonly left: number
}

/**
 * Shows the progress of work in the queue until all of it has ended or the signal is aborted. The database may be
 * unreachable in between. If no worker takes the work, a line says so, and again whenever the reason changes.
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
    // A stop takes effect at once, without waiting for the pause or for the database.
    if (!signal.aborted) throw error
  }
  return { failed: progress.finish(), left: waiting.size }
}

const LEAST_PAUSE_MILLISECONDS = 1000
/** The pause is this many times as long as the queries, which thus use at most a tenth of the time. */
const PAUSE_FACTOR = 9
