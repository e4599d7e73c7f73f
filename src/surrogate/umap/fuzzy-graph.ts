import type { NearestNeighbours } from './nearest-neighbours.js'
import { mergeGraphs, type SparseGraph, transposeGraph } from './sparse-graph.js'

/** The distance scale of each row (McInnes et al. 2018, arXiv 1802.03426, algorithm 3), float32. */
export interface SmoothDistances {
  readonly sigmas: Float32Array
  /** Distance to the nearest neighbour that is not a duplicate; all 0 if `localConnectivity` is 0. */
  readonly rhos: Float32Array
}

/**
 * The fuzzy simplicial set of a neighbour search over the rows themselves. Memberships are exp(-max(0, d - rho) /
 * sigma), joined by the symmetric union a + b - ab. Weights are in (0, 1], the diagonal is empty.
 */
export function computeFuzzyGraph(nearest: NearestNeighbours): SparseGraph {
  const scales = computeSmoothDistances(nearest, 1)
  return joinDirections(toDirectedGraph(nearest, computeMemberships(nearest, scales, true)))
}

/** The symmetric union a + b - ab of a graph's two directions. */
export function joinDirections(graph: SparseGraph): SparseGraph {
  return mergeGraphs(graph, transposeGraph(graph), (a, b) => {
    const left = a ?? 0
    const right = b ?? 0
    return Math.fround(Math.fround(left + right) - Math.fround(left * right))
  })
}

/**
 * Sigma and rho of each row. The memberships of its neighbours after the first sum to log2(neighbours), by at most 64
 * bisection steps to 1e-5. Sigma is at least a thousandth of the mean distance. `localConnectivity` is 1 within a
 * fitted set and 0 for new points.
 */
export function computeSmoothDistances(nearest: NearestNeighbours, localConnectivity: 0 | 1): SmoothDistances {
  const { neighbours, distances } = nearest
  const rows = distances.length / neighbours
  const sigmas = new Float32Array(rows)
  const rhos = new Float32Array(rows)
  const mean = computeMean(distances)
  for (let row = 0; row < rows; row++) {
    const own = distances.subarray(row * neighbours, (row + 1) * neighbours)
    rhos[row] = localConnectivity === 1 ? (own.find((distance) => distance > 0) ?? 0) : 0
    const sigma = bisectSigma(own, rhos[row])
    sigmas[row] = Math.max(sigma, MINIMUM_SCALE * (rhos[row] > 0 ? computeMean(own) : mean))
  }
  return { sigmas, rhos }
}

/** Membership of each neighbour, in the same order. If `isSelf`, a row's membership in itself is 0. */
export function computeMemberships(nearest: NearestNeighbours, scales: SmoothDistances, isSelf: boolean): Float32Array {
  const { neighbours, indices, distances } = nearest
  return distances.map((distance, entry) => {
    const row = Math.floor(entry / neighbours)
    if (isSelf && indices[entry] === row) return 0
    const beyond = Math.fround(distance - scales.rhos[row])
    return beyond <= 0 || scales.sigmas[row] === 0 ? 1 : Math.exp(-beyond / scales.sigmas[row])
  })
}

const TOLERANCE = 1e-5
const STEPS = 64
const MINIMUM_SCALE = 1e-3

function bisectSigma(distances: Float32Array, rho: number): number {
  const target = Math.log2(distances.length)
  let low = 0
  let high = Number.POSITIVE_INFINITY
  let sigma = 1
  for (let step = 0; step < STEPS; step++) {
    let sum = 0
    for (let rank = 1; rank < distances.length; rank++) {
      const beyond = Math.fround(distances[rank] - rho)
      sum += beyond > 0 ? Math.exp(-beyond / sigma) : 1
    }
    if (Math.abs(sum - target) < TOLERANCE) break
    if (sum > target) {
      high = sigma
      sigma = Math.fround((low + high) / 2)
    } else {
      low = sigma
      sigma = Math.fround(high === Number.POSITIVE_INFINITY ? sigma * 2 : (low + high) / 2)
    }
  }
  return sigma
}

function computeMean(values: Float32Array): number {
  let sum = 0
  for (const value of values) sum += value
  return values.length > 0 ? sum / values.length : 0
}

function toDirectedGraph({ neighbours, indices }: NearestNeighbours, memberships: Float32Array): SparseGraph {
  const nodes = indices.length / neighbours
  const starts = new Int32Array(nodes + 1)
  const targets: number[] = []
  const weights: number[] = []
  for (let node = 0; node < nodes; node++) {
    const entries = Array.from({ length: neighbours }, (_, rank) => node * neighbours + rank)
      .filter((entry) => memberships[entry] > 0)
      .sort((a, b) => indices[a] - indices[b])
    for (const entry of entries) {
      targets.push(indices[entry])
      weights.push(memberships[entry])
    }
    starts[node + 1] = targets.length
  }
  return { nodes, starts, targets: Int32Array.from(targets), weights: Float32Array.from(weights) }
}
