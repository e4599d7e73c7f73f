import type { Database } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { type HoldState, lockHold, type TrainingHold } from './hold-training.js'
import { queueTrainingTask } from './queue-training.js'

/**
 * Hands a training back, with its last checkpoint: QUEUED, at its old place in the queue, free for any worker at once.
 * The start is not held against it.
 */
export async function returnTraining(database: Database, hold: TrainingHold): Promise<HoldState> {
  return inTransaction(database, async (db) => {
    const state = await lockHold(db, hold)
    if (state !== 'held') return state
    await db.$executeRaw`
      UPDATE training_jobs
      SET state = 'QUEUED', fence = fence + 1, fruitless_starts = greatest(fruitless_starts - 1, 0), worker_id = NULL
      WHERE id = ${hold.id}`
    const job = await db.trainingJob.findUniqueOrThrow({
      where: { id: hold.id },
      omit: { checkpoint: true },
      include: { dataset: { select: { name: true } } },
    })
    // The task that is running has this key: it loses it, is never started again, and a new one takes its place.
    // A millisecond earlier, it goes before the seeds that were asked for together with it.
    await queueTrainingTask(db, job.dataset, { ...job, createdAt: new Date(job.createdAt.getTime() - 1) })
    return state
  })
}
