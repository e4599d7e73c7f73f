import type { Database, Db } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { startJob } from '../../db/trainings/change-job.js'
import { lockTrainingJob } from '../../db/trainings/lock-rows.js'
import { failLockedTraining } from './fail-training.js'
import type { TrainingClaim } from './training-claim.js'

/** The worker that starts a training. */
export interface TrainingWorker {
  readonly id: number
  readonly backend: string
  readonly device: string
}

export interface StartedTraining extends TrainingClaim {
  readonly datasetName: string
  readonly datasetVersion: string
  readonly expression: string
  readonly seed: number
  /** Where an earlier start came to, on the same backend. */
  readonly checkpoint: Uint8Array | null
}

/** Starts in a row that end without an epoch, after which a job is given up: it ends the workers that take it. */
const MOST_STARTS_WITHOUT_PROGRESS = 3

/**
 * Makes the job the worker's: RUNNING, with a higher fence, so that whoever had it before can write no more. Returns what
 * to train, or null where there is nothing to do: the job has ended, is with another living worker, or is given up now.
 */
export async function startTraining(
  database: Database,
  trainingJobId: number,
  worker: TrainingWorker,
): Promise<StartedTraining | null> {
  return inTransaction(database, async (db) => {
    await lockTrainingJob(db.$kysely, trainingJobId)
    const job = await db.trainingJob.findUnique({
      where: { id: trainingJobId },
      include: { dataset: { select: { name: true } } },
    })
    if (!job || (job.state !== 'QUEUED' && job.state !== 'RUNNING')) return null
    if (job.workerId !== null && job.workerId !== worker.id) return null
    if (job.startsWithoutProgress >= MOST_STARTS_WITHOUT_PROGRESS) {
      await failLockedTraining(
        db,
        job.id,
        `its worker died ${MOST_STARTS_WITHOUT_PROGRESS} times in a row before another epoch was done: it was killed, ran out of memory, or hung`,
      )
      return null
    }
    // Another backend rounds differently: half a training on each would be repeatable on neither.
    const isResumable = job.checkpoint !== null && job.backend === worker.backend
    if (!isResumable) await discardProgress(db, job.id)
    await startJob(db.$kysely, job.id, worker)
    return {
      id: job.id,
      fence: job.fence + 1,
      datasetName: job.dataset.name,
      datasetVersion: job.datasetVersion,
      expression: job.expression,
      seed: job.seed,
      checkpoint: isResumable ? job.checkpoint : null,
    }
  })
}

/** Forgets the epochs of earlier starts: the training begins at its beginning. */
export async function discardProgress(db: Db, trainingJobId: number): Promise<void> {
  await db.trainingJobEpoch.deleteMany({ where: { trainingJobId } })
  await db.trainingJob.update({ where: { id: trainingJobId }, data: { checkpoint: null, progress: 0 } })
}
