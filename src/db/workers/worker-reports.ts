import { type Kysely, sql } from 'kysely'
import type { Tables } from '../tables/generated.js'
import { listOf, unnest } from '../tables/lists.js'

/** The totals of `worker_counts`. Servers show them as counters, such as `actbench_worker_epochs_total`. */
export type CountName = 'tasks' | 'taskSeconds' | 'waitSeconds' | 'epochs' | 'images' | 'lost'

/** What a count belongs to; empty texts if that says nothing. */
export interface CountLabels {
  readonly dataset: string
  readonly task: string
  readonly outcome: string
}

/** A total, or what was added to it since the last report. */
export interface WorkerCount extends CountLabels {
  readonly name: CountName
  readonly backend: string
  readonly value: number
}

/** What a worker is doing now. */
export interface WorkerVitals {
  readonly memoryBytes: number
  /** Of the last epoch of its training; null if it trains nothing. */
  readonly imagesPerSecond: number | null
  readonly task: string | null
  readonly taskSince: Date | null
}

/** Stores what a worker is doing, and adds what it did since its last report to the totals of all workers. */
export async function reportWorker(
  db: Kysely<Tables>,
  workerId: number,
  vitals: WorkerVitals,
  counts: readonly WorkerCount[],
): Promise<void> {
  const { memoryBytes, imagesPerSecond, task, taskSince } = vitals
  await db
    .updateTable('workers as w')
    .set({
      memory_bytes: Math.round(memoryBytes),
      images_per_second: imagesPerSecond,
      task,
      task_since: taskSince,
    })
    .where('w.id', '=', workerId)
    .execute()
  await addToTotals(db, counts)
}

/** Adds to the totals in the order of their keys, so that two workers never wait for each other in a circle. */
export async function addToTotals(db: Kysely<Tables>, counts: readonly WorkerCount[]): Promise<void> {
  if (counts.length === 0) return
  const sorted = [...counts].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  const column = (name: Exclude<keyof WorkerCount, 'value'>) =>
    listOf(
      'text',
      sorted.map((count) => count[name]),
    )
  const added = unnest('n', {
    name: column('name'),
    dataset: column('dataset'),
    backend: column('backend'),
    task: column('task'),
    outcome: column('outcome'),
    value: listOf(
      'float8',
      sorted.map(({ value }) => value),
    ),
  })
  await db
    .insertInto('worker_counts')
    .columns(['name', 'dataset', 'backend', 'task', 'outcome', 'value'])
    .expression((eb) =>
      eb
        .selectFrom(added)
        .select(['n.name', 'n.dataset', 'n.backend', 'n.task', 'n.outcome', 'n.value'])
        .orderBy('n.position'),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['name', 'dataset', 'backend', 'task', 'outcome'])
        .doUpdateSet({ value: sql<number>`worker_counts.value + excluded.value` }),
    )
    .execute()
}

function keyOf({ name, dataset, backend, task, outcome }: WorkerCount): string {
  return JSON.stringify([name, dataset, backend, task, outcome])
}
