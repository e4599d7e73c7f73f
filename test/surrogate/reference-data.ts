import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { PROJECT_ROOT } from '../../src/root.js'
import type { DistanceMetric, FeatureMatrix } from '../../src/surrogate/feature-vectors/feature-matrix.js'
import type { NearestNeighbours } from '../../src/surrogate/umap/nearest-neighbours.js'
import type { SparseGraph } from '../../src/surrogate/umap/sparse-graph.js'

const FOLDER = join(PROJECT_ROOT, 'test/data/surrogate')
export const ROWS = 300

interface Meta {
  readonly functions: string[]
  readonly a: number
  readonly b: number
  readonly graphs: Record<string, Record<string, number> & { missing_edge_values: [number, number] }>
  readonly regression: {
    readonly target: number[]
    readonly folds: number[][]
    readonly spearman_knn3_raw: number[]
    readonly spearman_knn3_embedding: number[]
    readonly knn3_raw_predictions_fold0: number[]
  }
}

export const META: Meta = JSON.parse(readFileSync(join(FOLDER, 'meta.json'), 'utf8'))

/** The four reference graphs and their sources. */
export const GRAPHS: { name: string; from: number; to: number; metric: DistanceMetric; neighbours: number }[] = [
  { name: 'full-euclidean-15', from: 0, to: 1000, metric: 'euclidean', neighbours: 15 },
  { name: 'first-euclidean-15', from: 0, to: 500, metric: 'euclidean', neighbours: 15 },
  { name: 'last-euclidean-15', from: 500, to: 1000, metric: 'euclidean', neighbours: 15 },
  { name: 'last-manhattan-3', from: 500, to: 1000, metric: 'manhattan', neighbours: 3 },
]

/** A stored array of 32-bit floats. */
export function readFloats(name: string): Float32Array {
  return new Float32Array(readBytes(name))
}

/** A stored array of 32-bit integers. */
export function readIntegers(name: string): Int32Array {
  return new Int32Array(readBytes(name))
}

/** Columns `from` to `to` of the 300 functions' outputs. */
export function readOutputs(from = 0, to = 1000): FeatureMatrix {
  const outputs = readFloats('outputs.bin')
  const columns = to - from
  const values = new Float32Array(ROWS * columns)
  for (let row = 0; row < ROWS; row++) {
    values.set(outputs.subarray(row * 1000 + from, row * 1000 + to), row * columns)
  }
  return { values, rows: ROWS, columns }
}

/** The stored neighbour search of a graph. */
export function readNeighbours(name: string, neighbours: number): NearestNeighbours {
  return { neighbours, indices: readIntegers(`${name}.knn-index.bin`), distances: readFloats(`${name}.knn-dist.bin`) }
}

/** Asserts that weights above 1e-6 agree with the stored graph within 1e-4, both ways, and that the graph is symmetric. */
export function assertEqualsGraph(graph: SparseGraph, name: string): void {
  const expected = new Map<number, number>()
  const ends = new Uint16Array(readBytes(`${name}.rowcol.bin`))
  readFloats(`${name}.weight.bin`).forEach((weight, edge) => {
    expected.set(ends[2 * edge] * ROWS + ends[2 * edge + 1], weight)
  })
  const seen = new Map<number, number>()
  for (let row = 0; row < graph.nodes; row++) {
    for (let edge = graph.starts[row]; edge < graph.starts[row + 1]; edge++) {
      seen.set(row * ROWS + graph.targets[edge], graph.weights[edge])
    }
  }
  for (const [key, weight] of seen) {
    const row = Math.floor(key / ROWS)
    const column = key % ROWS
    assert.equal(seen.get(column * ROWS + row), weight, `${name} ${row}, ${column} is not symmetric`)
    if (row < column && weight > 1e-6) assert.ok(expected.has(key), `${name} has no edge ${row}, ${column}`)
  }
  for (const [key, weight] of expected) {
    if (weight <= 1e-6) continue
    const difference = Math.abs((seen.get(key) ?? 0) - weight)
    assert.ok(difference <= 1e-4, `${name} ${Math.floor(key / ROWS)}, ${key % ROWS} differs by ${difference}`)
  }
}

function readBytes(name: string): ArrayBuffer {
  const bytes = gunzipSync(readFileSync(join(FOLDER, `${name}.gz`)))
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer
}
