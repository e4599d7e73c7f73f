import type { KyselyDb } from '../../db/connection/kysely.js'
import { cachedByState } from '../../db/evaluations/cached-by-state.js'
import { listCompared } from '../../db/evaluations/list-compared.js'
import { listPredicted } from '../../db/surrogates/list-predicted.js'
import type { PairNoise } from '../../numeric/comparisons/pair-noise.js'
import { fitPredictionErrors, type PredictionErrors, shrinkToPrediction } from '../../numeric/comparisons/shrink.js'
import { medianError } from '../../numeric/median-error.js'
import { deviationAt } from '../../numeric/ranks/noise-scale.js'
import { openComparisonModels } from './comparison-model.js'

/** An evaluation, and the prediction for its function that does not use it. */
export interface PredictedEvaluation {
  readonly evaluationId: number
  readonly surrogateId: number
  readonly prediction: number
}

/** An estimate of the true validation accuracy; without numbers, the reason. */
export interface ShrunkRecord {
  readonly value: number | null
  readonly lowest: number | null
  readonly highest: number | null
  /** Share of the measurement; the rest is the prediction. */
  readonly weight: number | null
  readonly reason: string | null
}

/** Half of a 95% interval, in standard deviations, 10% wider because the tails of errors are heavy. */
const REACH = 1.96 * 1.1

/** Why there is no estimate. */
export function withoutEstimate(reason: string): ShrunkRecord {
  return { value: null, lowest: null, highest: null, weight: null, reason }
}

/** Estimates between the measurement and the prediction of each evaluation, weighed by how sure each is. */
export async function shrinkEvaluations(db: KyselyDb, given: readonly PredictedEvaluation[]): Promise<ShrunkRecord[]> {
  const rows = await listCompared(
    db,
    'VALIDATION_ACCURACY',
    given.map(({ evaluationId }) => evaluationId),
  )
  const models = await openComparisonModels(
    db,
    'VALIDATION_ACCURACY',
    rows.map(({ datasetId }) => datasetId),
  )
  const found = new Map(rows.map((row) => [row.id, row]))
  const errors = new Map<number, PredictionErrors | null>()
  for (const { evaluationId, surrogateId } of given) {
    const datasetId = found.get(evaluationId)?.datasetId
    const noise = datasetId !== undefined && models.get(datasetId)?.noise
    if (!datasetId || !noise || errors.has(surrogateId)) continue
    const [fitted] = await cachedByState(db, `prediction errors ${surrogateId}`, [datasetId], () =>
      openPredictionErrors(db, noise, { surrogateId, datasetId }),
    )
    errors.set(surrogateId, fitted)
  }
  return given.map(({ evaluationId, surrogateId, prediction }) => {
    const row = found.get(evaluationId)
    if (!row) return withoutEstimate('the validation accuracy was not measured')
    const noise = models.get(row.datasetId)?.noise
    if (!noise) return withoutEstimate('the noise is unknown: too few functions of the dataset have several runs')
    const known = errors.get(surrogateId)
    if (!known) return withoutEstimate('the surrogate was fitted on too few functions to know its errors')
    const measurement = { measured: row.value, prediction, error: errorOf(noise, row.value, row.runs.length) }
    const { value, deviation, weight } = shrinkToPrediction(known, measurement)
    const toShare = (number: number) => Math.min(1, Math.max(0, number))
    return {
      value: toShare(value),
      lowest: toShare(value - REACH * deviation),
      highest: toShare(value + REACH * deviation),
      ...{ weight, reason: null },
    }
  })
}

async function openPredictionErrors(
  db: KyselyDb,
  noise: PairNoise,
  keys: { readonly surrogateId: number; readonly datasetId: number },
): Promise<PredictionErrors | null> {
  const rows = await listPredicted(db, keys)
  return fitPredictionErrors(rows.map((row) => ({ ...row, error: errorOf(noise, row.measured, row.runs) })))
}

/** The standard error of the median of runs; a row of a published file counts as one run. */
function errorOf(noise: PairNoise, value: number, runs: number): number {
  return medianError(Math.max(1, runs)) * deviationAt(noise.total, value)
}
