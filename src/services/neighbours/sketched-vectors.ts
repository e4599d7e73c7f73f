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

/** A large source in 136 bytes per vector: ids and lower bounds of distances. The vectors stay in the database. */
export interface SketchedVectors {
  readonly source: VectorSource
  readonly metric: DistanceMetric
  readonly order: Int32Array
  /** By rising id, except for ids that were committed late. */
  readonly blocks: { readonly activationIds: Int32Array; readonly sketch: CompactSketch }[]
  last: number
  rows: number
}

/** Creates an empty sketch of a source; `addNew` fills it. */
export function createSketchedVectors(source: VectorSource, columns: number): SketchedVectors {
  const natural = Int32Array.from({ length: columns }, (_, column) => column)
  // A sketch needs similar columns next to each other. Columns of a spectrum are; outputs are sorted by their inputs.
  const isOutputs = source.kind === 'OUTPUTS'
  const order = isOutputs ? natural.sort((a, b) => REFERENCE_SAMPLES[a] - REFERENCE_SAMPLES[b]) : natural
  return { source, metric: isOutputs ? 'euclidean' : 'manhattan', order, blocks: [], last: 0, rows: 0 }
}

/** A transaction may commit smaller ids than one that began later. Ids this far back are looked up again. */
const LATE_IDS = 20_000

/** Adds the vectors that were stored since the last call. The first call reads the whole source. */
export async function addNew(database: Database, sketched: SketchedVectors): Promise<void> {
  const { source, metric, order } = sketched
  const from = Math.max(0, sketched.last - LATE_IDS)
  const known = new Set(
    sketched.blocks.flatMap(({ activationIds }) =>
      activationIds[activationIds.length - 1] > from ? [...activationIds] : [],
    ),
  )
  for await (const { activationIds, values } of scanVectors(database, source, from)) {
    const rows = [...activationIds.keys()].filter((row) => !known.has(activationIds[row]))
    const columns = order.length
    const fresh = new Float32Array(rows.length * columns)
    rows.forEach((row, index) => {
      fresh.set(values.subarray(row * columns, (row + 1) * columns), index * columns)
    })
    if (rows.length === 0) continue
    const ids = Int32Array.from(rows, (row) => activationIds[row])
    sketched.blocks.push({ activationIds: ids, sketch: computeCompactSketch(metric, fresh, order) })
    sketched.rows += ids.length
    sketched.last = Math.max(sketched.last, ids[ids.length - 1])
  }
}

/**
 * Offers the heap all rows that may be among its nearest, with their distances. A row is skipped only if its lower bound
 * exceeds the limit of the heap. The vectors of the others are read, smallest bound first.
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
  for (const [index, { activationIds, sketch }] of blocks.entries()) {
    if (at + activationIds.length > rows) break
    computeCompactBounds(metric, query, sketch, bounds, at)
    ids.set(activationIds, at)
    for (let row = at; row < at + activationIds.length; row++) {
      if (ids[row] === except) bounds[row] = Number.POSITIVE_INFINITY
      else if (bounds[row] < guesses.limit()) guesses.offer(row, bounds[row])
    }
    at += activationIds.length
    if (index % BLOCKS_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve))
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

  /** Distances sum float32 squares and bounds sum float64 values. The margin is wider than their difference. */
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

/** Rows whose vectors are read first, to find a limit that rules out most other rows. */
const GUESSES = 200
const ROWS_A_READ = 500
/** About 50,000 bounds, 5 ms, after which other requests run. */
const BLOCKS_A_TURN = 25
