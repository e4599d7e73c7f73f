import type pg from 'pg'

/** A task of the queue that a backup keeps. */
export interface BackupTask {
  readonly identifier: string
  readonly key: string
  readonly payload: unknown
  readonly queueName: string | null
  readonly runAt: string
  readonly maxAttempts: number
  readonly priority: number
}

/** The statement that reads all tasks of the queue, as lines of JSON. A task that a worker has taken is one of them. */
export const COPY_TASKS = `COPY (
  SELECT json_build_object('identifier', j.task_identifier, 'key', j.key, 'payload', p.payload, 'queueName', j.queue_name,
    'runAt', j.run_at, 'maxAttempts', j.max_attempts, 'priority', j.priority)
  FROM graphile_worker.jobs j JOIN graphile_worker._private_jobs p ON p.id = j.id
  WHERE j.key IS NOT NULL ORDER BY j.priority, j.run_at, j.id) TO STDOUT`

/** Removes all tasks. Their workers have ended. */
export async function clearQueue(client: pg.ClientBase): Promise<void> {
  await client.query(
    `SELECT graphile_worker.force_unlock_workers(array_agg(DISTINCT locked_by))
     FROM graphile_worker.jobs WHERE locked_by IS NOT NULL HAVING count(*) > 0`,
  )
  await client.query('SELECT count(*) FROM graphile_worker.complete_jobs(array(SELECT id FROM graphile_worker.jobs))')
}

/** Puts tasks of a backup into the queue. */
export async function addTasks(client: pg.ClientBase, tasks: readonly BackupTask[]): Promise<void> {
  await client.query(
    `SELECT count(*) FROM graphile_worker.add_jobs(array(
       SELECT row(t.identifier, t.payload, t."queueName", t."runAt", t."maxAttempts", t.key, t.priority, null)::graphile_worker.job_spec
       FROM json_to_recordset($1::json) AS t (identifier text, payload json, "queueName" text, "runAt" timestamptz,
         "maxAttempts" integer, key text, priority integer)))`,
    [JSON.stringify(tasks)],
  )
}
