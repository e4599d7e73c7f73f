import { joinDirections } from './fuzzy-graph.js'
import { mergeGraphs, type SparseGraph } from './sparse-graph.js'

/**
 * Weights of missing edges: an edge that only one graph of a union has counts this much in the other. For the first
 * graph and the second.
 */
export type MissingEdgeWeights = readonly [number, number]

/**
 * The graph with weights below a share of its largest set to zero; such edges would be sampled less than once in all
 * epochs. The zeros stay stored, because `computeGraphUnion` distinguishes a pruned edge (0) from a missing one.
 */
export function pruneGraph(graph: SparseGraph, epochs: number): SparseGraph {
  const limit = graph.weights.reduce((largest, weight) => Math.max(largest, weight), 0) / epochs
  return { ...graph, weights: graph.weights.map((weight) => (weight < limit ? 0 : weight)) }
}

/** max(smallest stored weight / 2, 1e-8) of each pruned graph, including stored zeros. */
export function computeMissingEdgeWeights(first: SparseGraph, second: SparseGraph): MissingEdgeWeights {
  const half = ({ weights }: SparseGraph) =>
    Math.fround(Math.max(weights.reduce((least, weight) => Math.min(least, weight), 1) / 2, 1e-8))
  return [half(first), half(second)]
}

/** The union a + b - ab of two pruned graphs over the same nodes. Edges that are zero in both vanish. */
export function computeGraphUnion(first: SparseGraph, second: SparseGraph): SparseGraph {
  const missing = computeMissingEdgeWeights(first, second)
  return mergeGraphs(first, second, (a, b) => (!a && !b ? 0 : joinWeights(a ?? missing[0], b ?? missing[1])))
}

/**
 * Restores the local connectivity of a union graph, as umap-learn does. Divides each row by its largest weight, raises
 * it to the power for which its sum is log2(15), and joins both directions.
 */
export function resetLocalConnectivity(graph: SparseGraph): SparseGraph {
  const weights = graph.weights.slice()
  for (let node = 0; node < graph.nodes; node++) {
    rescaleRow(weights.subarray(graph.starts[node], graph.starts[node + 1]))
  }
  return joinDirections({ ...graph, weights })
}

/** The union a + b - ab in float32. */
export function joinWeights(a: number, b: number): number {
  return Math.fround(a + b - a * b)
}

/** Divides the weights by their maximum and raises them to the power for which their sum is log2(15), in place. */
export function rescaleRow(weights: Float32Array): void {
  const largest = weights.reduce((most, weight) => Math.max(most, weight), 0)
  if (largest === 0) return
  for (let edge = 0; edge < weights.length; edge++) weights[edge] /= largest
  const exponent = bisectExponent(weights)
  for (let edge = 0; edge < weights.length; edge++) weights[edge] = weights[edge] ** exponent
}

/** umap-learn uses 15 for any number of neighbours. */
const TARGET = Math.log2(15)
const STEPS = 32
const TOLERANCE = 1e-5

function bisectExponent(weights: Float32Array): number {
  let low = 0
  let high = Number.POSITIVE_INFINITY
  let exponent = 1
  for (let step = 0; step < STEPS; step++) {
    let sum = 0
    for (const weight of weights) sum += weight ** exponent
    if (Math.abs(sum - TARGET) < TOLERANCE) break
    if (sum < TARGET) {
      high = exponent
      exponent = (low + high) / 2
    } else {
      low = exponent
      exponent = high === Number.POSITIVE_INFINITY ? exponent * 2 : (low + high) / 2
    }
  }
  return exponent
}
