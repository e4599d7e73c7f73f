import { createRandomStream, type Random } from '../../numeric/random.js'
import type { PaceOptions } from '../pace.js'
import { findComponents, type SparseGraph, takeSubgraph } from './sparse-graph.js'
import { computeSpectralVectors } from './spectral-vectors.js'

/** Points of the nodes in the plane: nodes × 2, row-major. */
export type Layout = Float32Array

/**
 * The initial layout: two eigenvectors of the graph's Laplacian, with the largest coordinate scaled to 10 and noise of
 * 1e-4 so that no two nodes coincide. Each connected component has its own eigenvectors around its own centre. Up to
 * four centres lie on the axes, as in umap-learn; more of them lie evenly on a circle (umap-learn would compare their
 * features).
 */
export async function computeSpectralLayout(
  graph: SparseGraph,
  seed: number,
  options: PaceOptions = {},
): Promise<Layout> {
  const random = createRandomStream(seed, 1)
  const { count, labels } = findComponents(graph)
  const coordinates =
    count === 1
      ? await layOutComponent(graph, random, options)
      : await layOutComponents(graph, labels, count, random, options)
  const longest = coordinates.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const scale = longest > 0 ? 10 / longest : 1
  return spread(Float32Array.from(coordinates, (value) => value * scale + 1e-4 * random.normal()))
}

/** A uniform random layout, the start for a disconnected union. */
export function computeRandomLayout(nodes: number, seed: number): Layout {
  const random = createRandomStream(seed, 1)
  return spread(Float32Array.from({ length: nodes * 2 }, () => 20 * random.uniform() - 10))
}

/** Scales both axes to 0 … 10, as umap-learn does before it optimises. */
function spread(layout: Layout): Layout {
  for (const axis of [0, 1]) {
    let least = Number.POSITIVE_INFINITY
    let most = Number.NEGATIVE_INFINITY
    for (let index = axis; index < layout.length; index += 2) {
      least = Math.min(least, layout[index])
      most = Math.max(most, layout[index])
    }
    const scale = most > least ? 10 / (most - least) : 0
    for (let index = axis; index < layout.length; index += 2) layout[index] = (layout[index] - least) * scale
  }
  return layout
}

/** A component with fewer nodes has too few eigenvectors; its nodes get random points. */
const SMALL_COMPONENT = 4

async function layOutComponent(graph: SparseGraph, random: Random, options: PaceOptions): Promise<Float64Array> {
  const coordinates = new Float64Array(graph.nodes * 2)
  if (graph.nodes < SMALL_COMPONENT) return coordinates.map(() => 2 * random.uniform() - 1)
  const { vectors } = await computeSpectralVectors(graph, 2, random, options)
  for (let node = 0; node < graph.nodes; node++) {
    coordinates[2 * node] = vectors[0][node]
    coordinates[2 * node + 1] = vectors[1][node]
  }
  return coordinates
}

async function layOutComponents(
  graph: SparseGraph,
  labels: Int32Array,
  count: number,
  random: Random,
  { signal }: PaceOptions,
): Promise<Float64Array> {
  const coordinates = new Float64Array(graph.nodes * 2)
  const centres = placeCentres(count)
  // Half the distance between adjacent centres, so that components start apart.
  const reach = nearestDistance(centres) / 2
  for (let label = 0; label < count; label++) {
    const members = Int32Array.from(labels.keys()).filter((node) => labels[node] === label)
    // Progress of components of different sizes would jump back and forth, so their progress is not reported.
    const own = await layOutComponent(takeSubgraph(graph, members), random, { signal })
    const longest = own.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    members.forEach((node, index) => {
      for (const axis of [0, 1]) {
        const inner = longest > 0 ? (own[2 * index + axis] * reach) / longest : 0
        coordinates[2 * node + axis] = centres[label][axis] + inner
      }
    })
  }
  return coordinates
}

function placeCentres(count: number): number[][] {
  if (count > 4) {
    const turn = (2 * Math.PI) / count
    return Array.from({ length: count }, (_, index) => [Math.cos(turn * index), Math.sin(turn * index)])
  }
  const half = Math.ceil(count / 2)
  const axes = [
    [1, 0],
    [0, 1],
  ].slice(0, half)
  return [...axes, ...axes.map(([x, y]) => [-x, -y])].slice(0, count)
}

function nearestDistance(centres: number[][]): number {
  return Math.min(...centres.slice(1).map(([x, y]) => Math.hypot(x - centres[0][0], y - centres[0][1])))
}
