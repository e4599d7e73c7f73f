import { computeDistance, type DistanceMetric, type FeatureMatrix } from '../feature-vectors/feature-matrix.js'
import {
  chooseColumnOrder,
  computeLowerBound,
  computeSketch,
  computeSlacks,
  type FeatureSketch,
} from '../feature-vectors/feature-sketch.js'
import { createPace, type PaceOptions } from '../pace.js'

/** The `neighbours` nearest rows of each query, nearest first. Both arrays are queries × neighbours, row-major. */
export interface NearestNeighbours {
  readonly neighbours: number
  readonly indices: Int32Array
  /** Summed in float64, rounded to float32. */
  readonly distances: Float32Array
}

/**
 * Rows prepared for exact search. Block sums at two resolutions make most distance computations unnecessary (see
 * `feature-sketch.ts`).
 */
export interface NeighbourIndex {
  readonly metric: DistanceMetric
  readonly matrix: FeatureMatrix
  /** The first search computes this once: one pass over the values, and an eighth of their memory. */
  prepare(): Promise<Prepared>
}

interface Prepared extends Sketches {
  /** The order of columns in the sketches. */
  readonly order: Int32Array
}

interface Sketches {
  readonly coarse: FeatureSketch
  readonly fine: FeatureSketch
  readonly slacks: Float64Array
}

/** An index over the rows. The matrix must not change afterwards. */
export function createNeighbourIndex(metric: DistanceMetric, matrix: FeatureMatrix): NeighbourIndex {
  let prepared: Promise<Prepared> | null = null
  const prepare = async () => {
    const order = await chooseColumnOrder(metric, matrix, Math.min(COARSE_BLOCKS, matrix.columns))
    return { order, ...(await computeSketches(metric, matrix, order)) }
  }
  return {
    metric,
    matrix,
    prepare() {
      prepared ??= prepare()
      return prepared
    },
  }
}

/**
 * The exact nearest rows of the index for each of its own rows. The row itself comes first, at distance 0; the rest are
 * in order of float32 distance, ties by index. `neighbours` includes the row itself, as n_neighbors does in umap-learn.
 */
export async function computeNearestNeighbours(
  index: NeighbourIndex,
  neighbours: number,
  options: PaceOptions = {},
): Promise<NearestNeighbours> {
  const prepared = await index.prepare()
  return search(index, prepared, index.matrix, prepared, neighbours, true, options)
}

/** The exact nearest rows of the index for each row of `queries`. A query that equals a row finds it at distance 0. */
export async function findNearest(
  index: NeighbourIndex,
  queries: FeatureMatrix,
  neighbours: number,
  options: PaceOptions = {},
): Promise<NearestNeighbours> {
  const prepared = await index.prepare()
  const sketches = await computeSketches(index.metric, queries, prepared.order)
  return search(index, prepared, queries, sketches, neighbours, false, options)
}

const COARSE_BLOCKS = 32
/** Number of columns in one fine block. */
const FINE_COLUMNS = 16

async function computeSketches(metric: DistanceMetric, matrix: FeatureMatrix, order: Int32Array): Promise<Sketches> {
  const coarseBlocks = Math.max(1, Math.min(COARSE_BLOCKS, matrix.columns))
  const fineBlocks = Math.max(coarseBlocks, Math.ceil(matrix.columns / FINE_COLUMNS))
  const pace = createPace()
  return {
    coarse: await computeSketch(metric, matrix, order, coarseBlocks, pace),
    fine: await computeSketch(metric, matrix, order, fineBlocks, pace),
    slacks: computeSlacks(matrix),
  }
}

async function search(
  { metric, matrix }: NeighbourIndex,
  known: Sketches,
  queries: FeatureMatrix,
  sketches: Sketches,
  neighbours: number,
  isSelf: boolean,
  options: PaceOptions,
): Promise<NearestNeighbours> {
  const { rows } = matrix
  const kept = Math.min(neighbours, rows)
  const indices = new Int32Array(queries.rows * kept)
  const distances = new Float32Array(queries.rows * kept)
  const bounds = new Float64Array(rows)
  const pace = createPace(options)
  for (let query = 0; query < queries.rows; query++) {
    if (pace.due()) await pace.pause(query / queries.rows)
    const nearest = searchOne(metric, matrix, known, queries, sketches, query, kept, isSelf, bounds)
    indices.set(nearest.indices, query * kept)
    distances.set(nearest.distances, query * kept)
  }
  return { neighbours: kept, indices, distances }
}

function searchOne(
  metric: DistanceMetric,
  matrix: FeatureMatrix,
  known: Sketches,
  queries: FeatureMatrix,
  sketches: Sketches,
  query: number,
  kept: number,
  isSelf: boolean,
  bounds: Float64Array,
) {
  const nearest = createNearestList(kept)
  const firstGuesses = createNearestList(kept)
  const slack = sketches.slacks[query]
  for (let row = 0; row < matrix.rows; row++) {
    const bound = computeLowerBound(metric, sketches.coarse, query, known.coarse, row) - slack - known.slacks[row]
    bounds[row] = bound
    firstGuesses.offer(row, bound)
  }
  if (isSelf) {
    nearest.offer(query, -1)
    bounds[query] = Number.POSITIVE_INFINITY
  }
  // First compute exact distances to the rows with the smallest bounds: their maximum is the limit that rules out most
  // other rows.
  for (let rank = 0; rank < firstGuesses.size(); rank++) {
    const row = firstGuesses.indices[rank]
    if (isSelf && row === query) continue
    nearest.offer(row, Math.fround(computeDistance(metric, queries, query, matrix, row, Number.POSITIVE_INFINITY)))
    bounds[row] = Number.POSITIVE_INFINITY
  }
  for (let row = 0; row < matrix.rows; row++) {
    // The margin keeps every distance that equals the limit after rounding to float32.
    const limit = nearest.limit() * (1 + 1e-6)
    if (bounds[row] > limit) continue
    const bound = computeLowerBound(metric, sketches.fine, query, known.fine, row) - slack - known.slacks[row]
    if (bound > limit) continue
    const distance = computeDistance(metric, queries, query, matrix, row, limit)
    if (distance !== Number.POSITIVE_INFINITY) nearest.offer(row, Math.fround(distance))
  }
  if (isSelf) nearest.distances[0] = 0
  return nearest
}

/** The smallest values seen so far, in ascending order; ties by the smaller index. */
function createNearestList(capacity: number) {
  const indices = new Int32Array(capacity)
  const distances = new Float64Array(capacity).fill(Number.POSITIVE_INFINITY)
  let size = 0
  return {
    indices,
    distances,
    size: () => size,
    limit: () => (size < capacity ? Number.POSITIVE_INFINITY : distances[capacity - 1]),
    offer(index: number, distance: number) {
      if (size === capacity && !isBefore(distance, index, distances[size - 1], indices[size - 1])) return
      let rank = size < capacity ? size++ : capacity - 1
      while (rank > 0 && isBefore(distance, index, distances[rank - 1], indices[rank - 1])) {
        distances[rank] = distances[rank - 1]
        indices[rank] = indices[rank - 1]
        rank--
      }
      distances[rank] = distance
      indices[rank] = index
    },
  }
}

function isBefore(distance: number, index: number, otherDistance: number, otherIndex: number): boolean {
  return distance < otherDistance || (distance === otherDistance && index < otherIndex)
}
