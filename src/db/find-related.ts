import { inOrder } from './find-rows.js'
import { METRICS, type Metric } from './metrics.js'
import {
  type EpochRow,
  EVALUATION_COLUMNS,
  type EvaluationRow,
  type PointRow,
  type Queryable,
  RUN_COLUMNS,
  type RunRow,
  SURROGATE_COLUMNS,
  type SurrogateRow,
  TRAINING_JOB_COLUMNS,
  type TrainingJobRow,
} from './rows.js'

// Every function here takes the keys of a whole request at once and answers in their order, with one statement.

/** All evaluations of each activation, dataset by dataset. */
export async function findEvaluationsOf(db: Queryable, activationIds: readonly number[]): Promise<EvaluationRow[][]> {
  const { rows } = await db.query(
    `select ${EVALUATION_COLUMNS('e')} from evaluations e where e.activation_id = any($1::int[])
     order by e.dataset_id, e.id`,
    [activationIds],
  )
  return grouped<EvaluationRow>(activationIds, rows, (row) => row.activationId)
}

export interface EvaluationKey {
  readonly datasetId: number
  readonly activationId: number
  /** Of several evaluations of one function in one dataset, the one that has or lists this expression is preferred. */
  readonly expression: string
}

/** The evaluation of each activation in a dataset; null where there is none. */
export async function findEvaluations(
  db: Queryable,
  keys: readonly EvaluationKey[],
): Promise<(EvaluationRow | null)[]> {
  const { rows } = await db.query(
    `select k.place::int, found.*
     from unnest($1::int[], $2::int[], $3::text[]) with ordinality as k(dataset_id, activation_id, expression, place)
     join lateral (
       select ${EVALUATION_COLUMNS('e')} from evaluations e
       where e.dataset_id = k.dataset_id and e.activation_id = k.activation_id
       order by (e.expression = k.expression) desc, exists (
         select from source_rows s where s.evaluation_id = e.id and k.expression = any(s.listed)) desc, e.id limit 1
     ) as found on true`,
    [keys.map((key) => key.datasetId), keys.map((key) => key.activationId), keys.map((key) => key.expression)],
  )
  return byPlace(keys, rows)
}

/** The place of each evaluation in its dataset by a metric: 1 for the best, shared by equals, null without the metric. */
export async function findRanks(db: Queryable, metric: Metric, ids: readonly number[]): Promise<(number | null)[]> {
  const { column, isHigherBetter } = METRICS[metric]
  // Counting those ahead reads an index up to the evaluation's place: a page of a leaderboard's head costs next to nothing.
  const { rows } = await db.query(
    `select e.id, (select count(*)::int + 1 from evaluations b
       where b.dataset_id = e.dataset_id and b.${column} ${isHigherBetter ? '>' : '<'} e.${column}) as rank
     from evaluations e where e.id = any($1::int[]) and e.${column} is not null`,
    [ids],
  )
  return inOrder<number, { id: number; rank: number }>(ids, rows, (row) => row.id).map((row) => row?.rank ?? null)
}

/** The number of evaluations in each dataset. */
export async function countEvaluations(db: Queryable, datasetIds: readonly number[]): Promise<number[]> {
  const { rows } = await db.query(
    `select e.dataset_id as id, count(*)::int as count from evaluations e
     where e.dataset_id = any($1::int[]) group by e.dataset_id`,
    [datasetIds],
  )
  return inOrder<number, { id: number; count: number }>(datasetIds, rows, (row) => row.id).map((row) => row?.count ?? 0)
}

/** The runs of each evaluation, by seed. */
export async function findRunsOf(db: Queryable, evaluationIds: readonly number[]): Promise<RunRow[][]> {
  const { rows } = await db.query(
    `select ${RUN_COLUMNS('r')} from runs r where r.evaluation_id = any($1::int[]) order by r.seed nulls last, r.id`,
    [evaluationIds],
  )
  return grouped<RunRow>(evaluationIds, rows, (row) => row.evaluationId)
}

/** The run that each training job made; null where it made none. */
export async function findRunsOfJobs(db: Queryable, jobIds: readonly number[]): Promise<(RunRow | null)[]> {
  const { rows } = await db.query(`select ${RUN_COLUMNS('r')} from runs r where r.training_job_id = any($1::int[])`, [
    jobIds,
  ])
  return inOrder<number | null, RunRow>(jobIds, rows, (row) => row.trainingJobId)
}

