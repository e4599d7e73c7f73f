import type { Metrics } from '../../datasets/metrics.js'
import type { Db } from '../../db/connection/client.js'
import type { Dataset, Evaluation } from '../../db/generated/client.js'
import { ActbenchError } from '../../errors.js'
import { refitWhenDue } from '../surrogates/refit-when-due.js'
import { refreshMedians } from './refresh-medians.js'

export interface ReportedRun {
  readonly dataset: Pick<Dataset, 'id' | 'name' | 'version'>
  readonly activationId: number
  /** Canonical text, as it was evaluated. */
  readonly expression: string
  /** Null where it is not known: such a run is never taken for one that was reported before. */
  readonly seed: number | null
  readonly metrics: Metrics
  readonly apiKeyId: number
}

/**
 * Adds a run that a client measured to its function's evaluation, which is made where it is the first, and returns the
 * evaluation with the medians over all its runs. The caller has checked that the dataset is the client's and passes its
 * transaction. Throws CONFLICT where the seed was reported before or there are too many runs.
 */
export async function recordReportedRun(db: Db, reported: ReportedRun): Promise<Evaluation> {
  const evaluationId = await lockEvaluation(db, reported)
  await addRun(db, evaluationId, reported)
  await refreshMedians(db, evaluationId)
  await refitWhenDue(db, reported.dataset.id)
  return db.evaluation.findUniqueOrThrow({ where: { id: evaluationId } })
}

/** Makes the row where it is missing and locks it, so that runs of one function are added one after the other. */
async function lockEvaluation(db: Db, { dataset, activationId, expression, apiKeyId }: ReportedRun): Promise<number> {
  await db.$executeRaw`
    INSERT INTO evaluations (dataset_id, activation_id, expression, origin, api_key_id)
    VALUES (${dataset.id}, ${activationId}, ${expression}, 'REPORTED', ${apiKeyId})
    ON CONFLICT DO NOTHING`
  const [row] = await db.$queryRaw<{ id: number }[]>`
    SELECT id FROM evaluations
    WHERE dataset_id = ${dataset.id} AND activation_id = ${activationId} AND origin = 'REPORTED' FOR UPDATE`
  return row.id
}

/** Runs of one function that clients may report to a dataset. */
export const MAX_RUNS = 1000

async function addRun(db: Db, evaluationId: number, { dataset, activationId, seed, metrics, apiKeyId }: ReportedRun) {
  if ((await db.run.count({ where: { evaluationId } })) >= MAX_RUNS) {
    throw new ActbenchError('CONFLICT', `this function has ${MAX_RUNS} runs in ${dataset.name}, as many as it may`)
  }
  if (seed !== null) {
    const known = await db.run.findFirst({
      where: { datasetId: dataset.id, datasetVersion: dataset.version, activationId, seed },
      select: { id: true },
    })
    if (known) throw new ActbenchError('CONFLICT', `a run with seed ${seed} of this function was reported before`)
  }
  await db.run.create({
    data: {
      evaluationId,
      datasetId: dataset.id,
      activationId,
      datasetVersion: dataset.version,
      seed,
      ...metrics,
      apiKeyId,
    },
  })
}
