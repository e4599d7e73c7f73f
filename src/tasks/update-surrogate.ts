import type { Database } from '../db/connection/client.js'
import { isConnectionError, throughOutage } from '../db/connection/connection-errors.js'
import { ActbenchError } from '../errors.js'
import { fitSurrogate } from '../services/surrogates/fit-surrogate.js'
import {
  handBackFit,
  recordFailedFit,
  recordFitProgress,
  recordSurrogate,
  type StartedFit,
  startFit,
} from '../services/surrogates/record-surrogate.js'
import type { TaskOutcome } from './observe-task.js'

/** A fit fails after this many unfinished starts in a row, because it ends the workers that take it. */
const MOST_STARTS_WITHOUT_PROGRESS = 3

export interface UpdateSurrogateOptions {
  /** Aborted when the worker stops; the fit is then handed back. */
  readonly signal?: AbortSignal
  /** Called when the fit makes progress. */
  onProgress?(): void
}

/**
 * Fits a surrogate and records it. It may run any number of times: a finished fit stays as it is, an interrupted one starts
 * again, and of two processes that fit the same surrogate only the later one can write. A fit that cannot succeed becomes
 * FAILED with the reason. If the database becomes unreachable, the fit is handed back and starts again later. Any other
 * error rejects, and the queue tries again.
 */
export async function updateSurrogate(
  database: Database,
  { surrogateId }: GraphileWorker.Tasks['update_surrogate'],
  { signal, onProgress }: UpdateSurrogateOptions = {},
): Promise<TaskOutcome> {
  const started = await throughOutage(() => startFit(database.prisma, surrogateId), signal)
  if (!started) return 'ended'
  const fail = async (failure: string): Promise<TaskOutcome> => {
    await throughOutage(() => recordFailedFit(database.prisma, started, failure), signal)
    return 'failed'
  }
  if (started.surrogate.startsWithoutProgress > MOST_STARTS_WITHOUT_PROGRESS) {
    return fail(`its worker died ${MOST_STARTS_WITHOUT_PROGRESS} times in a row before it was done`)
  }
  const superseded = new AbortController()
  const signals = AbortSignal.any([superseded.signal, ...(signal ? [signal] : [])])
  const writeProgress = createProgressWriter(database, started, superseded)
  try {
    const fit = await fitSurrogate(database, started, {
      signal: signals,
      async onProgress(share) {
        onProgress?.()
        await writeProgress(share)
      },
    })
    signals.throwIfAborted()
    const isRecorded = await throughOutage(() => recordSurrogate(database, started, fit), signal)
    return isRecorded ? 'succeeded' : 'ended'
  } catch (error) {
    if (superseded.signal.aborted) return 'ended'
    if (signal?.aborted || isConnectionError(error)) {
      await throughOutage(() => handBackFit(database, started), signal)
      return 'returned'
    }
    if (!(error instanceof ActbenchError)) throw error
    return fail(error.message)
  }
}

const PROGRESS_INTERVAL_MILLISECONDS = 1000

/** Writes progress once a second. If another process has the surrogate now, this fit stops. */
function createProgressWriter(database: Database, started: StartedFit, superseded: AbortController) {
  let last = performance.now()
  return async (share: number): Promise<void> => {
    if (performance.now() - last < PROGRESS_INTERVAL_MILLISECONDS) return
    last = performance.now()
    try {
      const isOwned = await recordFitProgress(database.prisma, started, share)
      if (!isOwned) superseded.abort(new Error('another process fits this surrogate now'))
    } catch (error) {
      // The fit itself needs no database; recording its result waits for it.
      if (!isConnectionError(error)) throw error
    }
  }
}
