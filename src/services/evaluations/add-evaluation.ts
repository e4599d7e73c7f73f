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
 * Adds a run that a client measured to the client's own dataset, and returns the evaluation with the medians over the
 * function's runs. Scope: DATASET. Throws NOT_FOUND, FORBIDDEN (not REPORTED, or owned by another key),
 * INVALID_EXPRESSION, NOT_FINITE, BAD_USER_INPUT, or CONFLICT if the seed was reported before or the dataset is full.
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

/** Largest number of functions in a client's dataset, far above a usual search space. Concurrent requests may exceed it slightly. */
const MAX_EVALUATIONS = 100_000

/** Prevents the deletion of the dataset during the request, and refuses an evaluation if the dataset is full. */
async function requireRoom(db: Db, { id, name }: Dataset): Promise<void> {
  if (!(await keepDataset(db.$kysely, id))) throw datasetNotFound(name)
  if ((await db.evaluation.count({ where: { datasetId: id } })) < MAX_EVALUATIONS) return
  throw new ActbenchError(
    'CONFLICT',
    `dataset: ${name} already has ${MAX_EVALUATIONS} evaluations, which is the maximum`,
  )
}
