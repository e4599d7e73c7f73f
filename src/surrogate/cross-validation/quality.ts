import { computeKendall, computeSpearman } from '../../numeric/correlation.js'
import { createRandomStream } from '../../numeric/random.js'
import { createPace, type PaceOptions } from '../pace.js'
import { listMeasured, type PointPrediction } from '../surrogate-method.js'
import { NORMAL_90 } from './normal-interval.js'

/**
 * Quality of predictions of held-out measurements. Every measured row is held out once, and all predictions count
 * together.
 */
export interface Quality {
  /** Null if all measurements or all predictions are equal. */
  readonly spearman: number | null
  readonly kendall: number | null
  readonly meanAbsoluteError: number
  /** Share of the predicted top that is as good as the true top (see `computeTopRecall`). */
  readonly topRecall: number
  /** Share of measurements within the 90% interval, mean ± 1.645 standard deviations. */
  readonly intervalCoverage: number
  readonly folds: number
}

/** Predicts held-out `rows` from `targets`, in which held-out and unmeasured rows are NaN. */
export type HeldOutPredictor = (
  targets: Float64Array,
  rows: Int32Array,
) =>
  | Pick<PointPrediction, 'mean' | 'standardDeviation'>[]
  | Promise<Pick<PointPrediction, 'mean' | 'standardDeviation'>[]>

export interface CrossValidation extends PaceOptions {
  /** @defaultValue 5; never more than the number of measurements */
  readonly folds?: number
  readonly seed: number
}

/** Quality of any predictor by cross-validation on the rows whose target is a number. */
export async function crossValidate(
  targets: Float64Array,
  predict: HeldOutPredictor,
  settings: CrossValidation,
): Promise<Quality> {
  const folds = assignFolds(listMeasured(targets), settings.folds ?? 5, settings.seed)
  const pace = createPace(settings)
  const measured: number[] = []
  const predicted: Pick<PointPrediction, 'mean' | 'standardDeviation'>[] = []
  for (const [fold, rows] of folds.entries()) {
    if (pace.due()) await pace.pause(fold / folds.length)
    const visible = targets.slice()
    for (const row of rows) visible[row] = Number.NaN
    predicted.push(...(await predict(visible, rows)))
    for (const row of rows) measured.push(targets[row])
  }
  return { ...computeQuality(measured, predicted), folds: folds.length }
}

/** Shuffles the rows by the seed and deals them into folds whose sizes differ by at most one. */
export function assignFolds(rows: Int32Array, folds: number, seed: number): Int32Array[] {
  const order = createRandomStream(seed, 4).permutation(rows.length)
  return Array.from({ length: Math.min(folds, rows.length) }, (_, fold) =>
    Int32Array.from(
      order.filter((_, rank) => rank % folds === fold),
      (index) => rows[index],
    ),
  )
}

/** Agreement between measurements and predictions, both in the same order. */
export function computeQuality(
  measured: readonly number[],
  predicted: readonly Pick<PointPrediction, 'mean' | 'standardDeviation'>[],
): Omit<Quality, 'folds'> {
  const means = predicted.map(({ mean }) => mean)
  const errors = measured.map((value, index) => Math.abs(value - means[index]))
  const isCovered = (error: number, index: number) => error <= NORMAL_90 * predicted[index].standardDeviation
  return {
    spearman: computeSpearman(measured, means),
    kendall: computeKendall(measured, means),
    meanAbsoluteError: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    topRecall: computeTopRecall(measured, means),
    intervalCoverage: errors.filter(isCovered).length / errors.length,
  }
}

/**
 * Share of the best `size` rows by prediction that are measured at least as well as the `size`-th best measurement.
 * Ties are broken by order. `size` is 1% of all rows, rounded, but at least five: of 300 functions 1% is three, and
 * finding one of three says little. With fewer than twenty functions it is a quarter of them, because the best half of
 * ten is not a top.
 */
export function computeTopRecall(measured: readonly number[], predicted: readonly number[]): number {
  const least = Math.min(LEAST_TOP, Math.floor(measured.length / 4))
  const size = Math.max(1, least, Math.round(measured.length / 100))
  const limit = [...measured].sort((a, b) => b - a)[size - 1]
  const found = [...predicted.keys()].sort((a, b) => predicted[b] - predicted[a] || a - b).slice(0, size)
  return found.filter((row) => measured[row] >= limit).length / size
}

const LEAST_TOP = 5
