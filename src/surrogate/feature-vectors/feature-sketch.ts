import { createRandomStream } from '../../numeric/random.js'
import { createPace, type Pace } from '../pace.js'
import type { DistanceMetric, FeatureMatrix } from './feature-matrix.js'

/**
 * Block sums of every row over one order of the columns. They bound distances from below: Manhattan because
 * |Σ(a - b)| <= Σ|a - b|, Euclidean because (Σ(a - b))² <= m Σ(a - b)² over m columns (Cauchy-Schwarz; the sums are
 * stored divided by √m). Tight where neighbouring columns hold alike values.
 */
export interface FeatureSketch {
  readonly blocks: number
  readonly sums: Float64Array
}

/** Sums the rows of the matrix over `blocks` runs of columns, in the given order, of nearly equal length. */
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
    let place = 0
    for (let block = 0; block < blocks; block++) {
      let sum = 0
      for (; place < ends[block]; place++) sum += values[offset + order[place]]
      sums[row * blocks + block] = metric === 'euclidean' ? sum * scales[block] : sum
    }
  }
  return { blocks, sums }
}

/** A lower bound of the distance between row `a` of one sketch and row `b` of another of the same blocks. */
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
 * What rounding may add to a lower bound of a row: block sums of values of 1e14 carry errors of their last digit. The
 * bound for a pair is its sketch's distance less both rows' slack.
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
 * The order of columns whose sketch bounds distances best: as they come (right for spectra, whose neighbouring edges are
 * alike), or along the columns' first principal direction (right for outputs: it sorts the random samples by size).
 * Decided on 400 random pairs of rows; affects time only, never a result.
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

/** Up to 100 rows, spread evenly, each centred and scaled to length 1 so that no huge row speaks for all. */
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

/** The right singular vector of the greatest singular value, by ten power iterations: an order needs no more digits. */
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
