import { type Kysely, sql } from 'kysely'
import type { Tables } from '../tables/generated.js'
import type { UploadedRow } from './uploaded-predictions.js'

/** All predictions of an uploaded surrogate, in the order of their identities. */
export function listUploads(db: Kysely<Tables>, surrogateId: number): Promise<UploadedRow[]> {
  return selectUploads(db, surrogateId).execute()
}

/**
 * The predictions of an uploaded surrogate for functions that a dataset has not measured and that have a spelling which
 * matches a regular expression: the one of the upload, or a stored one.
 */
export function listUnmeasuredUploads(
  db: Kysely<Tables>,
  { surrogateId, datasetId, pattern }: { surrogateId: number; datasetId: number; pattern: string },
): Promise<UploadedRow[]> {
  return selectUploads(db, surrogateId)
    .leftJoin('activations as a', 'a.identity', 'p.identity')
    .where(({ eb, exists, or, selectFrom }) =>
      or([
        eb('p.expression', '~', pattern),
        exists(
          selectFrom('expressions as x')
            .select('x.text')
            .whereRef('x.activation_id', '=', 'a.id')
            .where('x.text', '~', pattern),
        ),
      ]),
    )
    .where(({ exists, not, selectFrom }) =>
      not(
        exists(
          selectFrom('evaluations as e')
            .select('e.id')
            .whereRef('e.activation_id', '=', 'a.id')
            .where('e.dataset_id', '=', datasetId)
            .where('e.validation_accuracy', 'is not', null),
        ),
      ),
    )
    .execute()
}

/** The highest validation accuracy of a dataset, or null. */
export async function findBestMeasured(db: Kysely<Tables>, datasetId: number): Promise<number | null> {
  const { best } = await db
    .selectFrom('evaluations as e')
    .select((eb) => eb.fn.max('e.validation_accuracy').as('best'))
    .where('e.dataset_id', '=', datasetId)
    .executeTakeFirstOrThrow()
  return best
}

/** The number of predictions of an uploaded surrogate without a standard deviation. */
export async function countWithoutDeviation(db: Kysely<Tables>, surrogateId: number): Promise<number> {
  const { count } = await db
    .selectFrom('uploaded_predictions as p')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('p.surrogate_id', '=', surrogateId)
    .where('p.standard_deviation', 'is', null)
    .executeTakeFirstOrThrow()
  return count
}

function selectUploads(db: Kysely<Tables>, surrogateId: number) {
  return db
    .selectFrom('uploaded_predictions as p')
    .select(sql<string>`encode(p.identity, 'hex')`.as('identityHex'))
    .select(['p.expression', 'p.mean', 'p.standard_deviation as standardDeviation'])
    .where('p.surrogate_id', '=', surrogateId)
    .orderBy('p.identity')
}
