import type { Database } from '../db/client.js'
import { ActbenchError } from '../errors.js'
import { fitSurrogate } from '../services/fit-surrogate.js'
import {
  handBackFit,
  recordFailedFit,
  recordFitProgress,
  recordSurrogate,
  type StartedFit,
  startFit,
} from '../services/record-surrogate.js'

/** Starts after which a fit that always ended its worker is given up. */
const MOST_STARTS = 5

export interface UpdateSurrogateOptions {
  /** Aborted when the worker is to stop: the fit is handed back and the promise rejects, so that the queue keeps the task. */
  readonly signal?: AbortSignal
}

/**
 * Fits a surrogate and records it. May run any number of times: a finished one is left alone, an interrupted one is fitted
 * anew, and of two processes that fit the same one only the later can write. A fit that cannot succeed ends FAILED with
 * the reason; any other failure rejects, and the queue tries again.
 */
export async function updateSurrogate(
  database: Database,
  { surrogateId }: GraphileWorker.Tasks['update_surrogate'],
  { signal }: UpdateSurrogateOptions = {},
): Promise<void> {
  const started = await startFit(database.prisma, surrogateId)
  if (!started) return
  if (started.fence > MOST_STARTS) {
    await recordFailedFit(
      database.prisma,
      started,
      `the fit was started ${MOST_STARTS} times and never came to its end`,
    )
    return
  }
  const superseded = new AbortController()
  const signals = AbortSignal.any([superseded.signal, ...(signal ? [signal] : [])])
  try {
    const onProgress = createProgressWriter(database, started, superseded)
    const fit = await fitSurrogate(database, started, { signal: signals, onProgress })
    signals.throwIfAborted()
    await recordSurrogate(database, started, fit)
  } catch (error) {
    if (superseded.signal.aborted) return
    if (signal?.aborted) await handBackFit(database.prisma, started)
    if (!(error instanceof ActbenchError)) throw error
    await recordFailedFit(database.prisma, started, error.message)
  }
}

const PROGRESS_INTERVAL_MILLISECONDS = 1000

/** Writes progress once a second; where the row is another's by now, this fit ends. */
function createProgressWriter(database: Database, started: StartedFit, superseded: AbortController) {
  let last = performance.now()
  return async (share: number): Promise<void> => {
    if (performance.now() - last < PROGRESS_INTERVAL_MILLISECONDS) return
    last = performance.now()
    const isOwned = await recordFitProgress(database.prisma, started, share)
    if (!isOwned) superseded.abort(new Error('another process fits this surrogate now'))
  }
}
