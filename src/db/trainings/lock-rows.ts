import type { Kysely } from 'kysely'
import type { Tables, TrainingState } from '../tables/generated.js'
import { anyOf } from '../tables/lists.js'

/**
 * Locks activations, in the order of their ids. Every transaction that queues or finishes trainings of a function locks
 * its activation first, so no run or job of it can appear between two reads.
 */
export async function lockActivations(db: Kysely<Tables>, ids: readonly number[]): Promise<void> {
  await db
    .selectFrom('activations as a')
    .select('a.id')
    .where('a.id', '=', anyOf(ids))
    .orderBy('a.id')
    .forNoKeyUpdate()
    .execute()
}

/** The columns of a training job that its writers need. */
export interface TrainingFence {
  readonly state: TrainingState
  readonly fence: number
}

/**
 * Locks a training job and returns its state and fence, or undefined if the job does not exist. The lock `update` also
 * keeps other transactions from storing rows that refer to the job.
 */
export function lockTrainingJob(
  db: Kysely<Tables>,
  id: number,
  lock: 'no key update' | 'update' = 'no key update',
): Promise<TrainingFence | undefined> {
  const job = db.selectFrom('training_jobs as j').select(['j.state', 'j.fence']).where('j.id', '=', id)
  return (lock === 'update' ? job.forUpdate() : job.forNoKeyUpdate()).executeTakeFirst()
}
