import type { Database, Db } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import type { Dataset, Surrogate } from '../../db/generated/client.js'
import { PRIORITY, queueTask, taskKey } from '../../db/queue.js'
import { type FittedPoint, insertPoints, lockFit, markFitting } from '../../db/surrogates/write-surrogates.js'
import type { Quality } from '../../surrogate/cross-validation/quality.js'
import type { UploadedQuality } from '../../surrogate/cross-validation/uploaded-quality.js'
import type { FeatureName } from '../../surrogate/surrogate-method.js'

/**
 * Raise it when fits or their quality change: `refitOutdated` then fits again what earlier versions fitted. 1: quality left
 * out functions without a spectrum, and one factor made all intervals.
 */
export const FIT_METHOD = 2

/** The columns of a surrogate with its quality. */
export function toQualityColumns({ functions, quarters, ...quality }: UploadedQuality) {
  return { ...quality, qualityFunctions: functions, qualityQuarters: quarters.map((part) => ({ ...part })) }
}

/** The result of a fit. */
export interface RecordedFit {
  readonly trainedOn: number
  /** Measured functions without usable features. */
  readonly leftOut: number
  /** Features by which it compares functions. */
  readonly features: readonly FeatureName[]
  readonly quality: Quality
  readonly fitSeconds: number
  readonly artifact: Uint8Array
  readonly points: readonly FittedPoint[]
}

/** A surrogate that this process fits. A later start raises the fence and takes the fit over. */
export interface StartedFit {
  readonly surrogate: Surrogate
  readonly dataset: Dataset
  readonly fence: number
}

/**
 * Marks a surrogate FITTING and returns it with the fence that later writes must carry; null if it was deleted or is
 * finished.
 */
export async function startFit(db: Db, surrogateId: number): Promise<StartedFit | null> {
  const fence = await markFitting(db.$kysely, surrogateId)
  if (fence === null) return null
  const { dataset, ...surrogate } = await db.surrogate.findUniqueOrThrow({
    where: { id: surrogateId },
    include: { dataset: true },
  })
  return { surrogate, dataset, fence }
}

/** Records the progress, 0 to 1; false if another process has taken the fit over or the surrogate was deleted. */
export async function recordFitProgress(db: Db, { surrogate, fence }: StartedFit, share: number): Promise<boolean> {
  const { count } = await db.surrogate.updateMany({
    where: { id: surrogate.id, fence, state: 'FITTING' },
    data: { progress: share },
  })
  return count === 1
}

/**
 * Returns an interrupted fit to the queue, for any worker at once, and does not count its start as a failed one. Does
 * nothing if another process has taken it over.
 */
export async function handBackFit(database: Database, { surrogate, fence }: StartedFit): Promise<void> {
  await inTransaction(database, async (db) => {
    const { count } = await db.surrogate.updateMany({
      where: { id: surrogate.id, fence, state: 'FITTING' },
      data: { state: 'QUEUED', progress: 0, fence: { increment: 1 }, startsWithoutProgress: { decrement: 1 } },
    })
    // The running task has this key. The new task takes the key over and can start at once.
    const jobKey = taskKey('update_surrogate', surrogate.id)
    const options = { jobKey, priority: PRIORITY.interactive, askedAt: surrogate.createdAt }
    if (count === 1) await queueTask(db.$kysely, 'update_surrogate', { surrogateId: surrogate.id }, options)
  })
}

/** Ends a fit with a failure message for clients; does nothing if another process has taken it over. */
export async function recordFailedFit(db: Db, { surrogate, fence }: StartedFit, failure: string): Promise<void> {
  await db.surrogate.updateMany({
    where: { id: surrogate.id, fence, state: 'FITTING' },
    data: { state: 'FAILED', failure },
  })
}

/**
 * Stores a fit and makes its surrogate READY, in one transaction, so that readers see either the previous version or this
 * one. False, with nothing written, if another process has taken the fit over or the surrogate was deleted.
 */
export async function recordSurrogate(database: Database, started: StartedFit, fit: RecordedFit): Promise<boolean> {
  const { surrogate, fence } = started
  return inTransaction(database, async (db) => {
    if (!(await lockFit(db.$kysely, surrogate.id, fence))) return false
    await insertPoints(db.$kysely, surrogate.id, fit.points)
    await db.surrogateArtifact.create({ data: { surrogateId: surrogate.id, bytes: new Uint8Array(fit.artifact) } })
    await db.surrogate.update({
      where: { id: surrogate.id },
      data: {
        state: 'READY',
        progress: 1,
        startsWithoutProgress: 0,
        features: [...fit.features],
        trainedOn: fit.trainedOn,
        leftOut: fit.leftOut,
        candidates: fit.points.length,
        fittedAt: new Date(),
        fitSeconds: fit.fitSeconds,
        method: FIT_METHOD,
        ...toQualityColumns(fit.quality),
      },
    })
    return true
  })
}
