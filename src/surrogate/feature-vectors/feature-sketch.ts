import { createRandomStream } from '../../numeric/random.js'
import { createPace, type Pace } from '../pace.js'
import type { DistanceMetric, FeatureMatrix } from './feature-matrix.js'

/**
 * Block sums of every row over one order of the columns. They give lower bounds of distances. Manhattan: |Σ(a - b)| <=
 * Σ|a - b|. Euclidean: (Σ(a - b))² <= m Σ(a - b)² over m columns (Cauchy-Schwarz); the stored sums are divided by √m.
 * The bounds are tight if adjacent columns hold similar values.
 */
export interface FeatureSketch {
  readonly blocks: number
  readonly sums: Float64Array
}

/** Sums the rows of the matrix over `blocks` runs of columns of nearly equal length, in the given order. */
export async function computeSketch(
  metric: DistanceMetric,
  matrix: FeatureMatrix,
  order: Int32Array,
  blocks: number,
  pace: Pace = createPace(),
): Promise<FeatureSketch> {
  const { rows, columns, values } = matrix
  const sums = new Float64Array(rows * blocks)
  const ends = Int32Array.from({ length: blocks }, (_, block) => Math.floor(((block + 1) * columns) / blocks))
  const scales = Float64Array.from(ends, (end, block) => 1 / Math.sqrt(Math.max(1, end - (ends[block - 1] ?? 0))))
  for (let row = 0; row < rows; row++) {
    if (pace.due()) await pace.pause(row / rows)
    const offset = row * columns
    let position = 0
    for (let block = 0; block < blocks; block++) {
      let sum = 0
      for (; position < ends[block]; position++) sum += values[offset + order[position]]
      sums[row * blocks + block] = metric === 'euclidean' ? sum * scales[block] : sum
    }
  }
  return { blocks, sums }
}

/** A lower bound of the distance between row `a` of one sketch and row `b` of another with the same blocks. */
export function computeLowerBound(
  metric: DistanceMetric,
  left: FeatureSketch,
  a: number,
  right: FeatureSketch,
  b: number,
): number {
  const { blocks } = left
  const first = left.sums
  const second = right.sums
  const from = a * blocks
  const other = b * blocks
  let total = 0
  if (metric === 'euclidean') {
    for (let block = 0; block < blocks; block++) {
      const difference = first[from + block] - second[other + block]
      total += difference * difference
    }
    return Math.sqrt(total)
  }
  for (let block = 0; block < blocks; block++) total += Math.abs(first[from + block] - second[other + block])
  return total
}

/**
 * The largest rounding error in the lower bounds of each row: block sums of values of 1e14 have errors in their last
 * digit. The valid bound for a pair is the distance of its sketches minus the slack of both rows.
 */
export function computeSlacks(matrix: FeatureMatrix): Float64Array {
  const slacks = new Float64Array(matrix.rows)
  for (let row = 0; row < matrix.rows; row++) {
    let sum = 0
    const end = (row + 1) * matrix.columns
    for (let index = row * matrix.columns; index < end; index++) sum += Math.abs(matrix.values[index])
    slacks[row] = sum * 1e-12
  }
  return slacks
}

/**
 * The order of columns with the tightest sketch. Candidates are the natural order (best for spectra, whose adjacent
 * edges are similar) and the order along the first principal direction of the columns (best for outputs, because it
 * sorts the random samples by size). The choice uses 400 random pairs of rows. It affects only the running time, never
 * a result.
 */
export async function chooseColumnOrder(
  metric: DistanceMetric,
  matrix: FeatureMatrix,
  blocks: number,
): Promise<Int32Array> {
  const natural = Int32Array.from({ length: matrix.columns }, (_, column) => column)
  if (matrix.rows < 3) return natural
  const sample = takeSample(matrix)
  const direction = computePrincipalDirection(sample)
  const sorted = natural.slice().sort((a, b) => direction[a] - direction[b] || a - b)
  const random = createRandomStream(1)
  const pairs = Array.from({ length: 400 }, () => [random.integer(sample.rows), random.integer(sample.rows)])
  const measureTightness = async (order: Int32Array) => {
    const sketch = await computeSketch(metric, sample, order, blocks)
    return pairs.reduce((sum, [a, b]) => sum + Math.log1p(computeLowerBound(metric, sketch, a, sketch, b)), 0)
  }
  return (await measureTightness(sorted)) > (await measureTightness(natural)) ? sorted : natural
}

const SAMPLE_ROWS = 100

/** Up to 100 evenly spaced rows, each centred and scaled to length 1 so that no large row dominates. */
function takeSample(matrix: FeatureMatrix): FeatureMatrix {
  const { columns } = matrix
  const rows = Math.min(SAMPLE_ROWS, matrix.rows)
  const values = new Float32Array(rows * columns)
  for (let row = 0; row < rows; row++) {
    const offset = Math.floor((row * matrix.rows) / rows) * columns
    let mean = 0
    for (let column = 0; column < columns; column++) mean += matrix.values[offset + column] / columns
    let square = 0
    for (let column = 0; column < columns; column++) square += (matrix.values[offset + column] - mean) ** 2
    const scale = square > 0 ? 1 / Math.sqrt(square) : 0
    for (let column = 0; column < columns; column++) {
      values[row * columns + column] = (matrix.values[offset + column] - mean) * scale
    }
  }
  return { values, rows, columns }
}

/** The right singular vector of the greatest singular value, by ten power iterations. An order needs no more digits. */
function computePrincipalDirection({ values, rows, columns }: FeatureMatrix): Float64Array {
  let direction = Float64Array.from({ length: columns }, (_, column) => values[column] + 1e-3 * (column / columns))
  for (let iteration = 0; iteration < 10; iteration++) {
    const next = new Float64Array(columns)
    for (let row = 0; row < rows; row++) {
      const offset = row * columns
      let dot = 0
      for (let column = 0; column < columns; column++) dot += values[offset + column] * direction[column]
      for (let column = 0; column < columns; column++) next[column] += dot * values[offset + column]
    }
    let length = 0
    for (let column = 0; column < columns; column++) length += next[column] ** 2
    if (length === 0) return direction
    for (let column = 0; column < columns; column++) next[column] /= Math.sqrt(length)
    direction = next
  }
  return direction
}