/** The learning curve of each run, or of each training job so far. */
export async function findEpochs(
  db: Queryable,
  owner: 'run' | 'training_job',
  ids: readonly number[],
): Promise<EpochRow[][]> {
  const { rows } = await db.query(
    `select c.${owner}_id as owner, c.epoch, c.train_accuracy as "trainAccuracy", c.train_loss as "trainLoss",
       c.validation_accuracy as "validationAccuracy", c.validation_loss as "validationLoss"
     from ${owner}_epochs c where c.${owner}_id = any($1::int[]) order by c.epoch`,
    [ids],
  )
  return grouped<EpochRow & { owner: number }>(ids, rows, (row) => row.owner)
}

/** The newest READY surrogate of each dataset; null where there is none. */
export async function findReadySurrogates(
  db: Queryable,
  datasetIds: readonly number[],
): Promise<(SurrogateRow | null)[]> {
  const { rows } = await db.query(
    `select distinct on (u.dataset_id) ${SURROGATE_COLUMNS('u')} from surrogates u
     where u.dataset_id = any($1::int[]) and u.state = 'READY' order by u.dataset_id, u.version desc`,
    [datasetIds],
  )
  return inOrder<number, SurrogateRow>(datasetIds, rows, (row) => row.datasetId)
}

/** The newest surrogate of a dataset of each algorithm, in whatever state, the newest of all first. */
export async function listNewestSurrogates(db: Queryable, datasetId: number): Promise<SurrogateRow[]> {
  const { rows } = await db.query<SurrogateRow>(
    `select distinct on (u.algorithm) ${SURROGATE_COLUMNS('u')} from surrogates u
     where u.dataset_id = $1 order by u.algorithm, u.version desc`,
    [datasetId],
  )
  return rows.sort((a, b) => b.version - a.version)
}

/** A version of each dataset's surrogate, in whatever state; null where there is none. */
export async function findSurrogateVersions(
  db: Queryable,
  version: number,
  datasetIds: readonly number[],
): Promise<(SurrogateRow | null)[]> {
  const { rows } = await db.query(
    `select ${SURROGATE_COLUMNS('u')} from surrogates u where u.dataset_id = any($1::int[]) and u.version = $2`,
    [datasetIds, version],
  )
  return inOrder<number, SurrogateRow>(datasetIds, rows, (row) => row.datasetId)
}

export interface PointKey {
  readonly surrogateId: number
  readonly activationId: number
}

/** The prediction that a surrogate made of an activation when it was fitted; null where it made none. */
export async function findPoints(
  db: Queryable,
  keys: readonly PointKey[],
): Promise<(Omit<PointRow, 'measured' | 'x' | 'y' | 'activation'> | null)[]> {
  const { rows } = await db.query(
    `select k.place::int, t.surrogate_id as "surrogateId", t.activation_id as "activationId", t.mean,
       t.standard_deviation as "standardDeviation", t.features::text[], t.based_on as "basedOn"
     from unnest($1::int[], $2::int[]) with ordinality as k(surrogate_id, activation_id, place)
     join surrogate_points t on t.surrogate_id = k.surrogate_id and t.activation_id = k.activation_id`,
    [keys.map((key) => key.surrogateId), keys.map((key) => key.activationId)],
  )
  return byPlace(keys, rows)
}

/** The training job that each worker is at; null where it is idle. */
export async function findCurrentJobs(db: Queryable, workerIds: readonly number[]): Promise<(TrainingJobRow | null)[]> {
  const { rows } = await db.query(
    `select ${TRAINING_JOB_COLUMNS('j')} from training_jobs j
     where j.worker_id = any($1::int[]) and j.state = 'RUNNING' order by j.started_at`,
    [workerIds],
  )
  return inOrder<number | null, TrainingJobRow>(workerIds, rows, (row) => row.workerId)
}

function grouped<Row>(keys: readonly number[], rows: readonly Row[], keyOf: (row: Row) => number): Row[][] {
  const groups = new Map<number, Row[]>(keys.map((key) => [key, []]))
  for (const row of rows) groups.get(keyOf(row))?.push(row)
  return keys.map((key) => groups.get(key) ?? [])
}

function byPlace<Row>(keys: readonly unknown[], rows: readonly (Row & { place: number })[]): (Row | null)[] {
  const found: (Row | null)[] = keys.map(() => null)
  for (const { place, ...row } of rows) found[place - 1] = row as Row
  return found
}
