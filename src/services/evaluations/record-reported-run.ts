import type { Db } from '../../db/connection/client.js'
import { lockReportedEvaluation } from '../../db/evaluations/lock-evaluation.js'
import { refreshMedians } from '../../db/evaluations/refresh-medians.js'
import type { Dataset, Evaluation } from '../../db/generated/client.js'
import { ActbenchError } from '../../errors.js'
import type { Metrics } from '../../metrics.js'
import { refitWhenDue } from '../surrogates/refit-when-due.js'

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
  const { dataset, ...evaluation } = reported
  const evaluationId = await lockReportedEvaluation(db.$kysely, { ...evaluation, datasetId: dataset.id })
  await addRun(db, evaluationId, reported)
  await refreshMedians(db.$kysely, evaluationId)
  await refitWhenDue(db, dataset.id)
  return db.evaluation.findUniqueOrThrow({ where: { id: evaluationId } })
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
