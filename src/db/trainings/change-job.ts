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
