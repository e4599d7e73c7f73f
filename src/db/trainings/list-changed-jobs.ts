import { type Kysely, sql } from 'kysely'
import type { TrainingJobRow } from '../statements/rows.js'
import { TRAINING_JOB_COLUMNS } from '../tables/columns.js'
import type { Tables } from '../tables/generated.js'

/**
 * The training jobs of a dataset that were queued or changed since a time, in that order; at most `most`. A change has the
 * time at which its transaction started, which lasts up to a minute, so the list starts 70 seconds before the time.
 */
export function listChangedJobs(
  db: Kysely<Tables>,
  datasetId: number,
  since: Date,
  most: number,
): Promise<TrainingJobRow[]> {
  return db
    .selectFrom('training_jobs as j')
    .select(TRAINING_JOB_COLUMNS)
    .where('j.dataset_id', '=', datasetId)
    .where('j.updated_at', '>', sql<Date>`${since}::timestamptz - interval '70 seconds'`)
    .orderBy('j.updated_at')
    .orderBy('j.id')
    .limit(most)
    .execute()
}
