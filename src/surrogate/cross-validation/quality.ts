import { computeKendall, computeSpearman } from '../../numeric/correlation.js'
import { createRandomStream } from '../../numeric/random.js'
import { createPace, type PaceOptions } from '../pace.js'
import { listMeasured, type PointPrediction } from '../surrogate-method.js'
import { NORMAL_90 } from './normal-interval.js'

/** How well held-out measurements were predicted; every measured row is held out once, and all count together. */
export interface Quality {
  /** Null where measurements or predictions are all equal. */
  readonly spearman: number | null
  readonly kendall: number | null
  readonly meanAbsoluteError: number
  /** Share of the predicted top that is as good as the true top: see `computeTopRecall`. */
  readonly topRecall: number
  /** Share of measurements within the 90% interval, mean ± 1.645 standard deviations. */
  readonly intervalCoverage: number
  readonly folds: number
}

/** Predicts held-out `rows` from `targets` in which they, and whatever was never measured, are NaN. */
export type HeldOutPredictor = (
  targets: Float64Array,
  rows: Int32Array,
) =>
  | Pick<PointPrediction, 'mean' | 'standardDeviation'>[]
  | Promise<Pick<PointPrediction, 'mean' | 'standardDeviation'>[]>

export interface CrossValidation extends PaceOptions {
  /** @defaultValue 5; never more than there are measurements */
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
  for (const [place, rows] of folds.entries()) {
    if (pace.due()) await pace.pause(place / folds.length)
    const visible = targets.slice()
    for (const row of rows) visible[row] = Number.NaN
    predicted.push(...(await predict(visible, rows)))
    for (const row of rows) measured.push(targets[row])
  }
  return { ...computeQuality(measured, predicted), folds: folds.length }
}

/** The rows shuffled by the seed and dealt into folds whose sizes differ by at most one. */
export function assignFolds(rows: Int32Array, folds: number, seed: number): Int32Array[] {
  const order = createRandomStream(seed, 4).permutation(rows.length)
  return Array.from({ length: Math.min(folds, rows.length) }, (_, fold) =>
    Int32Array.from(
      order.filter((_, place) => place % folds === fold),
      (place) => rows[place],
    ),
  )
}

/** Agreement of predictions with what was measured, in the same order. */
export function computeQuality(
  measured: readonly number[],
  predicted: readonly Pick<PointPrediction, 'mean' | 'standardDeviation'>[],
): Omit<Quality, 'folds'> {
  const means = predicted.map(({ mean }) => mean)
  const errors = measured.map((value, place) => Math.abs(value - means[place]))
  const isCovered = (error: number, place: number) => error <= NORMAL_90 * predicted[place].standardDeviation
  return {
    spearman: computeSpearman(measured, means),
    kendall: computeKendall(measured, means),
    meanAbsoluteError: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    topRecall: computeTopRecall(measured, means),
    intervalCoverage: errors.filter(isCovered).length / errors.length,
  }
}

/**
 * Share of the best `size` by `predicted` (ties by order) that are measured at least as well as the `size`-th best
 * measurement, where `size` is 1% of all, rounded, but five at least: of 300 functions 1% is three, and whether one of
 * three is found says little. Of less than twenty functions a quarter, since the best half of ten are no top.
 */
export function computeTopRecall(measured: readonly number[], predicted: readonly number[]): number {
  const least = Math.min(LEAST_TOP, Math.floor(measured.length / 4))
  const size = Math.max(1, least, Math.round(measured.length / 100))
  const limit = [...measured].sort((a, b) => b - a)[size - 1]
  const found = [...predicted.keys()].sort((a, b) => predicted[b] - predicted[a] || a - b).slice(0, size)
  return found.filter((place) => measured[place] >= limit).length / size
}

const LEAST_TOP = 5
