import { refuse } from '../pace.js'

/** Feature vectors of equal length as a row-major float32 matrix. Every value is finite. */
export interface FeatureMatrix {
  readonly values: Float32Array
  readonly rows: number
  readonly columns: number
}

/** The distance between two feature vectors: Euclidean for outputs, Manhattan for Fisher spectra. */
export type DistanceMetric = 'euclidean' | 'manhattan'

/** Wraps row-major values. Throws BAD_USER_INPUT if they do not fill the rows or are not finite. */
export function toFeatureMatrix(values: Float32Array, rows: number, argument: string): FeatureMatrix {
  const columns = values.length / rows
  if (rows > 0 && (!Number.isInteger(columns) || columns === 0)) {
    refuse(argument, `a multiple of ${rows} values`, values.length)
  }
  for (let index = 0; index < values.length; index++) {
    const value = values[index]
    if (value - value !== 0) refuse(argument, `finite values in row ${Math.floor(index / columns)}`, value)
  }
  return { values, rows, columns: rows > 0 ? columns : 0 }
}

/** The given rows of a matrix, in the order of `rows`. */
export function takeMatrixRows({ values, columns }: FeatureMatrix, rows: Int32Array): FeatureMatrix {
  const taken = new Float32Array(rows.length * columns)
  rows.forEach((row, index) => {
    taken.set(values.subarray(row * columns, (row + 1) * columns), index * columns)
  })
  return { values: taken, rows: rows.length, columns }
}

/**
 * The distance between row `a` of one matrix and row `b` of another, or Infinity as soon as it certainly exceeds
 * `limit`. It sums differences directly, because with values of 1e14 a dot product would lose every digit. Differences
 * and squares are float32, their sum is float64; rounded to float32, the result equals umap-learn's bit for bit.
 * Squares that overflow float32 are summed again in float64.
 */
export function computeDistance(
  metric: DistanceMetric,
  left: FeatureMatrix,
  a: number,
  right: FeatureMatrix,
  b: number,
  limit: number,
): number {
  const { columns } = left
  const from = a * columns
  const other = b * columns
  if (metric === 'manhattan') return sumMagnitudes(left.values, from, right.values, other, columns, limit)
  const total = sumSquares(left.values, from, right.values, other, columns, limit * limit)
  if (total !== Number.POSITIVE_INFINITY || limit < 1e18) return Math.sqrt(total)
  return Math.sqrt(sumWideSquares(left.values, from, right.values, other, columns))
}

/**
 * Number of columns between two comparisons with the limit: many enough that the comparison costs nothing, few enough
 * to save most of a row.
 */
const STRIDE = 64

function sumSquares(left: Float32Array, a: number, right: Float32Array, b: number, columns: number, limit: number) {
  let total = 0
  for (let start = 0; start < columns; start += STRIDE) {
    const end = Math.min(columns, start + STRIDE)
    for (let column = start; column < end; column++) {
      const difference = Math.fround(left[a + column] - right[b + column])
      total += Math.fround(difference * difference)
    }
    if (total > limit) return Number.POSITIVE_INFINITY
  }
  return total
}

function sumWideSquares(left: Float32Array, a: number, right: Float32Array, b: number, columns: number) {
  let total = 0
  for (let column = 0; column < columns; column++) total += (left[a + column] - right[b + column]) ** 2
  return total
}

function sumMagnitudes(left: Float32Array, a: number, right: Float32Array, b: number, columns: number, limit: number) {
  let total = 0
  for (let start = 0; start < columns; start += STRIDE) {
    const end = Math.min(columns, start + STRIDE)
    for (let column = start; column < end; column++) {
      total += Math.abs(Math.fround(left[a + column] - right[b + column]))
    }
    if (total > limit) return Number.POSITIVE_INFINITY
  }
  return total
}
