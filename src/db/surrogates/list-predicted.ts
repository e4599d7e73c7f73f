import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { Tables } from '../tables/generated.js'

/** A measured function with the prediction that did not use its measurement. */
export interface PredictedRow {
  readonly measured: number
  readonly prediction: number
  /** 0 for a row of a published file. */
  readonly runs: number
}

/** As many as a fit uses. */
const MOST = 20_000

/** The measured functions that a surrogate predicts, with their present measurements. */
export function listPredicted(
  db: Kysely<Tables>,
  { surrogateId, datasetId }: { readonly surrogateId: number; readonly datasetId: number },
): Promise<PredictedRow[]> {
  return db
    .selectFrom('surrogate_points as t')
    .innerJoin('evaluations as e', 'e.activation_id', 't.activation_id')
    .select((eb) => [
      eb.ref('e.validation_accuracy').$notNull().as('measured'),
      eb.ref('t.mean').$notNull().as('prediction'),
      'e.run_count as runs',
    ])
    .where('t.surrogate_id', '=', surrogateId)
    .where('t.measured', 'is not', null)
    .where('t.mean', 'is not', null)
    .where('e.dataset_id', '=', datasetId)
    .where('e.validation_accuracy', 'is not', null)
    .orderBy('t.activation_id')
    .limit(sql.lit(MOST))
    .execute()
}
