import type { Kysely } from 'kysely'
import { hasTask, isTaken, taskKeyOf } from '../statements/queued-tasks.js'
import { secondsAgo } from '../statements/time.js'
import type { Tables } from '../tables/generated.js'

/** A training job that needs a new task. */
export interface RequeuedJob {
  readonly id: number
  /** Of its dataset. */
  readonly name: string
  readonly datasetVersion: string
  readonly priority: number
  readonly createdAt: Date
  readonly traceparent: string | null
}

/** Locks the unfinished trainings that are older than `olderThanSeconds` and have neither a worker nor a task. */
export function lockLostTrainings(db: Kysely<Tables>, olderThanSeconds: number): Promise<RequeuedJob[]> {
  return db
    .selectFrom('training_jobs as j')
    .innerJoin('datasets as d', 'd.id', 'j.dataset_id')
    .select([
      'j.id',
      'd.name',
      'j.dataset_version as datasetVersion',
      'j.priority',
      'j.created_at as createdAt',
      'j.traceparent',
    ])
    .where('j.state', 'in', ['QUEUED', 'RUNNING'])
    .where('j.worker_id', 'is', null)
    .where('j.created_at', '<', secondsAgo(olderThanSeconds))
    .where((eb) => eb.not(hasTask(taskKeyOf('train_activation', eb.ref('j.id')))))
    .forNoKeyUpdate('j')
    .skipLocked()
    .execute()
}

/** Locks the unfinished fits that are older than `olderThanSeconds` and have no task, and returns their ids. */
export async function lockLostFits(db: Kysely<Tables>, olderThanSeconds: number): Promise<number[]> {
  const rows = await db
    .selectFrom('surrogates as u')
    .select('u.id')
    .where('u.state', 'in', ['QUEUED', 'FITTING'])
    .where('u.created_at', '<', secondsAgo(olderThanSeconds))
    .where((eb) => eb.not(hasTask(taskKeyOf('update_surrogate', eb.ref('u.id')))))
    .forNoKeyUpdate()
    .skipLocked()
    .execute()
  return rows.map(({ id }) => id)
}

/**
 * Moves unfinished trainings of older versions of a dataset to its current version, and starts them again. If several
 * trainings become the same one, only the oldest moves. A job that a worker has, or whose task a worker has taken,
 * stays as it is.
 */
export function moveJobsToPresentVersion(db: Kysely<Tables>): Promise<RequeuedJob[]> {
  return db
    .with('outdated', (db) =>
      db
        .selectFrom('training_jobs as j')
        .innerJoin('datasets as d', 'd.id', 'j.dataset_id')
        .distinctOn(['j.dataset_id', 'j.activation_id', 'j.seed'])
        .select(['j.id', 'd.name', 'd.version'])
        .where('j.state', 'in', ['QUEUED', 'RUNNING'])
        .where('j.worker_id', 'is', null)
        .where('d.origin', 'in', ['TRAINED', 'IMPORTED'])
        .where('d.trainable', '=', true)
        .whereRef('j.dataset_version', '<>', 'd.version')
        .where((eb) => eb.not(isTaken(taskKeyOf('train_activation', eb.ref('j.id')))))
        .where((eb) =>
          eb.not(
            eb.exists(
              eb
                .selectFrom('training_jobs as other')
                .whereRef('other.dataset_id', '=', 'j.dataset_id')
                .whereRef('other.dataset_version', '=', 'd.version')
                .whereRef('other.activation_id', '=', 'j.activation_id')
                .whereRef('other.seed', '=', 'j.seed')
                .where('other.state', 'in', ['QUEUED', 'RUNNING']),
            ),
          ),
        )
        .orderBy('j.dataset_id')
        .orderBy('j.activation_id')
        .orderBy('j.seed')
        .orderBy('j.id'),
    )
    .with('locked', (db) =>
      db
        .selectFrom('outdated as o')
        .innerJoin('training_jobs as j', (join) => join.onRef('j.id', '=', 'o.id').on('j.worker_id', 'is', null))
        .select(['o.id', 'o.name', 'o.version'])
        .forNoKeyUpdate('j')
        .skipLocked(),
    )
    .with('forgotten', (db) =>
      db
        .deleteFrom('training_job_epochs')
        .where('training_job_id', 'in', (eb) => eb.selectFrom('locked').select('locked.id')),
    )
    .updateTable('training_jobs as j')
    .from('locked')
    .set((eb) => ({
      dataset_version: eb.ref('locked.version'),
      checkpoint: null,
      progress: 0,
      step: null,
      steps: null,
    }))
    .whereRef('j.id', '=', 'locked.id')
    .returning([
      'j.id',
      'locked.name',
      'j.dataset_version as datasetVersion',
      'j.priority',
      'j.created_at as createdAt',
      'j.traceparent',
    ])
    .execute()
}
