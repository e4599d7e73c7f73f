/** Edges per layer: one number for all layers, or the rule of the published datasets, floor(weights / 100). */
export type SpectrumEdges = number | 'weights/100'

/** The number of histogram edges of a layer with this many weights (kernel and bias). */
export function computeLayerEdges(weights: number, edges: SpectrumEdges): number {
  return edges === 'weights/100' ? Math.floor(weights / 100) : edges
}

/** The number of values of a network's Fisher spectrum: one for each bin of each layer. */
export function computeSpectrumLength(weightsPerLayer: readonly number[], edges: SpectrumEdges): number {
  return weightsPerLayer.reduce((length, weights) => length + Math.max(0, computeLayerEdges(weights, edges) - 1), 0)
}
