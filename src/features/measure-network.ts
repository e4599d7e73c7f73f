import type { TrainableDataset } from '../networks/recipes/trainable-dataset.js'
import { createParameters } from '../networks/training/network-state.js'
import { computeSpectrumLength } from './spectrum-length.js'

/** The size of the network of a dataset. */
export interface NetworkSize {
  /** Number of trainable weights. */
  readonly parameters: number
  /** Number of values of a Fisher spectrum; null if no layer is large enough. */
  readonly spectrumLength: number | null
}

/** Counts the weights of a network, and the values of its Fisher spectra. */
export function measureNetwork({
  network,
  recipe,
  fisher,
}: Pick<TrainableDataset, 'network' | 'recipe' | 'fisher'>): NetworkSize {
  const trained = createParameters(network, 0, recipe.gain).filter(({ trainable }) => trainable)
  const weights = new Map<string, number>()
  for (const { name, values } of trained) {
    const [, layer, role] = /^(.*)\/([^/]*)$/.exec(name) ?? []
    if (role === 'kernel') weights.set(layer, values.length)
    else if (role === 'bias') weights.set(layer, (weights.get(layer) ?? 0) + values.length)
  }
  const length = computeSpectrumLength([...weights.values()], fisher.edges)
  return {
    parameters: trained.reduce((sum, { values }) => sum + values.length, 0),
    spectrumLength: length > 0 ? length : null,
  }
}
