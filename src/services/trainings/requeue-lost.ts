import type { Database } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { PRIORITY, queueTask, removeSpentTasks, taskKey } from '../../db/queue.js'
import { lockLostFits, lockLostTrainings } from '../../db/trainings/lost-tasks.js'
import { moveToPresentVersion } from './move-to-present-version.js'
import { queueTrainingTask } from './queue-training.js'

/** A row and its task are written together, so a row without one for so long has lost it. */
const LOST_SECONDS = 30

/**
 * Puts back the tasks of unfinished trainings and fits that have none, and returns how many there were: the queue gives a
 * task up after many failed starts, and a worker that was stopped in the wrong moment may end one that another has begun.
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
