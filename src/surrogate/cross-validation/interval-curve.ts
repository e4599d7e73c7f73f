import { computeIntervalScale } from './normal-interval.js'

/**
 * Factors for standard deviations by the height of the prediction. Errors differ by height: functions that do not train
 * lie at chance level and are hard to tell from others, and good functions lie close together.
 */
export interface IntervalCurve {
  /** Rising. */
  readonly means: readonly number[]
  /** The factor at each of the means. */
  readonly factors: readonly number[]
}

/** A prediction of a measurement that it did not use. The deviation is one before any factor. */
export interface UnusedMeasurement {
  readonly measured: number
  readonly mean: number
  readonly standardDeviation: number
}

/** Leaves deviations as they are. */
export const UNCHANGED_INTERVALS: IntervalCurve = { means: [0], factors: [1] }

/** Fewer predictions say little about the widest tenth of their errors. */
const LEAST_IN_PART = 40
const MOST_PARTS = 12

/**
 * The curve by which nine of ten of these measurements lie within 1.645 deviations at every height: a factor for each of
 * up to 12 parts of equal size by the height of the predictions.
 */
export function fitIntervalCurve(predictions: readonly UnusedMeasurement[]): IntervalCurve {
  const sorted = [...predictions].sort((a, b) => a.mean - b.mean)
  const parts = Math.max(1, Math.min(MOST_PARTS, Math.floor(sorted.length / LEAST_IN_PART)))
  if (sorted.length === 0) return UNCHANGED_INTERVALS
  const slices = Array.from({ length: parts }, (_, part) =>
    sorted.slice(Math.floor((part * sorted.length) / parts), Math.floor(((part + 1) * sorted.length) / parts)),
  )
  return {
    means: slices.map((slice) => slice.reduce((sum, { mean }) => sum + mean / slice.length, 0)),
    factors: slices.map((slice) => computeIntervalScale(Float64Array.from(slice, toRatio))),
  }
}

/** The factor at this height: between two means, their logarithms are interpolated; beyond the ends, it stays. */
export function computeIntervalFactor({ means, factors }: IntervalCurve, mean: number): number {
  const above = means.findIndex((each) => each > mean)
  if (above <= 0) return factors[above === 0 ? 0 : factors.length - 1]
  const share = (mean - means[above - 1]) / (means[above] - means[above - 1])
  return factors[above - 1] ** (1 - share) * factors[above] ** share
}

/** Deviations of zero belong to exact predictions. */
const LEAST_DEVIATION = 1e-12

function toRatio({ measured, mean, standardDeviation }: UnusedMeasurement): number {
  return Math.abs(measured - mean) / Math.max(LEAST_DEVIATION, standardDeviation)
}
