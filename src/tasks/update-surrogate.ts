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

/** Starts in a row without an end, after which a fit is given up: it ends the workers that take it. */
const MOST_STARTS_WITHOUT_PROGRESS = 3

export interface UpdateSurrogateOptions {
  /** Aborted when the worker is to stop: the fit is handed back. */
  readonly signal?: AbortSignal
  /** Called as the fit comes on. */
  onProgress?(): void
}

/**
 * Fits a surrogate and records it. May run any number of times: a finished one is left alone, an interrupted one is fitted
 * anew, and of two processes that fit the same one only the later can write. A fit that cannot succeed ends FAILED with
 * the reason. Where its data cannot be read because the database is away, it begins again when that is back; any other
 * failure rejects, and the queue tries again.
 */
export async function updateSurrogate(
  database: Database,
  { surrogateId }: GraphileWorker.Tasks['update_surrogate'],
  { signal, onProgress }: UpdateSurrogateOptions = {},
): Promise<void> {
  const started = await throughOutage(() => startFit(database.prisma, surrogateId), signal)
  if (!started) return
  const fail = (failure: string) => throughOutage(() => recordFailedFit(database.prisma, started, failure), signal)
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
    await throughOutage(() => recordSurrogate(database, started, fit), signal)
  } catch (error) {
    if (superseded.signal.aborted) return
    if (signal?.aborted || isConnectionError(error)) {
      return throughOutage(() => handBackFit(database, started), signal)
    }
    if (!(error instanceof ActbenchError)) throw error
    await fail(error.message)
  }
}

const PROGRESS_INTERVAL_MILLISECONDS = 1000

/** Writes progress once a second; where the row is another's by now, this fit ends. */
function createProgressWriter(database: Database, started: StartedFit, superseded: AbortController) {
  let last = performance.now()
  return async (share: number): Promise<void> => {
    if (performance.now() - last < PROGRESS_INTERVAL_MILLISECONDS) return
    last = performance.now()
    try {
      const isOwned = await recordFitProgress(database.prisma, started, share)
      if (!isOwned) superseded.abort(new Error('another process fits this surrogate now'))
    } catch (error) {
      // The fit itself needs no database; its end waits for it.
      if (!isConnectionError(error)) throw error
    }
  }
}
