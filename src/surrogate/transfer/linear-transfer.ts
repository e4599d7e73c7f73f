import { factorise, invert, solveLower, solveUpper } from '../../numeric/cholesky.js'
import { computeIntervalScale } from '../cross-validation/normal-interval.js'

/** Predictions of one dataset from the values of others: an intercept, and a slope for each of the others. */
export interface LinearTransfer {
  /** Mean and standard deviation of a measurement of a function, given what each source knows of it. */
  predict(values: readonly number[]): LinearPrediction
  /** The same for a measured function, without its own measurement. `row` counts the measured functions. */
  predictLeftOut(row: number): LinearPrediction
  /** Mean absolute error of these predictions, and of the mean of all other measurements. */
  readonly error: number
  readonly errorOfMean: number
}

export interface LinearPrediction {
  readonly mean: number
  readonly standardDeviation: number
}

/** All slopes together before any measurement: other networks' accuracies are alike, but differ less at the top. */
const SLOPE = 0.8
const SLOPE_DEVIATION = 0.4
const INTERCEPT_DEVIATION = 0.3
/** No measurement is more exact. */
const LEAST_SCATTER = 0.01

/**
 * Bayesian linear regression of measurements on what other datasets know of the same functions: one row for each function,
 * one value for each source. The scatter is that of left-out measurements, and deviations are scaled so that nine of ten of
 * these lie within 1.645 of them.
 */
export function fitLinearTransfer(values: readonly (readonly number[])[], measured: Float64Array): LinearTransfer {
  const sources = values[0].length
  const rows = values.map((own) => [1, ...own])
  const averages = values.map((own) => own.reduce((sum, value) => sum + value / sources, 0))
  const average = averages.reduce((sum, value) => sum + value / values.length, 0)
  const prior = {
    means: [(1 - SLOPE) * average, ...Array<number>(sources).fill(SLOPE / sources)],
    deviations: [INTERCEPT_DEVIATION, ...Array<number>(sources).fill(SLOPE_DEVIATION / Math.sqrt(sources))],
  }
  let scatter = 0.1
  let fit = fitCoefficients(rows, measured, prior, scatter)
  for (let step = 0; step < 5; step++) {
    const squares = fit.residuals.reduce((sum, residual) => sum + residual ** 2, 0)
    scatter = Math.max(LEAST_SCATTER, Math.sqrt(squares / measured.length))
    fit = fitCoefficients(rows, measured, prior, scatter)
  }
  const { coefficients, residuals, leverageOf } = fit
  const leftOutDeviations = rows.map((row) => scatter / Math.sqrt(1 - leverageOf(row)))
  const calibration = computeIntervalScale(residuals.map((residual, i) => Math.abs(residual) / leftOutDeviations[i]))
  const sum = measured.reduce((total, value) => total + value, 0)
  const toMean = (value: number) => Math.min(1, Math.max(0, value))
  return {
    predict(own) {
      const row = [1, ...own]
      const standardDeviation = calibration * scatter * Math.sqrt(1 + leverageOf(row))
      return { mean: toMean(multiply(row, coefficients)), standardDeviation }
    },
    predictLeftOut: (row) => ({
      mean: toMean(measured[row] - residuals[row]),
      standardDeviation: calibration * leftOutDeviations[row],
    }),
    error: meanAbsolute(residuals),
    errorOfMean: meanAbsolute(measured.map((value) => value - (sum - value) / (measured.length - 1))),
  }
}

interface CoefficientPrior {
  readonly means: readonly number[]
  readonly deviations: readonly number[]
}

/** The most probable coefficients, and the left-out residuals in closed form. */
function fitCoefficients(
  rows: readonly (readonly number[])[],
  measured: Float64Array,
  { means, deviations }: CoefficientPrior,
  scatter: number,
) {
  const size = means.length
  const matrix = new Float64Array(size * size)
  const vector = new Float64Array(size)
  for (let k = 0; k < size; k++) {
    matrix[k * size + k] = (scatter / deviations[k]) ** 2
    for (const [index, row] of rows.entries()) {
      vector[k] += row[k] * (measured[index] - multiply(row, means))
      for (let j = 0; j < size; j++) matrix[k * size + j] += row[k] * row[j]
    }
  }
  if (!factorise(matrix, size)) throw new Error('values of the sources: expected finite numbers')
  const changes = solveUpper(matrix, size, solveLower(matrix, size, vector))
  const coefficients = means.map((mean, k) => mean + changes[k])
  const inverse = invert(matrix, size)
  const leverageOf = (row: readonly number[]) => {
    let sum = 0
    for (let k = 0; k < size; k++) {
      for (let j = 0; j < size; j++) sum += row[k] * row[j] * inverse[Math.max(k, j) * size + Math.min(k, j)]
    }
    return sum
  }
  const residuals = measured.map(
    (value, index) => (value - multiply(rows[index], coefficients)) / (1 - leverageOf(rows[index])),
  )
  return { coefficients, residuals, leverageOf }
}

function multiply(row: readonly number[], coefficients: readonly number[]): number {
  return row.reduce((sum, value, k) => sum + value * coefficients[k], 0)
}

function meanAbsolute(values: Float64Array): number {
  return values.reduce((sum, value) => sum + Math.abs(value), 0) / values.length
}
