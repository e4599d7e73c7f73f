import type { Database } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { returnJob } from '../../db/trainings/change-job.js'
import { queueTrainingTask } from './queue-training.js'
import { type ClaimState, checkClaim, type TrainingClaim } from './training-claim.js'

/**
 * Hands a training back, with its last checkpoint: QUEUED, at its old place in the queue, free for any worker at once.
 * The start is not held against it.
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
    // The task that is running has this key: it loses it, is never started again, and a new one takes its place.
    // A millisecond earlier, it goes before the seeds that were asked for together with it.
    await queueTrainingTask(db, job.dataset, { ...job, createdAt: new Date(job.createdAt.getTime() - 1) })
    return state
  })
}
