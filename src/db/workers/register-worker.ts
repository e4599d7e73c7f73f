import { type Insertable, type Kysely, type SqlBool, sql } from 'kysely'
import { now, secondsAgo } from '../statements/time.js'
import type { Tables, Worker } from '../tables/generated.js'
import { withQueueTables } from '../tables/queue-tables.js'

export type NewWorker = Omit<Insertable<Worker>, 'id' | 'started_at' | 'last_seen_at'>

/** Stores a worker and returns its id; a worker whose pool is stored already keeps its row. */
export async function insertWorker(db: Kysely<Tables>, worker: NewWorker): Promise<number> {
  const { id } = await db
    .insertInto('workers')
    .values(worker)
    .onConflict((conflict) => conflict.column('pool_id').doUpdateSet({ last_seen_at: now }))
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Records which datasets a worker can train now, and which tasks it takes. */
export async function updateWorkerTasks(
  db: Kysely<Tables>,
  id: number,
  { datasets, tasks }: { readonly datasets: readonly string[]; readonly tasks: readonly string[] },
): Promise<void> {
  await db
    .updateTable('workers')
    .set({ datasets: [...datasets], tasks: [...tasks] })
    .where('id', '=', id)
    .execute()
}

/** Records that a worker is alive. Returns false if its row was deleted. */
export async function touchWorker(db: Kysely<Tables>, id: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('workers as w')
    .set({ last_seen_at: now })
    .where('w.id', '=', id)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/** Renews a pool's locks on its tasks: the queue gives a task to another worker after four hours. */
export async function renewTaskLocks(db: Kysely<Tables>, poolId: string): Promise<void> {
  await withQueueTables(db)
    .updateTable('graphile_worker._private_jobs as q')
    .set({ locked_at: now })
    .where('q.locked_by', '=', poolId)
    .where('q.locked_at', '<', sql<Date>`now() - interval '30 minutes'`)
    .execute()
}

/** Whether a pool has still locked the task of a training that was cancelled at least `seconds` ago. */
export async function hasCancelledTraining(db: Kysely<Tables>, poolId: string, seconds: number): Promise<boolean> {
  const found = await withQueueTables(db)
    .selectFrom('graphile_worker._private_jobs as q')
    .innerJoin('training_jobs as j', (join) =>
      join.on(
        'j.id',
        '=',
        sql<number>`case when q.key like 'train_activation:%' then split_part(q.key, ':', 2)::int end`,
      ),
    )
    .select('j.id')
    .where('q.locked_by', '=', poolId)
    .where('j.state', '=', 'CANCELLED')
    // A training that was cancelled before the worker took its task is counted from the start of the task.
    .where(sql<SqlBool>`greatest(j.finished_at, q.locked_at) < ${secondsAgo(seconds)}`)
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}
