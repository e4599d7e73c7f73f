import type { Kysely } from 'kysely'
import type { Tables } from '../tables/generated.js'
import type { QueueTables } from '../tables/queue-tables.js'
import type { SystemViews } from '../tables/system-views.js'
import { HOLDS_LOCK } from './worker-locks.js'

/** A worker that is connected now. */
export interface ConnectedWorker {
  /** Names of the datasets that it can train. */
  readonly datasets: string[]
  /** Identifiers of the tasks that it takes. */
  readonly tasks: string[]
  /** Whether it has taken a task. */
  readonly busy: boolean
}

/** The workers that hold their lock. */
export async function listConnectedWorkers(db: Kysely<Tables>): Promise<ConnectedWorker[]> {
  return db
    .withTables<QueueTables & SystemViews>()
    .selectFrom('workers as w')
    .innerJoin('pg_locks as l', (join) => join.on(HOLDS_LOCK))
    .select((eb) => [
      'w.datasets',
      'w.tasks',
      eb
        .exists(eb.selectFrom('graphile_worker.jobs as q').where('q.locked_by', '=', eb.ref('w.pool_id')))
        .$castTo<boolean>()
        .as('busy'),
    ])
    .execute()
}
