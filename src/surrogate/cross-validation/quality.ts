import { computeKendall, computeSpearman } from '../../numeric/correlation.js'
import type { PointPrediction } from '../surrogate-method.js'
import {
  type CrossValidation,
  type HeldOut,
  type HeldOutPredictor,
  predictHeldOut,
  widenAcrossFolds,
} from './held-out.js'
import type { UnusedMeasurement } from './interval-curve.js'
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
  /** Number of measured functions that were held out. */
  readonly functions: number
  /** The same predictions in four parts of equal size, lowest first. */
  readonly quarters: readonly QualityPart[]
}

/** The predictions of some measured functions, by their height. */
export interface QualityPart {
  readonly functions: number
  readonly lowestPrediction: number
  readonly highestPrediction: number
  /** Mean of predicted minus measured. */
  readonly bias: number
  readonly meanAbsoluteError: number
  readonly intervalCoverage: number
}

/** Quality of any predictor by cross-validation on the rows whose target is a number. */
export async function crossValidate(
  targets: Float64Array,
  predict: HeldOutPredictor,
  settings: CrossValidation,
): Promise<Quality> {
  return rateHeldOut(widenAcrossFolds(await predictHeldOut(targets, predict, settings)))
}

/** Quality of predictions that have their final deviations. All of them count together. */
export function rateHeldOut(held: readonly HeldOut[]): Quality {
  const measured = held.map((each) => each.measured)
  return {
    ...computeQuality(measured, held),
    ...{ functions: held.length, folds: new Set(held.map(({ fold }) => fold)).size, quarters: describeQuarters(held) },
  }
}

const QUARTERS = 4

function describeQuarters(held: readonly HeldOut[]): QualityPart[] {
  const sorted = [...held].sort((a, b) => a.mean - b.mean)
  const parts = Math.min(QUARTERS, sorted.length)
  const cut = (part: number) => Math.round((part * sorted.length) / parts)
  return Array.from({ length: parts }, (_, part) => {
    const own = sorted.slice(cut(part), cut(part + 1))
    const average = (pick: (each: HeldOut) => number) => own.reduce((sum, each) => sum + pick(each), 0) / own.length
    return {
      functions: own.length,
      lowestPrediction: own[0].mean,
      highestPrediction: own[own.length - 1].mean,
      bias: average(({ mean, measured }) => mean - measured),
      meanAbsoluteError: average(({ mean, measured }) => Math.abs(mean - measured)),
      intervalCoverage: average((each) => Number(isCovered(each))),
    }
  })
}

function isCovered({ measured, mean, standardDeviation }: UnusedMeasurement): boolean {
  return Math.abs(measured - mean) <= NORMAL_90 * standardDeviation
}

/** Agreement between measurements and predictions, both in the same order. */
export function computeQuality(
  measured: readonly number[],
  predicted: readonly Pick<PointPrediction, 'mean' | 'standardDeviation'>[],
): Omit<Quality, 'functions' | 'quarters' | 'folds'> {
  const means = predicted.map(({ mean }) => mean)
  const errors = measured.map((value, index) => Math.abs(value - means[index]))
  return {
    spearman: computeSpearman(measured, means),
    kendall: computeKendall(measured, means),
    meanAbsoluteError: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    topRecall: computeTopRecall(measured, means),
    intervalCoverage:
      measured.filter((value, index) => isCovered({ measured: value, ...predicted[index] })).length / measured.length,
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
