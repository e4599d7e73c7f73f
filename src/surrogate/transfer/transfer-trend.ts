import { factorise, solveLower, solveUpper } from '../../numeric/cholesky.js'
import { computeMoments } from '../../numeric/moments.js'

/** What another dataset knows of the functions of a search. */
export interface TransferSource {
  /** Name of the dataset. */
  readonly name: string
  /** Its validation accuracy of each function, measured or else predicted; NaN if it has neither. */
  readonly values: Float64Array
}

/**
 * A linear trend of accuracies in those of other datasets: an intercept, and a slope for each source. The coefficients are
 * independent and normal before any measurement.
 */
export interface TransferTrend {
  /** Standard deviation of the accuracies that the sources lead one to expect. */
  readonly scale: number
  /** The expected accuracy of each function before any measurement. */
  readonly means: Float64Array
  /** Variance of the trend of each function. */
  readonly variances: Float64Array
  /** Covariances of the trend of function `index` with that of each function. */
  covariancesWith(index: number): Float64Array
  /** What the most probable trend given these measurements leaves, if they scatter around it by `deviation`. */
  leaveResiduals(indices: ArrayLike<number>, values: ArrayLike<number>, deviation: number): Float64Array
  /** The trend of some of the functions. */
  take(rows: Int32Array): TransferTrend
}

/** The slope that all sources together have before any measurement, for values of variance one, and its deviation. */
const SLOPE = 0.8
const SLOPE_DEVIATION = 0.4

/** Sources that know fewer functions than this say too little of a search. */
const LEAST_KNOWN = 10

/** The trend by these sources; null if none of them knows at least ten functions, or their values are all equal. */
export function createTransferTrend(sources: readonly TransferSource[]): TransferTrend | null {
  const known = sources.map(standardiseKnown).filter((source) => source !== null)
  if (known.length === 0) return null
  const scale = known.reduce((sum, { scale: own }) => sum + own, 0) / known.length
  const centre = known.reduce((sum, { centre: own }) => sum + own, 0) / known.length
  const count = known[0].values.length
  const slope = (scale * SLOPE) / known.length
  const slopeDeviation = (scale * SLOPE_DEVIATION) / Math.sqrt(known.length)
  return createTrend({
    columns: [new Float64Array(count).fill(1), ...known.map(({ values }) => values)],
    coefficients: [centre, ...known.map(() => slope)],
    deviations: [scale, ...known.map(() => slopeDeviation)],
    scale,
  })
}

interface LinearModel {
  /** The intercept's column of ones, then one for each source. */
  readonly columns: readonly Float64Array[]
  readonly coefficients: readonly number[]
  readonly deviations: readonly number[]
  readonly scale: number
}

function createTrend(model: LinearModel): TransferTrend {
  const { columns, coefficients, deviations, scale } = model
  const count = columns[0].length
  const at = (row: number) => columns.map((column) => column[row])
  const combine = (row: number, weights: readonly number[]) =>
    columns.reduce((sum, column, k) => sum + weights[k] * column[row], 0)
  const means = Float64Array.from({ length: count }, (_, row) => combine(row, coefficients))
  const squares = deviations.map((deviation) => deviation ** 2)
  return {
    scale,
    means,
    variances: means.map((_, row) => columns.reduce((sum, column, k) => sum + squares[k] * column[row] ** 2, 0)),
    covariancesWith(index) {
      const weights = at(index).map((value, k) => value * squares[k])
      return means.map((_, row) => combine(row, weights))
    },
    leaveResiduals(indices, values, deviation) {
      const rows = Array.from(indices, at)
      const surprises = Array.from(values, (value, index) => value - means[indices[index]])
      const changes = solveRidge(rows, surprises, deviations, deviation)
      return Float64Array.from(
        surprises,
        (surprise, index) => surprise - rows[index].reduce((sum, value, k) => sum + value * changes[k], 0),
      )
    },
    take: (rows) =>
      createTrend({ ...model, columns: columns.map((column) => Float64Array.from(rows, (row) => column[row])) }),
  }
}

/** The most probable changes of the coefficients, given what the expected trend left. */
function solveRidge(
  rows: readonly (readonly number[])[],
  surprises: readonly number[],
  deviations: readonly number[],
  deviation: number,
): Float64Array {
  const size = deviations.length
  const matrix = new Float64Array(size * size)
  const vector = new Float64Array(size)
  for (let k = 0; k < size; k++) {
    matrix[k * size + k] = (deviation / deviations[k]) ** 2
    for (const [index, row] of rows.entries()) {
      vector[k] += row[k] * surprises[index]
      for (let j = 0; j < size; j++) matrix[k * size + j] += row[k] * row[j]
    }
  }
  if (!factorise(matrix, size)) return vector.fill(0)
  return solveUpper(matrix, size, solveLower(matrix, size, vector))
}

/** The values with mean 0 and variance 1; unknown ones are at the mean. Null if too few are known, or all are equal. */
function standardiseKnown({ values }: TransferSource) {
  const known = values.filter(Number.isFinite)
  const { mean: centre, variance } = computeMoments(known)
  const scale = Math.sqrt(variance)
  // The mean of equal values is rounded, and their variance is then not 0.
  if (known.length < LEAST_KNOWN || !(scale > 1e-9 * Math.abs(centre))) return null
  return {
    ...{ centre, scale },
    values: values.map((value) => (Number.isFinite(value) ? (value - centre) / scale : 0)),
  }
}
