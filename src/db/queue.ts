import type { Db } from './connection/client.js'

declare global {
  namespace GraphileWorker {
    /** What the queue's tasks carry: ids alone. */
    interface Tasks {
      train_activation: { trainingJobId: number }
      compute_features: { datasetId: number; activationId: number }
      update_surrogate: { surrogateId: number }
    }
  }
}

export type TaskName = keyof GraphileWorker.Tasks

/** Lower numbers go first; among equals the one that was asked for first. `idle` is for what nobody waits for. */
export const PRIORITY = { interactive: 0, bulk: 10, idle: 20 } as const

/** A dataset with its version: workers of another version of a recipe must not take the task. */
export interface TaskDataset {
  readonly name: string
  readonly version: string
}

export interface QueueOptions {
  /** One waiting task a key (see `taskKey`): adding it again replaces the waiting one. */
  readonly jobKey: string
  readonly priority: number
  /** Only workers that can train this dataset take the task. Absent: every worker does. */
  readonly dataset?: TaskDataset
  /** When it was asked for: its place among tasks of the same priority. @defaultValue now */
  readonly askedAt?: Date
  /** Tasks of one queue run one after the other. */
  readonly queueName?: string
  /** Starts before the queue gives it up. @defaultValue 25 */
  readonly maxAttempts?: number
}

/**
 * Puts a task into the queue. `db` is the transaction that writes the row which the task is for: both exist or neither
 * does. Workers hear of it at the commit.
 */
export async function queueTask<Name extends TaskName>(
  db: Db,
  name: Name,
  payload: GraphileWorker.Tasks[Name],
  options: QueueOptions,
): Promise<void> {
  await db.$executeRaw`
    SELECT graphile_worker.add_job(
      identifier => ${taskIdentifier(name, options.dataset)}::text,
      payload => ${JSON.stringify(payload)}::json,
      queue_name => ${options.queueName ?? null}::text,
      run_at => ${options.askedAt ?? null}::timestamptz,
      max_attempts => ${options.maxAttempts ?? 25}::integer,
      job_key => ${options.jobKey}::text,
      priority => ${options.priority}::integer)`
}

/** Puts many tasks of one kind into the queue, in this order; they differ by payload and key alone. See `queueTask`. */
export async function queueTasks<Name extends TaskName>(
  db: Db,
  name: Name,
  tasks: readonly { readonly payload: GraphileWorker.Tasks[Name]; readonly jobKey: string }[],
  options: Omit<QueueOptions, 'jobKey' | 'askedAt' | 'queueName'>,
): Promise<void> {
  const payloads = tasks.map(({ payload }) => JSON.stringify(payload))
  const keys = tasks.map(({ jobKey }) => jobKey)
  await db.$executeRaw`
    SELECT count(*) FROM graphile_worker.add_jobs(ARRAY(
      SELECT ROW(
        ${taskIdentifier(name, options.dataset)}::text, payload::json, NULL, NULL, ${options.maxAttempts ?? 25}::integer,
        key, ${options.priority}::integer, NULL)::graphile_worker.job_spec
      FROM unnest(${payloads}::text[], ${keys}::text[]) WITH ORDINALITY AS t (payload, key, place)
      ORDER BY place))`
}

/** Takes a waiting task out of the queue; one that a worker has taken already is not started again. */
export async function removeTask(db: Db, jobKey: string): Promise<void> {
  await db.$executeRaw`SELECT graphile_worker.remove_job(${jobKey}::text)`
}

/** Takes many waiting tasks out of the queue and returns their number; those that a worker has taken are left alone. */
export async function removeTasks(db: Db, jobKeys: readonly string[]): Promise<number> {
  const removed = await db.$queryRaw<unknown[]>`
    SELECT id FROM graphile_worker.complete_jobs(
      ARRAY(SELECT id FROM graphile_worker.jobs WHERE key = ANY (${[...jobKeys]}::text[])))`
  return removed.length
}

/** Moves a waiting task to another priority; one that a worker has taken already is left alone. */
export async function reprioritiseTask(db: Db, jobKey: string, priority: number): Promise<void> {
  await db.$executeRaw`
    SELECT graphile_worker.reschedule_jobs(
      ARRAY(SELECT id FROM graphile_worker.jobs WHERE key = ${jobKey}), priority => ${priority}::integer)`
}

/** The key of the task that is for a row, such as `train_activation:12`. */
export function taskKey(name: TaskName, ...ids: number[]): string {
  return [name, ...ids].join(':')
}

/** The identifier under which workers take the task, such as `train_activation:mini-cnn@1`: the queue matches these. */
export function taskIdentifier(name: TaskName, dataset?: TaskDataset): string {
  return dataset ? `${name}:${dataset.name}@${dataset.version}` : name
}
