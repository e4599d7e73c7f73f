import { type Kysely, sql } from 'kysely'
import type { EvaluationRow } from '../statements/rows.js'
import { EVALUATION_COLUMNS } from '../tables/columns.js'
import type { Tables } from '../tables/generated.js'

/**
 * The evaluations of a dataset that were recorded or changed since a time, in that order; at most `most`. A change has
 * the time at which its transaction started, which lasts up to a minute, so the list starts 70 seconds before the time.
 */
export function listChangedEvaluations(
  db: Kysely<Tables>,
  datasetId: number,
  since: Date,
  most?: number,
): Promise<EvaluationRow[]> {
  let query = db
    .selectFrom('evaluations as e')
    .select(EVALUATION_COLUMNS)
    .where('e.dataset_id', '=', datasetId)
    .where('e.updated_at', '>', sql<Date>`${since}::timestamptz - interval '70 seconds'`)
    .orderBy('e.updated_at')
    .orderBy('e.id')
  if (most !== undefined) query = query.limit(most)
  return query.execute()
}

/** The current time by the database's clock. */
export async function readClock(db: Kysely<Tables>): Promise<Date> {
  const { now } = await db.selectNoFrom(sql<Date>`now()`.as('now')).executeTakeFirstOrThrow()
  return now
}
