import { type Kysely, sql } from 'kysely'
import type { Tables } from '../tables/generated.js'
import { anyOf } from '../tables/lists.js'
import { withQueueTables } from '../tables/queue-tables.js'

/**
 * How many tasks with the same identifier start before each of these tasks, by task key. A task that a worker has taken
 * has no position.
 */
export async function findPositions(
  db: Kysely<Tables>,
  keys: readonly string[],
  identifiers: readonly string[],
): Promise<Map<string, number>> {
  const rows = await withQueueTables(db)
    .selectFrom((eb) =>
      eb
        .selectFrom('graphile_worker.jobs as q')
        .select([
          'q.key',
          sql<number>`(row_number() over (partition by q.task_identifier order by q.priority, q.run_at, q.id) - 1)::int`.as(
            'ahead',
          ),
        ])
        .where('q.task_identifier', '=', anyOf(identifiers))
        .where('q.locked_at', 'is', null)
        .where('q.attempts', '<', (eb) => eb.ref('q.max_attempts'))
        .as('p'),
    )
    .select(['p.key', 'p.ahead'])
    .where('p.key', '=', anyOf(keys))
    .$narrowType<{ key: string }>()
    .execute()
  return new Map(rows.map(({ key, ahead }) => [key, ahead]))
}
