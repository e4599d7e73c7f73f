import type { Db } from '../../db/connection/client.js'

/** A start of a training job: what every write of the worker that made it is conditional on. */
export interface TrainingHold {
  readonly id: number
  readonly fence: number
}

/**
 * Whether a worker still holds the training that it started. `ended`: the job is finished, cancelled or gone, and there
 * is nothing left to do. `lost`: the job was taken from this worker, which therefore counts as dead.
 */
export type HoldState = 'held' | 'ended' | 'lost'

/** Looks at the hold and, in a transaction, keeps the job's row locked until its end. */
export async function lockHold(db: Db, { id, fence }: TrainingHold): Promise<HoldState> {
  const [job] = await db.$queryRaw<{ state: string; fence: number }[]>`
    SELECT state::text, fence FROM training_jobs WHERE id = ${id} FOR NO KEY UPDATE`
  if (!job || !['QUEUED', 'RUNNING'].includes(job.state)) return 'ended'
  return job.state === 'RUNNING' && job.fence === fence ? 'held' : 'lost'
}
