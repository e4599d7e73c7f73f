import type { Db } from '../../db/connection/client.js'
import { moveSpectraToVersion } from '../../db/queue.js'
import { moveJobsToPresentVersion } from '../../db/trainings/lost-tasks.js'
import { queueTrainingTask } from './queue-training.js'

/**
 * Moves waiting trainings and spectra of an older version of a dataset to its present version, and returns the number of
 * trainings moved. After an upgrade no worker takes tasks of the old version, so these jobs would wait for ever. A moved
 * training starts again from its first epoch. A job that a worker has, or whose task a worker has taken, stays as it is.
 */
export async function moveToPresentVersion(db: Db): Promise<number> {
  const jobs = await moveJobsToPresentVersion(db.$kysely)
  for (const job of jobs) await queueTrainingTask(db, job, job)
  const datasets = await db.dataset.findMany({ where: { origin: { in: ['TRAINED', 'IMPORTED'] }, trainable: true } })
  for (const dataset of datasets) await moveSpectraToVersion(db.$kysely, dataset)
  return jobs.length
}
