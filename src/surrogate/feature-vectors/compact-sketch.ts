import type { DistanceMetric } from './feature-matrix.js'

/** Number of block sums per row. */
export const SKETCH_BLOCKS = 32

/**
 * Block sums of rows in float32: 132 bytes per row, whatever its length. `feature-sketch.ts` explains why they give
 * lower bounds.
 */
export interface CompactSketch {
  /** rows × `SKETCH_BLOCKS`, row-major. */
  readonly sums: Float32Array
  /** The largest rounding error in the lower bounds of each row. */
  readonly slacks: Float32Array
}

/** The sketch of row-major rows of `order.length` values, summed over runs of columns in that order. */
export function computeCompactSketch(metric: DistanceMetric, values: Float32Array, order: Int32Array): CompactSketch {
  const columns = order.length
  const rows = values.length / columns
  const sums = new Float32Array(rows * SKETCH_BLOCKS)
  const slacks = new Float32Array(rows)
  for (let row = 0; row < rows; row++) {
    let position = 0
    let magnitude = 0
    for (let block = 0; block < SKETCH_BLOCKS; block++) {
      const start = position
      const end = Math.floor(((block + 1) * columns) / SKETCH_BLOCKS)
      let sum = 0
      for (; position < end; position++) {
        const value = values[row * columns + order[position]]
        sum += value
        magnitude += Math.abs(value)
      }
      const scaled = metric === 'euclidean' ? sum / Math.sqrt(Math.max(1, end - start)) : sum
      // Clamping never increases the distance between two numbers, so the bounds stay valid.
      sums[row * SKETCH_BLOCKS + block] = Math.max(-MOST, Math.min(MOST, scaled))
    }
    slacks[row] = magnitude * ROUNDING
  }
  return { sums, slacks }
}

/**
 * Writes a lower bound of each row's distance from the first row of `query` to `bounds`, starting at `at`. A bound may
 * be negative.
 */
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
/** A float32 sum has an error of at most half a unit in its last place, 2^-24 of the sum of magnitudes. */
const ROUNDING = 2 ** -23
