import { type Expression, expressionBuilder, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { QueueTables } from '../tables/queue-tables.js'

const queue = expressionBuilder<QueueTables>()

/** The key of the queue task for a row, such as `train_activation:12`: see `taskKey`. */
export function taskKeyOf(name: keyof GraphileWorker.Tasks, id: Expression<number>): RawBuilder<string> {
  return sql<string>`${sql.lit(`${name}:`)} || ${id}`
}

/** Whether the queue has a task with this key that runs now or can still start. */
export function hasTask(key: Expression<string>): Expression<SqlBool> {
  return queue.exists(
    queue
      .selectFrom('graphile_worker.jobs as q')
      .where('q.key', '=', key)
      .where((eb) => eb.or([eb('q.locked_at', 'is not', null), eb('q.attempts', '<', eb.ref('q.max_attempts'))])),
  )
}

/** Whether a worker has taken the task with this key. */
export function isTaken(key: Expression<string>): Expression<SqlBool> {
  return queue.exists(
    queue.selectFrom('graphile_worker.jobs as q').where('q.key', '=', key).where('q.locked_at', 'is not', null),
  )
}
