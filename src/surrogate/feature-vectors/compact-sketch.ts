import type { DistanceMetric } from './feature-matrix.js'

/** Values of a row's sketch. */
export const SKETCH_BLOCKS = 32

/** Block sums of rows in float32, 132 bytes a row however long it is; see `feature-sketch.ts` for why they are bounds. */
export interface CompactSketch {
  /** rows × `SKETCH_BLOCKS`, row-major. */
  readonly sums: Float32Array
  /** What rounding may add to a lower bound of each row. */
  readonly slacks: Float32Array
}

/** The sketch of row-major rows of `order.length` values, summed over runs of columns in that order. */
export function computeCompactSketch(metric: DistanceMetric, values: Float32Array, order: Int32Array): CompactSketch {
  const columns = order.length
  const rows = values.length / columns
  const sums = new Float32Array(rows * SKETCH_BLOCKS)
  const slacks = new Float32Array(rows)
  for (let row = 0; row < rows; row++) {
    let place = 0
    let magnitude = 0
    for (let block = 0; block < SKETCH_BLOCKS; block++) {
      const start = place
      const end = Math.floor(((block + 1) * columns) / SKETCH_BLOCKS)
      let sum = 0
      for (; place < end; place++) {
        const value = values[row * columns + order[place]]
        sum += value
        magnitude += Math.abs(value)
      }
      const scaled = metric === 'euclidean' ? sum / Math.sqrt(Math.max(1, end - start)) : sum
      // Two clamped numbers are no farther apart than they were.
      sums[row * SKETCH_BLOCKS + block] = Math.max(-MOST, Math.min(MOST, scaled))
    }
    slacks[row] = magnitude * ROUNDING
  }
  return { sums, slacks }
}

/** Writes to `bounds`, from `at` on, a lower bound of each row's distance from the first row of `query`; it may be negative. */
export function computeCompactBounds(
  metric: DistanceMetric,
  query: CompactSketch,
  rows: CompactSketch,
  bounds: Float64Array,
  at: number,
): void {
  const isEuclidean = metric === 'euclidean'
  const own = Float64Array.from(query.sums.subarray(0, SKETCH_BLOCKS))
  const { sums, slacks } = rows
  for (let row = 0; row < slacks.length; row++) {
    const offset = row * SKETCH_BLOCKS
    let total = 0
    if (isEuclidean) {
      for (let block = 0; block < SKETCH_BLOCKS; block++) total += (own[block] - sums[offset + block]) ** 2
      total = Math.sqrt(total)
    } else for (let block = 0; block < SKETCH_BLOCKS; block++) total += Math.abs(own[block] - sums[offset + block])
    bounds[at + row] = total - slacks[row] - query.slacks[0]
  }
}

/** The greatest float32. */
const MOST = 3.4028234663852886e38
/** Half a unit in the last place of float32 is 2^-24 of a sum, and no sum is above the sum of magnitudes. */
const ROUNDING = 2 ** -23
