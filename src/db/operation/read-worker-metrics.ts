import { type Kysely, sql } from 'kysely'
import type { Tables } from '../tables/generated.js'
import type { WorkerCount } from '../workers/worker-reports.js'

/** What the living workers do now, and what all workers did so far. */
export interface WorkerMetrics {
  readonly totals: readonly WorkerCount[]
  readonly workers: readonly {
    readonly id: number
    readonly backend: string
    readonly memoryBytes: number | null
    readonly imagesPerSecond: number | null
    readonly task: string | null
    readonly taskSeconds: number | null
    readonly silentSeconds: number
  }[]
}

/** More series than this would burden a Prometheus server. */
const MOST_WORKERS = 200
const MOST_TOTALS = 1000

/** Reads the metrics of workers with two statements. Rejects with the errors of the database. */
export async function readWorkerMetrics(db: Kysely<Tables>): Promise<WorkerMetrics> {
  return { totals: await listTotals(db), workers: await listVitals(db) }
}

function listTotals(db: Kysely<Tables>): Promise<WorkerCount[]> {
  return db
    .selectFrom('worker_counts as n')
    .select(['n.dataset', 'n.backend', 'n.task', 'n.outcome', 'n.value'])
    .select(sql<WorkerCount['name']>`n.name`.as('name'))
    .orderBy('n.name')
    .orderBy('n.value', 'desc')
    .limit(MOST_TOTALS)
    .execute()
}

function listVitals(db: Kysely<Tables>): Promise<WorkerMetrics['workers'][number][]> {
  return db
    .selectFrom('workers as w')
    .select([
      'w.id',
      'w.backend',
      sql<number | null>`w.memory_bytes::float8`.as('memoryBytes'),
      'w.images_per_second as imagesPerSecond',
      'w.task',
      sql<number | null>`extract(epoch from now() - w.task_since)::float8`.as('taskSeconds'),
      sql<number>`greatest(extract(epoch from now() - w.last_seen_at), 0)::float8`.as('silentSeconds'),
    ])
    .where('w.last_seen_at', '>', sql<Date>`now() - interval '1 minute'`)
    .orderBy('w.id')
    .limit(MOST_WORKERS)
    .execute()
}
