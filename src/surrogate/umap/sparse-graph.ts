/**
 * A weighted directed graph in compressed sparse rows. The edges of node i are those from `starts[i]` to `starts[i +
 * 1]`, with ascending targets. Symmetric graphs store both directions. No edge leads from a node to itself.
 */
export interface SparseGraph {
  readonly nodes: number
  readonly starts: Int32Array
  readonly targets: Int32Array
  readonly weights: Float32Array
}

/** The weight of an edge from its weights in two graphs or directions; null if it is missing there. */
export type CombineWeights = (left: number | null, right: number | null) => number

/** The graph with every edge reversed. */
export function transposeGraph({ nodes, starts, targets, weights }: SparseGraph): SparseGraph {
  const counts = new Int32Array(nodes + 1)
  for (const target of targets) counts[target + 1]++
  for (let node = 0; node < nodes; node++) counts[node + 1] += counts[node]
  const result = { nodes, starts: counts.slice(), targets: new Int32Array(targets.length), weights: weights.slice() }
  for (let node = 0; node < nodes; node++) {
    for (let edge = starts[node]; edge < starts[node + 1]; edge++) {
      const reversed = counts[targets[edge]]++
      result.targets[reversed] = node
      result.weights[reversed] = weights[edge]
    }
  }
  return result
}

/** The edges of either graph with float32 weights from `combine`. Edges whose weight becomes zero are dropped. */
export function mergeGraphs(left: SparseGraph, right: SparseGraph, combine: CombineWeights): SparseGraph {
  const { nodes } = left
  const starts = new Int32Array(nodes + 1)
  const targets = new Int32Array(left.targets.length + right.targets.length)
  const weights = new Float32Array(targets.length)
  let size = 0
  for (let node = 0; node < nodes; node++) {
    let a = left.starts[node]
    let b = right.starts[node]
    const endA = left.starts[node + 1]
    const endB = right.starts[node + 1]
    while (a < endA || b < endB) {
      const targetA = a < endA ? left.targets[a] : nodes
      const targetB = b < endB ? right.targets[b] : nodes
      const target = Math.min(targetA, targetB)
      weights[size] = combine(
        target === targetA ? left.weights[a++] : null,
        target === targetB ? right.weights[b++] : null,
      )
      targets[size] = target
      if (weights[size] !== 0) size++
    }
    starts[node + 1] = size
  }
  return { nodes, starts, targets: targets.slice(0, size), weights: weights.slice(0, size) }
}

/** The graph without edges of weight zero. */
export function dropZeroEdges(graph: SparseGraph): SparseGraph {
  const empty = { ...graph, starts: new Int32Array(graph.nodes + 1), targets: new Int32Array(0) }
  return mergeGraphs(graph, { ...empty, weights: new Float32Array(0) }, (weight) => weight ?? 0)
}

/** The connected component of each node, numbered from 0 in the order of their first nodes. */
export function findComponents({ nodes, starts, targets }: SparseGraph): { count: number; labels: Int32Array } {
  const labels = new Int32Array(nodes).fill(-1)
  let count = 0
  for (let first = 0; first < nodes; first++) {
    if (labels[first] >= 0) continue
    const open = [first]
    labels[first] = count
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      for (let edge = starts[node]; edge < starts[node + 1]; edge++) {
        if (labels[targets[edge]] >= 0) continue
        labels[targets[edge]] = count
        open.push(targets[edge])
      }
    }
    count++
  }
  return { count, labels }
}

/** The subgraph of the given nodes, renumbered in their order. */
export function takeSubgraph(graph: SparseGraph, members: Int32Array): SparseGraph {
  const numbers = new Int32Array(graph.nodes).fill(-1)
  members.forEach((node, number) => {
    numbers[node] = number
  })
  const starts = new Int32Array(members.length + 1)
  const targets: number[] = []
  const weights: number[] = []
  members.forEach((node, number) => {
    for (let edge = graph.starts[node]; edge < graph.starts[node + 1]; edge++) {
      if (numbers[graph.targets[edge]] < 0) continue
      targets.push(numbers[graph.targets[edge]])
      weights.push(graph.weights[edge])
    }
    starts[number + 1] = targets.length
  })
  return { nodes: members.length, starts, targets: Int32Array.from(targets), weights: Float32Array.from(weights) }
}
