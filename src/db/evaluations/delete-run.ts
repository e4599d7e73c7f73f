import { type Kysely, sql } from 'kysely'
import type { Tables } from '../tables/generated.js'

/** Who may delete a run, and its evaluation. */
export interface RunContext {
  readonly evaluationId: number
  /** The key that reported it; null if no client did. */
  readonly apiKeyId: number | null
  readonly dataset: { readonly name: string; readonly origin: string; readonly apiKeyId: number | null }
}

/** The evaluation and the dataset of a run, or undefined. */
export async function findRunContext(db: Kysely<Tables>, runId: number): Promise<RunContext | undefined> {
  const row = await db
    .selectFrom('runs as r')
    .innerJoin('datasets as d', 'd.id', 'r.dataset_id')
    .select(['r.evaluation_id as evaluationId', 'r.api_key_id as apiKeyId'])
    .select(['d.name', 'd.origin', 'd.api_key_id as ownerId'])
    .where('r.id', '=', runId)
    .executeTakeFirst()
  if (!row) return undefined
  const { name, origin, ownerId, ...run } = row
  return { ...run, dataset: { name, origin, apiKeyId: ownerId } }
}

/**
 * Deletes a run and returns the number of runs that its evaluation still has; undefined if the run is deleted already. The
 * evaluation stays locked until the transaction ends, as when runs are added.
 */
export async function deleteRunOf(
  db: Kysely<Tables>,
  { runId, evaluationId }: { readonly runId: number; readonly evaluationId: number },
): Promise<number | undefined> {
  await db.selectFrom('evaluations as e').select('e.id').where('e.id', '=', evaluationId).forUpdate().execute()
  const { numDeletedRows } = await db.deleteFrom('runs').where('id', '=', runId).executeTakeFirstOrThrow()
  if (numDeletedRows === 0n) return undefined
  const { count } = await db
    .selectFrom('runs as r')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('r.evaluation_id', '=', evaluationId)
    .executeTakeFirstOrThrow()
  return count
}

/** Deletes an evaluation that has no runs any more, and tells those who follow the evaluations of its dataset. */
export async function deleteEvaluation(db: Kysely<Tables>, evaluationId: number): Promise<void> {
  await db
    .with('gone', (db) => db.deleteFrom('evaluations').where('id', '=', evaluationId).returningAll())
    .selectFrom('gone')
    .select(
      sql`pg_notify('actbench', json_build_object('kind', 'evaluation', 'id', gone.id, 'datasetId', gone.dataset_id,
        'deleted', json_build_object('activationId', gone.activation_id, 'expression', gone.expression))::text)`.as(
        'told',
      ),
    )
    .execute()
}
