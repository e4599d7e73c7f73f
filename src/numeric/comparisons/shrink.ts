import { interpolate } from '../interpolate.js'

/** A measurement and a prediction that does not use it. */
export interface PredictedMeasurement {
  readonly measured: number
  readonly prediction: number
  /** The standard error of the measurement. */
  readonly error: number
}

/** How far true values are from their predictions, by the height of the prediction: linear between points. */
export interface PredictionErrors {
  readonly predictions: readonly number[]
  /** The mean distance of the true value from the prediction. */
  readonly shifts: readonly number[]
  /** Its variance around this mean. */
  readonly variances: readonly number[]
}

/** An estimate of a true value from its measurement and its prediction. */
export interface ShrunkValue {
  readonly value: number
  /** The standard deviation of the true value. */
  readonly deviation: number
  /** The share of the measurement in the value; the rest is the prediction. */
  readonly weight: number
}

/** Number of functions that a point describes, at least. */
const BLOCK = 40
const MOST_POINTS = 20
/** Fewer measurements say too little about the errors of predictions. */
const LEAST = 20
/** True values differ from predictions by at least this share of the measured distances. */
const SMALLEST = 0.05

/**
 * Estimates the errors of predictions from measurements, whose own errors are taken off (empirical Bayes). Null for fewer
 * than LEAST measurements.
 */
export function fitPredictionErrors(measurements: readonly PredictedMeasurement[]): PredictionErrors | null {
  if (measurements.length < LEAST) return null
  const sorted = [...measurements].sort((a, b) => a.prediction - b.prediction)
  const count = Math.max(1, Math.min(MOST_POINTS, Math.floor(sorted.length / BLOCK)))
  const points = Array.from({ length: count }, (_, i) => {
    const members = sorted.slice(Math.floor((i * sorted.length) / count), Math.floor(((i + 1) * sorted.length) / count))
    const mean = (of: (each: PredictedMeasurement) => number) =>
      members.reduce((sum, each) => sum + of(each), 0) / members.length
    const shift = mean((each) => each.measured - each.prediction)
    const spread = mean((each) => (each.measured - each.prediction - shift) ** 2)
    const variance = Math.max(SMALLEST * spread, spread - mean((each) => each.error ** 2))
    return { prediction: mean((each) => each.prediction), shift, variance }
  })
  return {
    predictions: points.map(({ prediction }) => prediction),
    shifts: points.map(({ shift }) => shift),
    variances: points.map(({ variance }) => variance),
  }
}

/** The mean of measurement and prediction, weighed by how sure each is. */
export function shrinkToPrediction(errors: PredictionErrors, given: PredictedMeasurement): ShrunkValue {
  const { measured, prediction, error } = given
  const expected = prediction + interpolate(errors.predictions, errors.shifts, prediction)
  const variance = interpolate(errors.predictions, errors.variances, prediction)
  const weight = variance + error ** 2 > 0 ? variance / (variance + error ** 2) : 1
  return { value: expected + weight * (measured - expected), deviation: Math.sqrt(weight) * error, weight }
}
