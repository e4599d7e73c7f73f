import type { Database } from '../db/client.js'
import type { Evaluation } from '../db/generated/client.js'
import { describeActivation } from './describe-activation.js'
import { ensureActivation, requireFinite } from './ensure-activation.js'
import { getOwnDataset } from './get-dataset.js'
import { inTransaction } from './in-transaction.js'
import { recordReportedRun } from './record-reported-run.js'
import { getValidInteger, refuseInput } from './valid-input.js'
import { findFirstMetric, getValidMetrics, type MetricsInput } from './valid-metrics.js'
import { requireScope, type Viewer } from './viewer.js'

export interface AddEvaluationInput extends MetricsInput {
  readonly dataset: string
  readonly expression: string
  readonly seed?: number | null
}

/**
 * Adds what a client measured to its own dataset, as a run with its seed, and returns the evaluation: the medians over
 * the function's runs. Scope: DATASET. Throws NOT_FOUND, FORBIDDEN (not REPORTED, or another key's), INVALID_EXPRESSION,
 * NOT_FINITE, BAD_USER_INPUT, or CONFLICT where the seed was reported before.
 */
export async function addEvaluation(
  database: Database,
  viewer: Viewer | null,
  input: AddEvaluationInput,
): Promise<Evaluation> {
  const owner = requireScope(viewer, 'DATASET')
  const seed = input.seed ?? null
  if (seed !== null) getValidInteger('seed', seed, 0, 2 ** 31 - 1)
  const metrics = getValidMetrics(input)
  if (findFirstMetric(input) === null) refuseInput('validationAccuracy', 'at least one metric', null)
  const described = describeActivation(input.expression)
  requireFinite(described)
  return inTransaction(database, async (db) => {
    const dataset = await getOwnDataset(db, owner, input.dataset)
    const activation = await ensureActivation(db, described.canonicalText)
    return recordReportedRun(db, {
      dataset,
      activationId: activation.id,
      expression: described.canonicalText,
      seed,
      metrics,
      apiKeyId: owner.apiKeyId,
    })
  })
}
