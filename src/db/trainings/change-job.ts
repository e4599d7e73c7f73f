import { type Kysely, sql } from 'kysely'
import { now } from '../statements/time.js'
import type { Tables } from '../tables/generated.js'

// The changes of state of a training job. Each change raises the fence, which ends the claim of the worker that had the
// job. Only a success does not: if the worker missed the answer to that commit, its job must look ended and not lost.

/** Makes the job RUNNING on this worker. */
export async function startJob(
  db: Kysely<Tables>,
  id: number,
  worker: { readonly id: number; readonly backend: string; readonly device: string },
): Promise<void> {
  await db
    .updateTable('training_jobs as j')
    .set((eb) => ({
      state: 'RUNNING',
      fence: eb('j.fence', '+', 1),
      attempts: eb('j.attempts', '+', 1),
      fruitless_starts: eb('j.fruitless_starts', '+', 1),
      worker_id: worker.id,
      backend: worker.backend,
      device: worker.device,
      images_per_second: null,
      expected_end_at: null,
      started_at: eb.fn.coalesce('j.started_at', now),
    }))
    .where('j.id', '=', id)
    .execute()
}

/** Makes the job QUEUED again. Its last start does not count as one without progress. */
export async function returnJob(db: Kysely<Tables>, id: number): Promise<void> {
  await db
    .updateTable('training_jobs as j')
    .set((eb) => ({
      state: 'QUEUED',
      fence: eb('j.fence', '+', 1),
      fruitless_starts: sql<number>`greatest(j.fruitless_starts - 1, 0)`,
      worker_id: null,
    }))
    .where('j.id', '=', id)
    .execute()
}

/** Ends the job without a run: FAILED with the reason, or CANCELLED. */
export async function endJob(
  db: Kysely<Tables>,
  id: number,
  end: { readonly state: 'FAILED'; readonly failure: string } | { readonly state: 'CANCELLED' },
): Promise<void> {
  await db
    .updateTable('training_jobs as j')
    .set((eb) => ({ ...end, finished_at: now, fence: eb('j.fence', '+', 1), checkpoint: null, worker_id: null }))
    .where('j.id', '=', id)
    .execute()
}

/** Ends the job with a run: SUCCEEDED. */
export async function finishJob(db: Kysely<Tables>, id: number): Promise<void> {
  await db
    .updateTable('training_jobs as j')
    .set({ state: 'SUCCEEDED', progress: 1, finished_at: now, checkpoint: null, worker_id: null })
    .where('j.id', '=', id)
    .execute()
}

export interface StepReport {
  readonly step: number
  readonly steps: number
  /** The share of the work that is done, from 0 to 1. */
  readonly share: number
  /** Null while pictures are only evaluated: the rate stays. */
  readonly imagesPerSecond: number | null
  /** Seconds until the training is done, if it goes on like this. */
  readonly secondsLeft: number
}

/** Says how far a running training is between two epochs, unless another worker has it. It never goes back. */
export async function reportSteps(
  db: Kysely<Tables>,
  { id, fence }: { readonly id: number; readonly fence: number },
  { step, steps, share, imagesPerSecond, secondsLeft }: StepReport,
): Promise<void> {
  await db
    .updateTable('training_jobs as j')
    .set((eb) => ({
      step,
      steps,
      progress: sql<number>`greatest(j.progress, ${share}::float8)`,
      images_per_second: eb.fn.coalesce(eb.val(imagesPerSecond), 'j.images_per_second'),
      expected_end_at: sql<Date>`${now} + ${secondsLeft} * interval '1 second'`,
    }))
    .where('j.id', '=', id)
    .where('j.fence', '=', fence)
    .where('j.state', '=', 'RUNNING')
    .execute()
}
