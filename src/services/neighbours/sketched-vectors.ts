import { REFERENCE_SAMPLES } from '../../activations/reference-samples.js'
import type { Database } from '../../db/connection/client.js'
import { loadVectors, scanVectors, type VectorSource } from '../../db/features/load-vectors.js'
import {
  type CompactSketch,
  computeCompactBounds,
  computeCompactSketch,
} from '../../surrogate/feature-vectors/compact-sketch.js'
import { computeDistance, type DistanceMetric } from '../../surrogate/feature-vectors/feature-matrix.js'
import { createNearestHeap, type NearestHeap } from './nearest-heap.js'

/** A large source in 136 bytes a vector: its ids and what bounds distances from below. The vectors stay in the database. */
export interface SketchedVectors {
  readonly source: VectorSource
  readonly metric: DistanceMetric
  readonly order: Int32Array
  /** Rising, but for ids that were committed late. */
  readonly blocks: { readonly activationIds: Int32Array; readonly sketch: CompactSketch }[]
  last: number
  rows: number
}

/** An empty sketch of a source; `addNew` fills it. */
export function createSketchedVectors(source: VectorSource, columns: number): SketchedVectors {
  const natural = Int32Array.from({ length: columns }, (_, column) => column)
  // Neighbouring edges of a spectrum are alike as they come; outputs are along the axis of their inputs.
  const isOutputs = source.kind === 'OUTPUTS'
  const order = isOutputs ? natural.sort((a, b) => REFERENCE_SAMPLES[a] - REFERENCE_SAMPLES[b]) : natural
  return { source, metric: isOutputs ? 'euclidean' : 'manhattan', order, blocks: [], last: 0, rows: 0 }
}

/** A transaction may commit smaller ids than one that began later; so far back is looked for them. */
const LATE_IDS = 20_000

/** Takes in the vectors that were stored since the last time: all of them at the first, in one pass over the source. */
export async function addNew(database: Database, sketched: SketchedVectors): Promise<void> {
  const { source, metric, order } = sketched
  const from = Math.max(0, sketched.last - LATE_IDS)
  const known = new Set(
    sketched.blocks.flatMap(({ activationIds }) =>
      activationIds[activationIds.length - 1] > from ? [...activationIds] : [],
    ),
  )
  for await (const { activationIds, values } of scanVectors(database, source, from)) {
    const places = [...activationIds.keys()].filter((place) => !known.has(activationIds[place]))
    const columns = order.length
    const fresh = new Float32Array(places.length * columns)
    places.forEach((place, at) => {
      fresh.set(values.subarray(place * columns, (place + 1) * columns), at * columns)
    })
    if (places.length === 0) continue
    const ids = Int32Array.from(places, (place) => activationIds[place])
    sketched.blocks.push({ activationIds: ids, sketch: computeCompactSketch(metric, fresh, order) })
    sketched.rows += ids.length
    sketched.last = Math.max(sketched.last, ids[ids.length - 1])
  }
}

/**
 * Offers the heap all rows that may be among its nearest, with their distances. Exact: a row is left out only where its
 * lower bound is beyond what the heap keeps, and the vectors of the others are read, nearest bound first.
 */
export async function offerSketched(
  database: Database,
  sketched: SketchedVectors,
  vector: Float32Array,
  except: number,
  heap: NearestHeap,
): Promise<void> {
  const { metric, order, blocks, rows } = sketched
  const query = computeCompactSketch(metric, vector, order)
  const bounds = new Float64Array(rows)
  const ids = new Int32Array(rows)
  const guesses = createNearestHeap(GUESSES)
  let at = 0
  for (const [place, { activationIds, sketch }] of blocks.entries()) {
    if (at + activationIds.length > rows) break
    computeCompactBounds(metric, query, sketch, bounds, at)
    ids.set(activationIds, at)
    for (let row = at; row < at + activationIds.length; row++) {
      if (ids[row] === except) bounds[row] = Number.POSITIVE_INFINITY
      else if (bounds[row] < guesses.limit()) guesses.offer(row, bounds[row])
    }
    at += activationIds.length
    if (place % BLOCKS_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  const first = guesses.toSorted().map(({ activationId: row }) => row)
  await offerRows(first)
  for (const row of first) bounds[row] = Number.POSITIVE_INFINITY
  const left: number[] = []
  for (let row = 0; row < at; row++) if (bounds[row] <= reach()) left.push(row)
  left.sort((a, b) => bounds[a] - bounds[b])
  for (let start = 0; start < left.length && bounds[left[start]] <= reach(); start += ROWS_A_READ) {
    await offerRows(left.slice(start, start + ROWS_A_READ).filter((row) => bounds[row] <= reach()))
  }

  /** A distance is summed from float32 squares, a bound in float64: the margin is wider than their difference. */
  function reach(): number {
    return heap.limit() * (1 + 1e-5)
  }

  async function offerRows(chosen: readonly number[]): Promise<void> {
    const found = await loadVectors(
      database,
      sketched.source,
      Int32Array.from(chosen, (row) => ids[row]),
    )
    const matrix = { ...found, rows: found.activationIds.length }
    const own = { values: vector, rows: 1, columns: vector.length }
    for (let row = 0; row < matrix.rows; row++) {
      const distance = computeDistance(metric, own, 0, matrix, row, heap.limit())
      if (distance !== Number.POSITIVE_INFINITY) heap.offer(found.activationIds[row], distance)
    }
  }
}

/** Rows whose vectors are read first: they give the limit that spares the others. */
const GUESSES = 200
const ROWS_A_READ = 500
/** Some 50,000 bounds, about 5 ms, between two turns of others. */
const BLOCKS_A_TURN = 25
