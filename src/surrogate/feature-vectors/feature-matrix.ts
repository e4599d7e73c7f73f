import { refuse } from '../pace.js'

/** Feature vectors of equal length, one after the other: row-major float32. Every value is finite. */
export interface FeatureMatrix {
  readonly values: Float32Array
  readonly rows: number
  readonly columns: number
}

/** How far two feature vectors are apart: Euclidean for outputs, Manhattan for Fisher spectra. */
export type DistanceMetric = 'euclidean' | 'manhattan'

/** Wraps row-major values. Throws BAD_USER_INPUT where they do not fill the rows or are not finite. */
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
 * The distance between row `a` of one matrix and row `b` of another, or Infinity as soon as it is certain to exceed
 * `limit`. A direct sum of differences (no dot products: beside values of 1e14 they would lose every digit), differences
 * and squares in float32, their sum in float64: so it is umap-learn's, bit for bit once rounded to float32. Squares that
 * overflow float32 are summed again in float64.
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

/** Columns between two looks at the limit: long enough that the look costs nothing, short enough to save most of a row. */
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
