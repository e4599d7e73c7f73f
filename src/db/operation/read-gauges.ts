import type pg from 'pg'

/** What an operator wants to know of the database's contents, at this moment. */
export interface Gauges {
  /** Tasks in the queue that a worker could take, has taken, or nobody will take again. */
  readonly queue: readonly {
    readonly task: string
    readonly dataset: string
    readonly waiting: number
    readonly running: number
    readonly failed: number
    /** How long the oldest waiting one has been due. */
    readonly oldestSeconds: number
  }[]
  readonly jobs: readonly { readonly dataset: string; readonly state: string; readonly count: number }[]
  /** Trainings that succeeded, and what they took from start to end. */
  readonly trainings: readonly { readonly dataset: string; readonly count: number; readonly seconds: number }[]
  readonly workers: readonly { readonly backend: string; readonly alive: number; readonly busy: number }[]
  /** The youngest READY surrogate of a dataset; of a hundred datasets at most, those fitted last. */
  readonly surrogates: readonly { readonly dataset: string; readonly algorithm: string; readonly ageSeconds: number }[]
}

/** Reads them in five statements. Rejects with the database's errors. */
export async function readGauges(pool: pg.Pool): Promise<Gauges> {
  const read = async <Row extends object>(sql: string) => (await pool.query<Row>(sql)).rows
  return {
    queue: await read(QUEUE),
    jobs: await read(JOBS),
    trainings: await read(TRAININGS),
    workers: await read(WORKERS),
    surrogates: await read(SURROGATES),
  }
}

/** A task's identifier is `task:dataset@version`; fits name their surrogate in the task's key instead. */
const QUEUE = `
  SELECT split_part(t.task_identifier, ':', 1) AS task,
    coalesce(nullif(split_part(split_part(t.task_identifier, ':', 2), '@', 1), ''), d.name, '') AS dataset,
    (count(*) FILTER (WHERE t.locked_at IS NULL AND t.attempts < t.max_attempts))::int AS waiting,
    (count(*) FILTER (WHERE t.locked_at IS NOT NULL))::int AS running,
    (count(*) FILTER (WHERE t.locked_at IS NULL AND t.attempts >= t.max_attempts))::int AS failed,
    coalesce(greatest(extract(epoch FROM now() - min(t.run_at)
      FILTER (WHERE t.locked_at IS NULL AND t.attempts < t.max_attempts)), 0), 0)::float8 AS "oldestSeconds"
  FROM graphile_worker.jobs t
  LEFT JOIN surrogates s ON t.task_identifier = 'update_surrogate' AND t.key = 'update_surrogate:' || s.id
  LEFT JOIN datasets d ON d.id = s.dataset_id
  GROUP BY 1, 2 ORDER BY waiting DESC LIMIT 200`

const JOBS = `
  SELECT d.name AS dataset, j.state, count(*)::int AS count
  FROM training_jobs j JOIN datasets d ON d.id = j.dataset_id GROUP BY 1, 2 ORDER BY 1, 2 LIMIT 500`

const TRAININGS = `
  SELECT d.name AS dataset, count(*)::int AS count,
    coalesce(sum(extract(epoch FROM j.finished_at - j.started_at)), 0)::float8 AS seconds
  FROM training_jobs j JOIN datasets d ON d.id = j.dataset_id
  WHERE j.state = 'SUCCEEDED' GROUP BY 1 ORDER BY 1 LIMIT 100`

const WORKERS = `
  SELECT w.backend, count(*)::int AS alive,
    (count(*) FILTER (WHERE EXISTS (
      SELECT FROM training_jobs j WHERE j.worker_id = w.id AND j.state = 'RUNNING')))::int AS busy
  FROM workers w WHERE w.last_seen_at > now() - interval '1 minute' GROUP BY 1 ORDER BY 1 LIMIT 20`

const SURROGATES = `
  SELECT d.name AS dataset, s.algorithm, extract(epoch FROM now() - max(s.fitted_at))::float8 AS "ageSeconds"
  FROM surrogates s JOIN datasets d ON d.id = s.dataset_id
  WHERE s.state = 'READY' GROUP BY 1, 2 ORDER BY 3 LIMIT 100`
