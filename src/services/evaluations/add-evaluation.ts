import type { Database } from '../../db/connection/client.js'
import type { Evaluation } from '../../db/generated/client.js'
import { requireScope, type Viewer } from '../access/viewer.js'
import { addEvaluationRows, type EvaluationRowInput } from './add-evaluation-rows.js'

export interface AddEvaluationInput extends EvaluationRowInput {
  readonly dataset: string
  /** At most 200 characters. */
  readonly idempotencyKey?: string | null
}

/**
 * Adds a run that a client measured to the client's own dataset, and returns the evaluation with the medians over the
 * function's runs. Scope: DATASET. Throws NOT_FOUND, FORBIDDEN (not REPORTED, or owned by another key),
 * INVALID_EXPRESSION, NOT_FINITE, BAD_USER_INPUT, or CONFLICT if the seed was reported before, the dataset is full, or the
 * idempotency key came with another request.
 */
export async function addEvaluation(
  database: Database,
  viewer: Viewer | null,
  input: AddEvaluationInput,
): Promise<Evaluation> {
  const owner = requireScope(viewer, 'DATASET')
  const request = { mutation: 'addEvaluation', dataset: input.dataset, rows: [input], input }
  const [evaluation] = await addEvaluationRows(database, owner, request, () => '')
  return evaluation
}
