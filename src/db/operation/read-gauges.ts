import { type Kysely, sql } from 'kysely'
import type { Tables } from '../tables/generated.js'
import { withQueueTables } from '../tables/queue-tables.js'

/** The state of the queue, jobs, workers and surrogates in the database, for operators. */
export interface Gauges {
  /** Numbers of tasks that wait for a worker, that run, and that failed for the last time. */
  readonly queue: readonly {
    readonly task: string
    readonly dataset: string
    readonly waiting: number
    readonly running: number
    readonly failed: number
    /** How long the oldest waiting task has been ready to start. */
    readonly oldestSeconds: number
  }[]
  readonly jobs: readonly { readonly dataset: string; readonly state: string; readonly count: number }[]
  /** Number and total time of the trainings that succeeded. */
  readonly trainings: readonly { readonly dataset: string; readonly count: number; readonly seconds: number }[]
  readonly workers: readonly { readonly backend: string; readonly alive: number; readonly busy: number }[]
  /** Numbers of living workers that take tasks of a kind. */
  readonly takers: readonly { readonly task: string; readonly dataset: string; readonly count: number }[]
  /** The newest READY surrogate of each dataset and algorithm, at most a hundred of them. */
  readonly surrogates: readonly { readonly dataset: string; readonly algorithm: string; readonly ageSeconds: number }[]
}

/** Reads all gauges with six statements. Rejects with the errors of the database. */
export async function readGauges(db: Kysely<Tables>): Promise<Gauges> {
  return {
    queue: await listQueues(db),
    jobs: await countJobs(db),
    trainings: await measureTrainings(db),
    workers: await countWorkers(db),
    takers: await countTakers(db),
    surrogates: await listSurrogateAges(db),
  }
}

/** A task's identifier is `task:dataset@version`. Fits name their surrogate in the task's key instead. */
function listQueues(db: Kysely<Tables>): Promise<Gauges['queue']> {
  const isWaiting = sql<boolean>`q.locked_at is null and q.attempts < q.max_attempts`
  const ofIdentifier = sql<string>`nullif(split_part(split_part(q.task_identifier, ':', 2), '@', 1), '')`
  const age = sql<number>`extract(epoch from now() - min(q.run_at) filter (where ${isWaiting}))`
  return withQueueTables(db)
    .selectFrom('graphile_worker.jobs as q')
    .leftJoin('surrogates as u', (join) =>
      join.on('q.task_identifier', '=', 'update_surrogate').on('q.key', '=', sql<string>`'update_surrogate:' || u.id`),
    )
    .leftJoin('datasets as d', 'd.id', 'u.dataset_id')
    .select([
      sql<string>`split_part(q.task_identifier, ':', 1)`.as('task'),
      sql<string>`coalesce(${ofIdentifier}, d.name, '')`.as('dataset'),
      sql<number>`(count(*) filter (where ${isWaiting}))::int`.as('waiting'),
      sql<number>`(count(*) filter (where q.locked_at is not null))::int`.as('running'),
      sql<number>`(count(*) filter (where q.locked_at is null and q.attempts >= q.max_attempts))::int`.as('failed'),
      sql<number>`coalesce(greatest(${age}, 0), 0)::float8`.as('oldestSeconds'),
    ])
    .groupBy(sql`1, 2`)
    .orderBy('waiting', 'desc')
    .limit(200)
    .execute()
}

function countJobs(db: Kysely<Tables>): Promise<Gauges['jobs']> {
  return db
    .selectFrom('training_jobs as j')
    .innerJoin('datasets as d', 'd.id', 'j.dataset_id')
    .select(['d.name as dataset', 'j.state', sql<number>`count(*)::int`.as('count')])
    .groupBy(['d.name', 'j.state'])
    .orderBy('d.name')
    .orderBy('j.state')
    .limit(500)
    .execute()
}

function measureTrainings(db: Kysely<Tables>): Promise<Gauges['trainings']> {
  return db
    .selectFrom('training_jobs as j')
    .innerJoin('datasets as d', 'd.id', 'j.dataset_id')
    .select([
      'd.name as dataset',
      sql<number>`count(*)::int`.as('count'),
      sql<number>`coalesce(sum(extract(epoch from j.finished_at - j.started_at)), 0)::float8`.as('seconds'),
    ])
    .where('j.state', '=', 'SUCCEEDED')
    .groupBy('d.name')
    .orderBy('d.name')
    .limit(100)
    .execute()
}

function countWorkers(db: Kysely<Tables>): Promise<Gauges['workers']> {
  const isBusy = sql`exists (select from training_jobs j where j.worker_id = w.id and j.state = 'RUNNING')`
  return db
    .selectFrom('workers as w')
    .select([
      'w.backend',
      sql<number>`count(*)::int`.as('alive'),
      sql<number>`(count(*) filter (where ${isBusy}))::int`.as('busy'),
    ])
    .where('w.last_seen_at', '>', sql<Date>`now() - interval '1 minute'`)
    .groupBy('w.backend')
    .orderBy('w.backend')
    .limit(20)
    .execute()
}

function countTakers(db: Kysely<Tables>): Promise<Gauges['takers']> {
  const identifiers = sql<{ identifier: string }>`unnest(w.tasks)`.as<'t'>(sql`t(identifier)`)
  return db
    .selectFrom('workers as w')
    .innerJoinLateral(identifiers, (join) => join.onTrue())
    .select([
      sql<string>`split_part(t.identifier, ':', 1)`.as('task'),
      sql<string>`split_part(split_part(t.identifier, ':', 2), '@', 1)`.as('dataset'),
      sql<number>`count(*)::int`.as('count'),
    ])
    .where('w.last_seen_at', '>', sql<Date>`now() - interval '1 minute'`)
    .groupBy(sql`1, 2`)
    .orderBy(sql`1, 2`)
    .limit(200)
    .execute()
}

function listSurrogateAges(db: Kysely<Tables>): Promise<Gauges['surrogates']> {
  return db
    .selectFrom('surrogates as u')
    .innerJoin('datasets as d', 'd.id', 'u.dataset_id')
    .select([
      'd.name as dataset',
      'u.algorithm',
      sql<number>`extract(epoch from now() - max(u.fitted_at))::float8`.as('ageSeconds'),
    ])
    .where('u.state', '=', 'READY')
    .groupBy(['d.name', 'u.algorithm'])
    .orderBy('ageSeconds')
    .limit(100)
    .execute()
}
