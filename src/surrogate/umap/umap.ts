import { type PaceOptions, toPartOf } from '../pace.js'
import type { CurveParameters } from './curve-parameters.js'
import { computeFuzzyGraph } from './fuzzy-graph.js'
import { pruneGraph } from './graph-union.js'
import { computeNearestNeighbours, type NeighbourIndex } from './nearest-neighbours.js'
import { optimiseLayout } from './optimise-layout.js'
import { dropZeroEdges, findComponents, type SparseGraph } from './sparse-graph.js'
import { computeRandomLayout, computeSpectralLayout, type Layout } from './spectral-layout.js'

/** Settings of one embedding. */
export interface EmbeddingSettings extends PaceOptions {
  readonly curve: CurveParameters
  readonly seed: number
  /** @defaultValue 500 up to 10,000 nodes and 200 above, as in umap-learn */
  readonly epochs?: number
  /** Initial layout of a disconnected graph: the spectral layout of each component, or (for unions) a random layout. */
  readonly disconnectedStart: 'components' | 'random'
}

/**
 * The fuzzy graph of the rows of an index. `neighbours` includes the row itself; it is limited to one less than the
 * number of rows.
 */
export async function computeFeatureGraph(
  index: NeighbourIndex,
  neighbours: number,
  options: PaceOptions = {},
): Promise<SparseGraph> {
  const possible = Math.min(neighbours, index.matrix.rows - 1)
  return computeFuzzyGraph(await computeNearestNeighbours(index, possible, options))
}

/** The map of a symmetric graph. Edges below (largest weight) / epochs are left out, as in umap-learn. */
export async function computeEmbedding(graph: SparseGraph, settings: EmbeddingSettings): Promise<Layout> {
  const epochs = settings.epochs ?? chooseEpochs(graph.nodes)
  const pruned = dropZeroEdges(pruneGraph(graph, epochs))
  const isRandom = settings.disconnectedStart === 'random' && findComponents(graph).count > 1
  const start = isRandom
    ? computeRandomLayout(graph.nodes, settings.seed)
    : await computeSpectralLayout(pruned, settings.seed, toPartOf(settings, 0, 0.3))
  return optimiseLayout(start, pruned, { ...settings, ...toPartOf(settings, 0.3, 1), epochs })
}

/** Number of epochs: 500 up to 10,000 nodes, 200 above. */
export function chooseEpochs(nodes: number): number {
  return nodes <= 10_000 ? 500 : 200
}
