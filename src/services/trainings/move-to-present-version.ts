import type { Db } from '../../db/connection/client.js'
import { taskIdentifier } from '../../db/queue.js'
import { queueTrainingTask } from './queue-training.js'

/**
 * Moves waiting trainings and spectra of an older version of a dataset to its present version, and returns the number of
 * trainings moved. After an upgrade no worker takes tasks of the old version, so these jobs would wait for ever. A moved
 * training starts again from its first epoch. A job that a worker has, or whose task a worker has taken, stays as it is.
 */
export async function moveToPresentVersion(db: Db): Promise<number> {
  const jobs = await db.$queryRaw<MovedJob[]>`
    WITH outdated AS (
      SELECT DISTINCT ON (j.dataset_id, j.activation_id, j.seed) j.id, d.name, d.version
      FROM training_jobs j JOIN datasets d ON d.id = j.dataset_id
      WHERE j.state IN ('QUEUED', 'RUNNING') AND j.worker_id IS NULL
        AND d.origin = 'TRAINED' AND d.trainable AND j.dataset_version <> d.version
        AND NOT EXISTS (
          SELECT FROM graphile_worker.jobs t WHERE t.key = 'train_activation:' || j.id AND t.locked_at IS NOT NULL)
        AND NOT EXISTS (
          SELECT FROM training_jobs other
          WHERE other.dataset_id = j.dataset_id AND other.dataset_version = d.version
            AND other.activation_id = j.activation_id AND other.seed = j.seed AND other.state IN ('QUEUED', 'RUNNING'))
      ORDER BY j.dataset_id, j.activation_id, j.seed, j.id
    ), locked AS (
      SELECT o.id, o.name, o.version FROM outdated o
      JOIN training_jobs j ON j.id = o.id AND j.worker_id IS NULL
      FOR NO KEY UPDATE OF j SKIP LOCKED
    ), forgotten AS (
      DELETE FROM training_job_epochs WHERE training_job_id IN (SELECT id FROM locked)
    )
    UPDATE training_jobs j SET dataset_version = locked.version, checkpoint = NULL, progress = 0
    FROM locked WHERE j.id = locked.id
    RETURNING j.id, locked.name, j.dataset_version AS "datasetVersion", j.priority, j.created_at AS "createdAt"`
  for (const job of jobs) await queueTrainingTask(db, job, job)
  await moveSpectra(db)
  return jobs.length
}

interface MovedJob {
  readonly id: number
  readonly name: string
  readonly datasetVersion: string
  readonly priority: number
  readonly createdAt: Date
}

/** A waiting task keeps its key and priority and gets the identifier that present workers take. */
async function moveSpectra(db: Db): Promise<void> {
  const datasets = await db.dataset.findMany({ where: { origin: 'TRAINED', trainable: true } })
  for (const { name, version } of datasets) {
    const identifier = taskIdentifier('compute_features', { name, version })
    const anyVersion = taskIdentifier('compute_features', { name, version: '' })
    await db.$executeRaw`
      SELECT graphile_worker.add_job(
        identifier => ${identifier}::text,
        payload => json_build_object(
          'datasetId', split_part(key, ':', 2)::int, 'activationId', split_part(key, ':', 3)::int),
        job_key => key, priority => priority::integer, max_attempts => max_attempts::integer)
      FROM graphile_worker.jobs
      WHERE locked_at IS NULL AND starts_with(key, 'compute_features:')
        AND starts_with(task_identifier, ${anyVersion}) AND task_identifier <> ${identifier}`
  }
}
