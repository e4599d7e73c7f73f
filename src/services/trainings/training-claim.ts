import type { Db } from '../../db/connection/client.js'
import { lockTrainingJob } from '../../db/trainings/lock-rows.js'

/**
 * The right of a worker to write to the training job that it started. Each start raises the job's fence, so the claim of
 * an earlier start is refused.
 */
export interface TrainingClaim {
  readonly id: number
  readonly fence: number
}

/**
 * Whether a worker may still write to its training job. `ended`: the job is finished, cancelled or deleted, and there is
 * nothing left to do. `lost`: the job was taken from this worker, which therefore counts as dead.
 */
export type ClaimState = 'valid' | 'ended' | 'lost'

/** Checks a claim. In a transaction, the job's row stays locked until its end. */
export async function checkClaim(db: Db, { id, fence }: TrainingClaim): Promise<ClaimState> {
  const job = await lockTrainingJob(db.$kysely, id)
  if (!job || !['QUEUED', 'RUNNING'].includes(job.state)) return 'ended'
  return job.state === 'RUNNING' && job.fence === fence ? 'valid' : 'lost'
}
