import { type Queryable, WORKER_COLUMNS, type WorkerRow } from './rows.js'

/** The workers that were seen within the last minute, the longest running first. */
export async function listWorkers(db: Queryable): Promise<WorkerRow[]> {
  const { rows } = await db.query<WorkerRow>(
    `select ${WORKER_COLUMNS('w')} from workers w
     where w.last_seen_at > now() - interval '1 minute' order by w.started_at, w.id`,
  )
  return rows
}
