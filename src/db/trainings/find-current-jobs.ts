import type { Kysely } from 'kysely'
import { inOrder } from '../statements/align.js'
import { compileOnce, type Placeholders } from '../statements/compile-once.js'
import type { TrainingJobRow } from '../statements/rows.js'
import { TRAINING_JOB_COLUMNS } from '../tables/columns.js'
import type { Tables } from '../tables/generated.js'
import { anyOf } from '../tables/lists.js'

type Ids = Placeholders<{ ids: readonly number[] }>

const currentJobs = compileOnce((db, { ids }: Ids) =>
  db
    .selectFrom('training_jobs as j')
    .select(TRAINING_JOB_COLUMNS)
    .where('j.worker_id', '=', anyOf(ids))
    .where('j.state', '=', 'RUNNING')
    .orderBy('j.started_at'),
)

/** The training job that each worker runs now; null if it is idle. */
export async function findCurrentJobs(
  db: Kysely<Tables>,
  workerIds: readonly number[],
): Promise<(TrainingJobRow | null)[]> {
  return inOrder(workerIds, await currentJobs(db, { ids: workerIds }), (row) => row.workerId)
}
