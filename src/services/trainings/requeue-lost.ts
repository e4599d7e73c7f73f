import type { Database, Db } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { PRIORITY, queueTask, taskKey } from '../../db/queue.js'
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
    const jobs = await db.$queryRaw<
      { id: number; name: string; datasetVersion: string; priority: number; createdAt: Date }[]
    >`
      SELECT j.id, d.name, j.dataset_version AS "datasetVersion", j.priority, j.created_at AS "createdAt"
      FROM training_jobs j JOIN datasets d ON d.id = j.dataset_id
      WHERE j.state IN ('QUEUED', 'RUNNING') AND j.worker_id IS NULL
        AND j.created_at < now() - make_interval(secs => ${LOST_SECONDS})
        AND NOT EXISTS (
          SELECT FROM graphile_worker.jobs t
          WHERE t.key = 'train_activation:' || j.id AND (t.locked_at IS NOT NULL OR t.attempts < t.max_attempts))
      FOR NO KEY UPDATE OF j SKIP LOCKED`
    for (const job of jobs) await queueTrainingTask(db, job, job)
    const surrogates = await db.$queryRaw<{ id: number }[]>`
      SELECT s.id FROM surrogates s
      WHERE s.state IN ('QUEUED', 'FITTING') AND s.created_at < now() - make_interval(secs => ${LOST_SECONDS})
        AND NOT EXISTS (
          SELECT FROM graphile_worker.jobs t
          WHERE t.key = 'update_surrogate:' || s.id AND (t.locked_at IS NOT NULL OR t.attempts < t.max_attempts))
      FOR NO KEY UPDATE SKIP LOCKED`
    for (const { id } of surrogates) {
      const jobKey = taskKey('update_surrogate', id)
      await queueTask(db.$kysely, 'update_surrogate', { surrogateId: id }, { jobKey, priority: PRIORITY.interactive })
    }
    await removeSpentTasks(db)
    return moved + jobs.length + surrogates.length
  })
}

/** Tasks that lost their key to a newer one, and then their worker: the queue would keep them for good. */
async function removeSpentTasks(db: Db): Promise<void> {
  await db.$executeRaw`
    SELECT graphile_worker.complete_jobs(ARRAY(
      SELECT id FROM graphile_worker.jobs WHERE key IS NULL AND locked_at IS NULL AND attempts >= max_attempts))`
}
