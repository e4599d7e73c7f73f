import { type Kysely, sql } from 'kysely'
import { removeTasks, removeTasksWithPrefix, taskKey } from '../queue.js'
import type { Tables } from '../tables/generated.js'

/** Locks a dataset until the transaction ends, so that nothing is added to it. Returns false if it is deleted already. */
export async function lockDatasetForDeletion(db: Kysely<Tables>, datasetId: number): Promise<boolean> {
  const row = await db.selectFrom('datasets').select('id').where('id', '=', datasetId).forUpdate().executeTakeFirst()
  return row !== undefined
}

/** Numbers of things in a dataset that others than a key still work on. */
export interface WorkOfOthers {
  readonly searches: number
  readonly trainings: number
}

/** The ACTIVE searches and the unfinished trainings in a dataset that other keys than this one requested. */
export async function countWorkOfOthers(
  db: Kysely<Tables>,
  datasetId: number,
  apiKeyId: number,
): Promise<WorkOfOthers> {
  const { searches, trainings } = await db
    .selectNoFrom(({ selectFrom }) => [
      selectFrom('searches as s')
        .select(sql<number>`count(*)::int`.as('count'))
        .where('s.dataset_id', '=', datasetId)
        .where('s.state', '=', 'ACTIVE')
        .where(sql<boolean>`s.api_key_id is distinct from ${apiKeyId}::int`)
        .as('searches'),
      selectFrom('training_jobs as j')
        .select(sql<number>`count(*)::int`.as('count'))
        .where('j.dataset_id', '=', datasetId)
        .where('j.state', 'in', ['QUEUED', 'RUNNING'])
        .where(sql<boolean>`j.api_key_id is distinct from ${apiKeyId}::int`)
        .as('trainings'),
    ])
    .executeTakeFirstOrThrow()
  return { searches: searches ?? 0, trainings: trainings ?? 0 }
}

/** Removes the waiting tasks of a dataset from the queue. A worker that has one finds nothing to do when it writes. */
export async function removeTasksOf(db: Kysely<Tables>, datasetId: number): Promise<void> {
  const jobs = await db
    .selectFrom('training_jobs as j')
    .select('j.id')
    .where('j.dataset_id', '=', datasetId)
    .where('j.state', 'in', ['QUEUED', 'RUNNING'])
    .execute()
  const fits = await db
    .selectFrom('surrogates as u')
    .select('u.id')
    .where('u.dataset_id', '=', datasetId)
    .where('u.state', 'in', ['QUEUED', 'FITTING'])
    .execute()
  await removeTasks(db, [
    ...jobs.map(({ id }) => taskKey('train_activation', id)),
    ...fits.map(({ id }) => taskKey('update_surrogate', id)),
  ])
  await removeTasksWithPrefix(db, `${taskKey('compute_features', datasetId)}:`)
}

const DELETED_TABLES = [
  ...(['source_rows', 'runs', 'evaluations', 'fisher_spectra', 'training_jobs'] as const),
  ...(['evaluation_changes', 'metric_steps', 'dataset_columns', 'evaluation_removals'] as const),
] as const

/** Rows that one statement deletes, so that none exceeds the time limit of a statement. */
const CHUNK = 10_000

/**
 * Deletes a dataset with everything in it, in the caller's transaction. Large tables are deleted in parts, those first that
 * refer to the others.
 */
export async function deleteDatasetRows(db: Kysely<Tables>, datasetId: number): Promise<void> {
  // The evaluations go too, so nobody needs the number of their runs.
  await sql`set local actbench.uncounted = 'on'`.execute(db)
  for (const table of DELETED_TABLES) {
    for (;;) {
      const { numDeletedRows } = await db
        .deleteFrom(table)
        .where(
          sql`ctid`,
          '=',
          sql`any(array(select ctid from ${sql.table(table)} where dataset_id = ${datasetId}::int limit ${CHUNK}::int))`,
        )
        .executeTakeFirstOrThrow()
      if (numDeletedRows < BigInt(CHUNK)) break
    }
  }
  await db.deleteFrom('datasets').where('id', '=', datasetId).execute()
}
