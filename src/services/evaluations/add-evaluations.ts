import type { Database } from '../../db/connection/client.js'
import type { Evaluation } from '../../db/generated/client.js'
import { requireScope, type Viewer } from '../access/viewer.js'
import { refuseInput } from '../validate-input.js'
import { addEvaluationRows, type EvaluationRowInput } from './add-evaluation-rows.js'

export interface AddEvaluationsInput {
  readonly dataset: string
  /** 1 to 1000 rows. */
  readonly rows: readonly EvaluationRowInput[]
  readonly idempotencyKey?: string | null
}

export const MAX_ROWS = 1000

/**
 * Adds runs that a client measured to the client's own dataset, all or none, and returns the evaluation of each row with the
 * medians over the function's runs. Scope: DATASET. Throws what `addEvaluation` throws; an error of a row names it, such as
 * `rows[3].seed`.
 */
export async function addEvaluations(
  database: Database,
  viewer: Viewer | null,
  input: AddEvaluationsInput,
): Promise<Evaluation[]> {
  const owner = requireScope(viewer, 'DATASET')
  const { dataset, rows } = input
  if (rows.length < 1 || rows.length > MAX_ROWS) refuseInput('rows', `1 to ${MAX_ROWS} rows`, `${rows.length} rows`)
  return addEvaluationRows(
    database,
    owner,
    { mutation: 'addEvaluations', dataset, rows, input },
    (row) => `rows[${row}].`,
  )
}
