import { factorise, solveLower, solveUpper } from '../../numeric/cholesky.js'
import { computeMoments } from '../../numeric/moments.js'
import { computeMatern } from '../gaussian-process/gaussian-kernel.js'

/** What another dataset knows of the functions of a search. */
export interface TransferSource {
  /** Name of the dataset. */
  readonly name: string
  /** Its validation accuracy of each function, measured or else predicted; NaN if it has neither. */
  readonly values: Float64Array
}

/**
 * What accuracies follow from those of other datasets, as a Gaussian process: a linear trend, which bends a little, and what
 * each function has of its own.
 */
export interface TransferTrend {
  /** Mean and standard deviation of the accuracies that the sources lead one to expect. */
  readonly centre: number
  readonly scale: number
  /** The expected accuracy of each function before any measurement. */
  readonly means: Float64Array
  /** Variance of each function. */
  readonly variances: Float64Array
  /** Covariances of function `index` with each function. */
  covariancesWith(index: number): Float64Array
  /** What intercept, slopes and bends, at their most probable given these measurements, leave of them. */
  leaveResiduals(indices: ArrayLike<number>, values: ArrayLike<number>): Float64Array
  /** The trend of some of the functions. */
  take(rows: Int32Array): TransferTrend
}

/**
 * For values of variance one: the slope that all sources together have before any measurement and its deviation, and the
 * deviations of bends and of what a function has of its own.
 */
const SLOPE = 0.8
const SLOPE_DEVIATION = 0.4
const BEND = 0.1
const OWN = 0.2
/** Functions bend alike if their scores differ by less than this in each source. */
const BEND_LENGTH = 0.5
/** Scores are logarithms of odds, divided by this: nearly normal, with variance one. */
const LOGISTIC_SCALE = 1.7

/** Sources that know fewer functions than this say too little of a search. */
const LEAST_KNOWN = 10

/** The trend by these sources; null if none of them knows at least ten functions, or their values are all equal. */
export function createTransferTrend(sources: readonly TransferSource[]): TransferTrend | null {
  const known = sources.map(standardiseKnown).filter((source) => source !== null)
  if (known.length === 0) return null
  const scale = known.reduce((sum, { scale: own }) => sum + own, 0) / known.length
  const centre = known.reduce((sum, { centre: own }) => sum + own, 0) / known.length
  return createTrend({
    ...{ centre, scale, count: known[0].values.length },
    columns: known.map(({ values }) => values),
    scores: known.map(({ scores }) => scores),
  })
}

interface TrendModel {
  readonly centre: number
  readonly scale: number
  readonly count: number
  /** Values and scores of each source, with mean 0 and variance 1. */
  readonly columns: readonly Float64Array[]
  readonly scores: readonly Float64Array[]
}

function createTrend(model: TrendModel): TransferTrend {
  const { centre, scale, columns, scores, count } = model
  const unit = scale ** 2
  const length = BEND_LENGTH * Math.sqrt(scores.length)
  /** Of intercept, slopes and bends. */
  const shared = (a: number, b: number) => {
    let [product, distance] = [0, 0]
    for (let k = 0; k < columns.length; k++) {
      product += columns[k][a] * columns[k][b]
      distance += (scores[k][a] - scores[k][b]) ** 2
    }
    const slopes = (SLOPE_DEVIATION ** 2 * product) / columns.length
    return unit * (1 + slopes + BEND ** 2 * computeMatern(Math.sqrt(distance) / length))
  }
  const own = unit * OWN ** 2
  const slope = (scale * SLOPE) / columns.length
  const rows = Int32Array.from({ length: count }, (_, row) => row)
  const means = Float64Array.from(rows, (row) => columns.reduce((sum, column) => sum + slope * column[row], centre))
  return {
    ...{ centre, scale, means },
    variances: Float64Array.from(rows, (row) => shared(row, row) + own),
    covariancesWith(index) {
      const covariances = Float64Array.from(rows, (row) => shared(index, row))
      covariances[index] += own
      return covariances
    },
    leaveResiduals(indices, values) {
      const size = indices.length
      const matrix = new Float64Array(size * size)
      for (let i = 0; i < size; i++) {
        for (let j = 0; j <= i; j++) matrix[i * size + j] = shared(indices[i], indices[j])
        matrix[i * size + i] += own
      }
      const surprises = Float64Array.from(values, (value, place) => value - means[indices[place]])
      if (!factorise(matrix, size)) return surprises
      return solveUpper(matrix, size, solveLower(matrix, size, surprises)).map((weight) => own * weight)
    },
    take: (taken) =>
      createTrend({
        ...{ centre, scale, count: taken.length },
        columns: columns.map((column) => Float64Array.from(taken, (row) => column[row])),
        scores: scores.map((column) => Float64Array.from(taken, (row) => column[row])),
      }),
  }
}

/** The values and their ranks with mean 0 and variance 1; unknown ones are at 0. Null if too few are known, or all are equal. */
function standardiseKnown({ values }: TransferSource) {
  const known = values.filter(Number.isFinite)
  const { mean: centre, variance } = computeMoments(known)
  const scale = Math.sqrt(variance)
  // The mean of equal values is rounded, and their variance is then not 0.
  if (known.length < LEAST_KNOWN || !(scale > 1e-9 * Math.abs(centre))) return null
  return {
    ...{ centre, scale, scores: scoreRanks(values, known.sort()) },
    values: values.map((value) => (Number.isFinite(value) ? (value - centre) / scale : 0)),
  }
}

/**
 * A score for the rank of each value among the known ones. At the top, where a search ends, accuracies are close together,
 * and their scores are not.
 */
function scoreRanks(values: Float64Array, sorted: Float64Array): Float64Array {
  const places = new Map<number, { first: number; last: number }>()
  sorted.forEach((value, place) => {
    places.set(value, { first: places.get(value)?.first ?? place, last: place })
  })
  return values.map((value) => {
    const place = places.get(value)
    if (!place) return 0
    const share = ((place.first + place.last) / 2 + 0.5) / sorted.length
    return Math.log(share / (1 - share)) / LOGISTIC_SCALE
  })
}
