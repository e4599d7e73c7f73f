import { createRandomStream } from '../../src/numeric/random.js'
import type { FeatureMatrix } from '../../src/surrogate/feature-vectors/feature-matrix.js'
import type { SparseGraph } from '../../src/surrogate/umap/sparse-graph.js'

/** Rows of standard normal values. */
export function createRandomMatrix(rows: number, columns: number, seed: number): FeatureMatrix {
  const random = createRandomStream(seed)
  return { rows, columns, values: Float32Array.from({ length: rows * columns }, () => random.normal()) }
}

/** Rows around `centres` far-apart centres in turn: row i belongs to cluster i % centres. */
export function createClusters(rows: number, columns: number, centres: number, seed: number): FeatureMatrix {
  const matrix = createRandomMatrix(rows, columns, seed)
  const means = createRandomMatrix(centres, columns, seed + 1)
  const values = matrix.values.map((value, index) => {
    const row = Math.floor(index / columns)
    return 0.3 * value + 10 * means.values[(row % centres) * columns + (index % columns)]
  })
  return { ...matrix, values }
}

/** A symmetric graph of the given undirected edges. */
export function createGraph(nodes: number, edges: readonly (readonly [number, number, number])[]): SparseGraph {
  const both = edges.flatMap(([a, b, weight]) => [
    [a, b, weight],
    [b, a, weight],
  ])
  both.sort((left, right) => left[0] - right[0] || left[1] - right[1])
  const starts = new Int32Array(nodes + 1)
  for (const [source] of both) starts[source + 1]++
  for (let node = 0; node < nodes; node++) starts[node + 1] += starts[node]
  return {
    nodes,
    starts,
    targets: Int32Array.from(both, ([, target]) => target),
    weights: Float32Array.from(both, ([, , weight]) => weight),
  }
}
