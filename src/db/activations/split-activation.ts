import { type Kysely, sql } from 'kysely'
import type { Tables } from '../tables/generated.js'
import { anyOf } from '../tables/lists.js'

/** Deletes spellings of a function, in the caller's transaction, because they belong to another one. */
export async function deleteSpellings(db: Kysely<Tables>, id: number, texts: readonly string[]): Promise<void> {
  await db.deleteFrom('expressions').where('activation_id', '=', id).where('text', '=', anyOf(texts)).execute()
}

/**
 * Gives the evaluations, trainings, suggestions and runs of a function that have one of these expressions to another
 * function, in the caller's transaction. A run has the expression of its training, else that of its evaluation.
 */
export async function moveMeasurements(
  db: Kysely<Tables>,
  from: number,
  to: number,
  texts: readonly string[],
): Promise<void> {
  await sql`update runs r set activation_id = ${to}
    from evaluations e
    where e.id = r.evaluation_id and r.activation_id = ${from}
      and coalesce((select j.expression from training_jobs j where j.id = r.training_job_id), e.expression)
        = any(${texts}::text[])`.execute(db)
  for (const table of ['evaluations', 'training_jobs', 'suggestions'] as const) {
    await db
      .updateTable(table)
      .set({ activation_id: to })
      .where('activation_id', '=', from)
      .where('expression', '=', anyOf(texts))
      .execute()
  }
}

/** A run of a function that is attached to an evaluation of another function. */
export interface StrayRun {
  readonly id: number
  readonly datasetId: number
  readonly activationId: number
  readonly evaluationId: number
  readonly expression: string
  readonly apiKeyId: number | null
}

/** The runs of these functions that are attached to evaluations of other functions. All have a training. */
export async function listStrayRuns(db: Kysely<Tables>, ids: readonly number[]): Promise<StrayRun[]> {
  return db
    .selectFrom('runs as r')
    .innerJoin('evaluations as e', 'e.id', 'r.evaluation_id')
    .innerJoin('training_jobs as j', 'j.id', 'r.training_job_id')
    .select(['r.id', 'r.dataset_id as datasetId', 'r.activation_id as activationId'])
    .select(['r.evaluation_id as evaluationId', 'j.expression', 'r.api_key_id as apiKeyId'])
    .where('r.activation_id', '=', anyOf(ids))
    .whereRef('e.activation_id', '<>', 'r.activation_id')
    .orderBy('r.id')
    .execute()
}

/** Attaches a run to the evaluation of its function, which is created if the dataset has none. Returns its id. */
export async function attachRun(
  db: Kysely<Tables>,
  { id, datasetId, activationId, expression, apiKeyId }: StrayRun,
): Promise<number> {
  const known = await db
    .selectFrom('evaluations')
    .select('id')
    .where('dataset_id', '=', datasetId)
    .where('activation_id', '=', activationId)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  const { id: evaluationId } =
    known ??
    (await db
      .insertInto('evaluations')
      .values({
        ...{ dataset_id: datasetId, activation_id: activationId, expression, origin: 'TRAINED', api_key_id: apiKeyId },
        updated_at: sql`now()`,
      })
      .returning('id')
      .executeTakeFirstOrThrow())
  await db.updateTable('runs').set({ evaluation_id: evaluationId }).where('id', '=', id).execute()
  return evaluationId
}

/** Deletes those of these evaluations that have no runs any more, except imported ones. Returns the ids of the others. */
export async function deleteEmptied(db: Kysely<Tables>, evaluationIds: readonly number[]): Promise<number[]> {
  await sql`delete from evaluations e
    where e.id = any(${evaluationIds}::int[]) and e.origin <> 'IMPORTED'
      and not exists (select from runs r where r.evaluation_id = e.id)`.execute(db)
  const rows = await db
    .selectFrom('evaluations')
    .select('id')
    .where('id', '=', anyOf(evaluationIds))
    .where('origin', '<>', 'IMPORTED')
    .execute()
  return rows.map(({ id }) => id)
}

/** Suggestions of these functions that refer to an evaluation of another function get the one of their own, or none. */
export async function correctSuggestions(db: Kysely<Tables>, ids: readonly number[]): Promise<void> {
  await sql`update suggestions s
    set evaluation_id = (
      select o.id from evaluations o join searches q on q.dataset_id = o.dataset_id
      where q.id = s.search_id and o.activation_id = s.activation_id order by o.id limit 1)
    from evaluations e
    where e.id = s.evaluation_id and s.activation_id = any(${ids}::int[])
      and e.activation_id <> s.activation_id`.execute(db)
}

/** A spectrum that came with a row of a file goes to the function of the first row. */
export async function moveImportedSpectra(db: Kysely<Tables>, from: number, ids: readonly number[]): Promise<void> {
  await sql`update fisher_spectra f set activation_id = first.activation_id
    from (
      select distinct on (e.dataset_id) e.dataset_id, e.activation_id from evaluations e
      where e.activation_id = any(${ids}::int[]) and e.origin = 'IMPORTED' order by e.dataset_id, e.id
    ) as first
    where f.dataset_id = first.dataset_id and f.activation_id = ${from}
      and first.activation_id <> ${from}`.execute(db)
}

/** The trainable datasets in which a function was measured and has no spectrum. */
export async function listLackingSpectra(db: Kysely<Tables>, ids: readonly number[]) {
  return db
    .selectFrom('evaluations as e')
    .innerJoin('datasets as d', 'd.id', 'e.dataset_id')
    .select(['d.id as datasetId', 'd.name', 'd.version', 'e.activation_id as activationId'])
    .distinct()
    .where('e.activation_id', '=', anyOf(ids))
    .where('d.trainable', '=', true)
    .where('d.fisher_spectrum_length', 'is not', null)
    .where(({ exists, not, selectFrom }) =>
      not(
        exists(
          selectFrom('fisher_spectra as f')
            .whereRef('f.dataset_id', '=', 'd.id')
            .whereRef('f.activation_id', '=', 'e.activation_id'),
        ),
      ),
    )
    .execute()
}
