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
  /** The canonical text that was evaluated. */
  readonly expression: string
  /** Null if it is unknown. Such a run never counts as reported before. */
  readonly seed: number | null
  readonly metrics: Metrics
  readonly apiKeyId: number
}

/**
 * Adds a run that a client measured to the evaluation of its function, and returns the evaluation with the medians over all
 * its runs. The first run creates the evaluation. The caller has checked that the client owns the dataset, and passes its
 * transaction. Throws CONFLICT if the seed was reported before or the function has the maximum number of runs.
 */
export async function recordReportedRun(db: Db, reported: ReportedRun): Promise<Evaluation> {
  const { dataset, ...evaluation } = reported
  const evaluationId = await lockReportedEvaluation(db.$kysely, { ...evaluation, datasetId: dataset.id })
  await addRun(db, evaluationId, reported)
  await refreshMedians(db.$kysely, evaluationId)
  await refitWhenDue(db, dataset.id)
  return db.evaluation.findUniqueOrThrow({ where: { id: evaluationId } })
}

/** Largest number of runs of one function that clients can report to a dataset. */
export const MAX_RUNS = 1000

async function addRun(db: Db, evaluationId: number, { dataset, activationId, seed, metrics, apiKeyId }: ReportedRun) {
  if ((await db.run.count({ where: { evaluationId } })) >= MAX_RUNS) {
    throw new ActbenchError(
      'CONFLICT',
      `expression: this function already has ${MAX_RUNS} runs in ${dataset.name}, which is the maximum`,
    )
  }
  if (seed !== null) {
    const known = await db.run.findFirst({
      where: { datasetId: dataset.id, datasetVersion: dataset.version, activationId, seed },
      select: { id: true },
    })
    if (known) throw new ActbenchError('CONFLICT', `seed: a run of this function with seed ${seed} was reported before`)
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
