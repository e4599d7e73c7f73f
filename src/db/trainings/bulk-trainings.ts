import { type Kysely, sql } from 'kysely'
import { now } from '../statements/time.js'
import type { Tables } from '../tables/generated.js'
import { anyOf, listOf, unnest } from '../tables/lists.js'
import type { EndedWork } from './ended-work.js'

/** The settings that all trainings of one bulk statement share. */
export interface BulkTraining {
  readonly datasetId: number
  readonly datasetVersion: string
  readonly seed: number
}

/** Inserts a job for each function that has neither a run nor an unfinished job. Returns the ids of the new jobs. */
export async function insertJobs(
  db: Kysely<Tables>,
  { datasetId, datasetVersion, seed }: BulkTraining,
  functions: readonly { readonly id: number; readonly expression: string }[],
  priority: number,
): Promise<number[]> {
  const listed = unnest('f', {
    id: listOf(
      'int4',
      functions.map(({ id }) => id),
    ),
    expression: listOf(
      'text',
      functions.map(({ expression }) => expression),
    ),
  })
  const rows = await db
    .insertInto('training_jobs')
    .columns(['dataset_id', 'dataset_version', 'activation_id', 'expression', 'seed', 'priority'])
    .expression((eb) =>
      eb
        .selectFrom(listed)
        .select([
          sql<number>`${datasetId}::int`.as('dataset_id'),
          sql<string>`${datasetVersion}::text`.as('dataset_version'),
          'f.id as activation_id',
          'f.expression',
          sql<number>`${seed}::int`.as('seed'),
          sql<number>`${priority}::int`.as('priority'),
        ])
        .where((eb) =>
          eb.not(
            eb.exists(
              eb
                .selectFrom('runs as r')
                .where('r.dataset_id', '=', datasetId)
                .where('r.dataset_version', '=', datasetVersion)
                .where('r.activation_id', '=', eb.ref('f.id'))
                .where('r.seed', '=', seed),
            ),
          ),
        )
        .orderBy('f.position'),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** The ids of the jobs for these functions that are queued or running. */
export async function listUnfinished(
  db: Kysely<Tables>,
  { datasetId, datasetVersion, seed }: BulkTraining,
  activationIds: readonly number[],
): Promise<number[]> {
  const rows = await db
    .selectFrom('training_jobs as j')
    .select('j.id')
    .where('j.dataset_id', '=', datasetId)
    .where('j.dataset_version', '=', datasetVersion)
    .where('j.seed', '=', seed)
    .where('j.activation_id', '=', anyOf(activationIds))
    .where('j.state', 'in', ['QUEUED', 'RUNNING'])
    .execute()
  return rows.map(({ id }) => id)
}

/** Those of these jobs that have ended, or were deleted with their dataset. */
export function listEndedTrainings(db: Kysely<Tables>, ids: readonly number[]): Promise<EndedWork[]> {
  return db
    .selectFrom(unnest('k', { id: listOf('int4', ids) }))
    .leftJoin('training_jobs as j', 'j.id', 'k.id')
    .leftJoin('runs as r', (join) =>
      join
        .onRef('r.dataset_id', '=', 'j.dataset_id')
        .onRef('r.dataset_version', '=', 'j.dataset_version')
        .onRef('r.activation_id', '=', 'j.activation_id')
        .onRef('r.seed', '=', 'j.seed'),
    )
    .select((eb) => [
      'k.id',
      eb.fn.coalesce('j.expression', sql.lit('')).as('expression'),
      'r.validation_accuracy as accuracy',
      sql<string | null>`case when j.state = 'SUCCEEDED' then null when j.id is null then 'its job is gone'
        else coalesce(j.failure, 'the training was cancelled') end`.as('failure'),
    ])
    .where((eb) => eb.or([eb('j.id', 'is', null), eb('j.state', 'not in', ['QUEUED', 'RUNNING'])]))
    .orderBy('j.finished_at')
    .orderBy('k.id')
    .execute()
}

/** Cancels the jobs of a dataset that are QUEUED with this priority, and returns their ids. */
export async function cancelQueuedJobs(db: Kysely<Tables>, datasetId: number, priority: number): Promise<number[]> {
  const rows = await db
    .updateTable('training_jobs as j')
    .set((eb) => ({
      state: 'CANCELLED',
      finished_at: now,
      fence: eb('j.fence', '+', 1),
      checkpoint: null,
      worker_id: null,
    }))
    .where('j.id', 'in', (eb) =>
      eb
        .selectFrom('training_jobs as queued')
        .select('queued.id')
        .where('queued.dataset_id', '=', datasetId)
        .where('queued.state', '=', 'QUEUED')
        .where('queued.priority', '=', priority)
        .orderBy('queued.id')
        .forUpdate(),
    )
    .returning('j.id')
    .execute()
  return rows.map(({ id }) => id)
}

/** The best run of these functions with these seeds; undefined if none has a validation accuracy. */
export function findBestRun(
  db: Kysely<Tables>,
  { datasetId, datasetVersion, seeds }: Omit<BulkTraining, 'seed'> & { readonly seeds: readonly number[] },
  activationIds: readonly number[],
): Promise<{ expression: string; accuracy: number } | undefined> {
  return db
    .selectFrom('runs as r')
    .innerJoin('evaluations as e', 'e.id', 'r.evaluation_id')
    .select(['e.expression', 'r.validation_accuracy as accuracy'])
    .where('r.dataset_id', '=', datasetId)
    .where('r.dataset_version', '=', datasetVersion)
    .where('r.activation_id', '=', anyOf(activationIds))
    .where('r.seed', '=', anyOf(seeds))
    .where('r.validation_accuracy', 'is not', null)
    .orderBy('r.validation_accuracy', 'desc')
    .orderBy('r.id')
    .limit(1)
    .$narrowType<{ accuracy: number }>()
    .executeTakeFirst()
}
