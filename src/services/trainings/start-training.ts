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
  /** The last checkpoint of an earlier start on the same backend. */
  readonly checkpoint: Uint8Array | null
}

/** A job fails after this many starts in a row without an epoch, because it ends the workers that take it. */
const MOST_STARTS_WITHOUT_PROGRESS = 3

/**
 * Makes the job RUNNING on this worker, with a raised fence, so that an earlier worker can no longer write to it. Returns
 * the training, or null if there is nothing to do: the job has ended, another living worker has it, or it fails now.
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
    // Backends round differently, so a training that changes its backend could not be repeated.
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

/** Deletes the epochs of earlier starts: the training starts from its first epoch. */
export async function discardProgress(db: Db, trainingJobId: number): Promise<void> {
  await db.trainingJobEpoch.deleteMany({ where: { trainingJobId } })
  await db.trainingJob.update({
    where: { id: trainingJobId },
    data: { checkpoint: null, progress: 0, step: null, steps: null },
  })
}
