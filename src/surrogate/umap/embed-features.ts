import type { FeatureMatrix } from '../feature-vectors/feature-matrix.js'
import { type PaceOptions, toPartOf } from '../pace.js'
import type { CurveParameters } from './curve-parameters.js'
import {
  computeGraphUnion,
  computeMissingEdgeWeights,
  type MissingEdgeWeights,
  pruneGraph,
  resetLocalConnectivity,
} from './graph-union.js'
import { createNeighbourIndex } from './nearest-neighbours.js'
import type { SparseGraph } from './sparse-graph.js'
import type { Layout } from './spectral-layout.js'
import { chooseEpochs, computeEmbedding, computeFeatureGraph } from './umap.js'

/** n_neighbors of the paper; both include the point itself. */
export const OUTPUT_NEIGHBOURS = 15
export const SPECTRUM_NEIGHBOURS = 3

/** Maps of the same rows by one kind of features each. */
export interface FeatureMaps {
  readonly outputs: Layout
  readonly spectra: Layout
}

export interface EmbedOptions extends PaceOptions {
  readonly curve: CurveParameters
  readonly seed: number
  /** Whether to make a map of each kind of features too. */
  readonly withFeatureMaps: boolean
}

export interface EmbeddedFeatures {
  readonly layout: Layout
  /** Null if the map uses outputs only. */
  readonly missingEdgeWeights: MissingEdgeWeights | null
  /** Null if they were not asked for, or if the map uses outputs only. */
  readonly featureMaps: FeatureMaps | null
}

/** The map of rows by outputs, or by the union of the graphs of outputs and spectra. */
export async function embedFeatures(
  { outputs, spectra }: { readonly outputs: FeatureMatrix; readonly spectra: FeatureMatrix | null },
  { curve, seed, withFeatureMaps, ...pace }: EmbedOptions,
): Promise<EmbeddedFeatures> {
  const outputIndex = createNeighbourIndex('euclidean', outputs)
  // The shares of the steps are roughly their shares of the time for 2,913 rows of 1,000 and 13,683 values.
  const first = await computeFeatureGraph(outputIndex, OUTPUT_NEIGHBOURS, toPartOf(pace, 0, 0.3))
  if (!spectra) {
    const settings = { ...toPartOf(pace, 0.3, 1), curve, seed, disconnectedStart: 'components' as const }
    return { layout: await computeEmbedding(first, settings), missingEdgeWeights: null, featureMaps: null }
  }
  const spectrumIndex = createNeighbourIndex('manhattan', spectra)
  const second = await computeFeatureGraph(spectrumIndex, SPECTRUM_NEIGHBOURS, toPartOf(pace, 0.3, 0.6))
  const epochs = chooseEpochs(first.nodes)
  const pruned = [pruneGraph(first, epochs), pruneGraph(second, epochs)] as const
  const union = resetLocalConnectivity(computeGraphUnion(...pruned))
  const end = withFeatureMaps ? 0.75 : 1
  const settings = { ...toPartOf(pace, 0.6, end), curve, seed, disconnectedStart: 'random' as const }
  const layout = await computeEmbedding(union, settings)
  const missingEdgeWeights = computeMissingEdgeWeights(...pruned)
  if (!withFeatureMaps) return { layout, missingEdgeWeights, featureMaps: null }
  const embed = (graph: SparseGraph, from: number, to: number, disconnectedStart: 'components' | 'random') =>
    computeEmbedding(graph, { ...toPartOf(pace, from, to), curve, seed, disconnectedStart })
  const featureMaps = {
    outputs: await embed(first, end, 0.9, 'components'),
    // With three neighbours the graph of spectra has hundreds of components, for which a circle is not a better start.
    spectra: await embed(second, 0.9, 1, 'random'),
  }
  return { layout, missingEdgeWeights, featureMaps }
}
