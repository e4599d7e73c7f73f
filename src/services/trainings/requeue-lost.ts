import type { Database } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { PRIORITY, queueTask, removeSpentTasks, taskKey } from '../../db/queue.js'
import { lockLostFits, lockLostTrainings } from '../../db/trainings/lost-tasks.js'
import { moveToPresentVersion } from './move-to-present-version.js'
import { queueTrainingTask } from './queue-training.js'

/** A row and its task are written together, so a row that has no task after this time has lost it. */
const LOST_SECONDS = 30

/**
 * Queues the lost tasks of unfinished trainings and fits again, and returns their number. A task is lost when it failed to
 * start too often, or when a worker that was stopped at the wrong moment ends a task that another worker has started.
 * Trainings of an older version of a dataset move to the present one. Tasks that can never run are removed.
 */
export async function requeueLostTasks(database: Database): Promise<number> {
  return inTransaction(database, async (db) => {
    const moved = await moveToPresentVersion(db)
    const jobs = await lockLostTrainings(db.$kysely, LOST_SECONDS)
    for (const job of jobs) await queueTrainingTask(db, job, job)
    const fits = await lockLostFits(db.$kysely, LOST_SECONDS)
    for (const surrogateId of fits) {
      const jobKey = taskKey('update_surrogate', surrogateId)
      await queueTask(db.$kysely, 'update_surrogate', { surrogateId }, { jobKey, priority: PRIORITY.interactive })
    }
    await removeSpentTasks(db.$kysely)
    return moved + jobs.length + fits.length
  })
}
