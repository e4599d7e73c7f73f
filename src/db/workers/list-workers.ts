import { type Kysely, sql } from 'kysely'
import type { WorkerRow } from '../statements/rows.js'
import { WORKER_COLUMNS } from '../tables/columns.js'
import type { Tables } from '../tables/generated.js'

/** The workers that were seen within the last minute, the longest running first. */
export function listWorkers(db: Kysely<Tables>): Promise<WorkerRow[]> {
  return db
    .selectFrom('workers as w')
    .select(WORKER_COLUMNS)
    .where('w.last_seen_at', '>', sql<Date>`now() - interval '1 minute'`)
    .orderBy('w.started_at')
    .orderBy('w.id')
    .execute()
}
