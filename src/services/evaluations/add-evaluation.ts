import type { Database, Db } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { keepDataset } from '../../db/datasets/keep-dataset.js'
import type { Dataset, Evaluation } from '../../db/generated/client.js'
import { ActbenchError } from '../../errors.js'
import { requireScope, type Viewer } from '../access/viewer.js'
import { describeActivation } from '../activations/describe-activation.js'
import { ensureActivation, requireFinite } from '../activations/ensure-activation.js'
import { datasetNotFound, getOwnDataset } from '../datasets/get-dataset.js'
import { getValidInteger, refuseInput } from '../validate-input.js'
import { recordReportedRun } from './record-reported-run.js'
import { findFirstMetric, getValidMetrics, type MetricsInput } from './valid-metrics.js'

export interface AddEvaluationInput extends MetricsInput {
  readonly dataset: string
  readonly expression: string
  readonly seed?: number | null
}

/**
 * Adds what a client measured to its own dataset, as a run with its seed, and returns the evaluation: the medians over
 * the function's runs. Scope: DATASET. Throws NOT_FOUND, FORBIDDEN (not REPORTED, or another key's), INVALID_EXPRESSION,
 * NOT_FINITE, BAD_USER_INPUT, or CONFLICT where the seed was reported before or the dataset is full.
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
    await requireRoom(db, dataset)
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

/** Functions of a client's dataset, as many as its search space may hold many times over; racing requests may pass it by a few. */
const MAX_EVALUATIONS = 100_000

/** Keeps the dataset from being deleted under the request, and refuses what would make it too large. */
async function requireRoom(db: Db, { id, name }: Dataset): Promise<void> {
  if (!(await keepDataset(db.$kysely, id))) throw datasetNotFound(name)
  if ((await db.evaluation.count({ where: { datasetId: id } })) < MAX_EVALUATIONS) return
  throw new ActbenchError('CONFLICT', `${name} has ${MAX_EVALUATIONS} evaluations, as many as it may`)
}
