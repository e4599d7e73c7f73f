import { type Kysely, sql } from 'kysely'
import { currentTraceparent } from '../tracing/spans.js'
import type { Tables } from './tables/generated.js'

declare global {
  namespace GraphileWorker {
    /**
     * The payloads of the queue's tasks. They contain only ids. `traceparent` is the trace of the request that queued the
     * task, if one was recorded.
     */
    interface Tasks {
      train_activation: { trainingJobId: number; traceparent?: string }
      compute_features: { datasetId: number; activationId: number; traceparent?: string }
      update_surrogate: { surrogateId: number; traceparent?: string }
    }
  }
}

export type TaskName = keyof GraphileWorker.Tasks

/** Lower numbers run first; equal numbers run in the order of their requests. Nobody waits for `idle` tasks. */
export const PRIORITY = { interactive: 0, bulk: 10, idle: 20 } as const

/** A dataset with its version: workers of another version of a recipe must not take the task. */
export interface TaskDataset {
  readonly name: string
  readonly version: string
}

export interface QueueOptions {
  /** Each key (see `taskKey`) has at most one waiting task; adding it again replaces that task. */
  readonly jobKey: string
  readonly priority: number
  /** If set, only workers that can train this dataset take the task. Otherwise any worker takes it. */
  readonly dataset?: TaskDataset
  /** The time of the request, which orders tasks of the same priority. @defaultValue now */
  readonly askedAt?: Date
  /** Tasks of one queue run one after the other. */
  readonly queueName?: string
  /** Maximum number of starts. @defaultValue 25 */
  readonly maxAttempts?: number
}

/**
 * Puts a task into the queue. `db` is the transaction that writes the row of the task, so that both are stored or
 * neither. Workers are notified at the commit.
 */
export async function queueTask<Name extends TaskName>(
  db: Kysely<Tables>,
  name: Name,
  payload: GraphileWorker.Tasks[Name],
  options: QueueOptions,
): Promise<void> {
  await sql<unknown>`
    select graphile_worker.add_job(
      identifier => ${taskIdentifier(name, options.dataset)}::text,
      payload => ${JSON.stringify(withTrace(payload))}::json,
      queue_name => ${options.queueName ?? null}::text,
      run_at => ${options.askedAt ?? null}::timestamptz,
      max_attempts => ${options.maxAttempts ?? 25}::integer,
      job_key => ${options.jobKey}::text,
      priority => ${options.priority}::integer)`.execute(db)
}

/** Puts many tasks of one kind into the queue, in this order. They differ only by payload and key. See `queueTask`. */
export async function queueTasks<Name extends TaskName>(
  db: Kysely<Tables>,
  name: Name,
  tasks: readonly { readonly payload: GraphileWorker.Tasks[Name]; readonly jobKey: string }[],
  options: Omit<QueueOptions, 'jobKey' | 'askedAt' | 'queueName'>,
): Promise<void> {
  const payloads = tasks.map(({ payload }) => JSON.stringify(payload))
  const keys = tasks.map(({ jobKey }) => jobKey)
  await sql<unknown>`
    select count(*) from graphile_worker.add_jobs(array(
      select row(
        ${taskIdentifier(name, options.dataset)}::text, payload::json, null, null, ${options.maxAttempts ?? 25}::integer,
        key, ${options.priority}::integer, null)::graphile_worker.job_spec
      from unnest(${payloads}::text[], ${keys}::text[]) with ordinality as t (payload, key, position)
      order by position))`.execute(db)
}

function withTrace<Payload extends { traceparent?: string }>(payload: Payload): Payload {
  const traceparent = payload.traceparent ?? currentTraceparent()
  return traceparent ? { ...payload, traceparent } : payload
}

/** Removes a waiting task from the queue. If a worker has taken the task, it continues but is not started again. */
export async function removeTask(db: Kysely<Tables>, jobKey: string): Promise<void> {
  await sql<unknown>`select graphile_worker.remove_job(${jobKey}::text)`.execute(db)
}

/** Removes many waiting tasks from the queue and returns their number. Tasks that a worker has taken stay. */
export async function removeTasks(db: Kysely<Tables>, jobKeys: readonly string[]): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    select id from graphile_worker.complete_jobs(
      array(select id from graphile_worker.jobs where key = any (${jobKeys}::text[])))`.execute(db)
  return rows.length
}

/** Removes the waiting tasks whose keys start with this text. Tasks that a worker has taken stay. */
export async function removeTasksWithPrefix(db: Kysely<Tables>, prefix: string): Promise<void> {
  await sql<unknown>`
    select count(*) from graphile_worker.complete_jobs(
      array(select id from graphile_worker.jobs where starts_with(key, ${prefix}::text)))`.execute(db)
}

/** Removes tasks that lost their key to a newer task and then lost their worker. The queue would keep them forever. */
export async function removeSpentTasks(db: Kysely<Tables>): Promise<void> {
  await sql<unknown>`
    select graphile_worker.complete_jobs(array(
      select id from graphile_worker.jobs where key is null and locked_at is null and attempts >= max_attempts))`.execute(
    db,
  )
}

/** Moves a waiting task to another priority. A task that a worker has taken stays as it is. */
export async function reprioritiseTask(db: Kysely<Tables>, jobKey: string, priority: number): Promise<void> {
  await sql<unknown>`
    select graphile_worker.reschedule_jobs(
      array(select id from graphile_worker.jobs where key = ${jobKey}), priority => ${priority}::integer)`.execute(db)
}

/**
 * Gives waiting spectra of older versions of a dataset the identifier that its present workers take. Each task keeps
 * its key and its priority.
 */
export async function moveSpectraToVersion(db: Kysely<Tables>, dataset: TaskDataset): Promise<void> {
  const identifier = taskIdentifier('compute_features', dataset)
  const anyVersion = taskIdentifier('compute_features', { name: dataset.name, version: '' })
  await sql<unknown>`
    select graphile_worker.add_job(
      identifier => ${identifier}::text,
      payload => json_build_object(
        'datasetId', split_part(key, ':', 2)::int, 'activationId', split_part(key, ':', 3)::int),
      job_key => key, priority => priority::integer, max_attempts => max_attempts::integer)
    from graphile_worker.jobs
    where locked_at is null and starts_with(key, 'compute_features:')
      and starts_with(task_identifier, ${anyVersion}) and task_identifier <> ${identifier}`.execute(db)
}

/** Unlocks the tasks of these pools and notifies waiting workers, as the queue itself does. */
export async function unlockPools(db: Kysely<Tables>, poolIds: readonly string[]): Promise<void> {
  await sql<unknown>`select graphile_worker.force_unlock_workers(${poolIds}::text[])`.execute(db)
  await sql<unknown>`select pg_notify('jobs:insert', '{"count":1}')`.execute(db)
}

/** The key of the task that is for a row, such as `train_activation:12`. */
export function taskKey(name: TaskName, ...ids: number[]): string {
  return [name, ...ids].join(':')
}

/** The identifier under which workers take the task, such as `train_activation:mini-cnn@1`: the queue matches these. */
export function taskIdentifier(name: TaskName, dataset?: TaskDataset): string {
  return dataset ? `${name}:${dataset.name}@${dataset.version}` : name
}
