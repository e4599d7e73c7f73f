import type { Kysely } from 'kysely'
import type { Tables } from './generated.js'

/** A row of the view of the queue. graphile-worker's own migrations define it, and only its functions change it. */
export type QueueTask = {
  /** int8, which node-postgres reads as a string. */
  readonly id: string
  readonly task_identifier: string
  readonly queue_name: string | null
  readonly key: string | null
  readonly priority: number
  readonly run_at: Date
  readonly attempts: number
  readonly max_attempts: number
  readonly locked_at: Date | null
  readonly locked_by: string | null
}

/** Columns of graphile-worker's own table that this service updates, because no function of the queue does it. */
type PrivateTask = {
  readonly key: string | null
  readonly attempts: number
  readonly locked_at: Date | null
  readonly locked_by: string | null
}

export type QueueTables = {
  'graphile_worker.jobs': QueueTask
  'graphile_worker._private_jobs': PrivateTask
}

/** The same handle for statements that also read the queue. In these the alias of a queue task is `q`. */
export function withQueueTables(db: Kysely<Tables>): Kysely<Tables & QueueTables> {
  return db.withTables<QueueTables>()
}
