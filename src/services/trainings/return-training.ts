import type { Database } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { returnJob } from '../../db/trainings/change-job.js'
import { queueTrainingTask } from './queue-training.js'
import { type ClaimState, checkClaim, type TrainingClaim } from './training-claim.js'

/**
 * Hands a training back with its last checkpoint: it is QUEUED at its old place in the queue, and any worker may take it at
 * once. The start does not count as one without progress.
 */
export async function returnTraining(database: Database, claim: TrainingClaim): Promise<ClaimState> {
  return inTransaction(database, async (db) => {
    const state = await checkClaim(db, claim)
    if (state !== 'valid') return state
    await returnJob(db.$kysely, claim.id)
    const job = await db.trainingJob.findUniqueOrThrow({
      where: { id: claim.id },
      omit: { checkpoint: true },
      include: { dataset: { select: { name: true } } },
    })
    // The running task loses this key to the new one and is never started again. A millisecond earlier puts the new task
    // before the seeds that were requested together with it.
    await queueTrainingTask(db, job.dataset, { ...job, createdAt: new Date(job.createdAt.getTime() - 1) })
    return state
  })
}
