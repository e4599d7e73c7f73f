import type { LayerCapture } from '../networks/training/layer-capture.js'
import { computeKroneckerFactors } from './kronecker-factors.js'
import { computeLogEigenvalues } from './log-eigenvalues.js'
import type { PatchPadding } from './patch-rows.js'
import { computeSpectrumCdf } from './spectrum-histogram.js'
import { computeLayerEdges, computeSpectrumLength, type SpectrumEdges } from './spectrum-length.js'

/** One layer's part of the spectrum. */
export interface LayerSpectrum {
  name: string
  /** Histogram edges. The layer has one value less than that in the spectrum, and none if there are fewer than two edges. */
  edges: number
  /** `vanished`: one factor is zero, so all values of the layer are 1. `notFinite`: the network has no spectrum. */
  state: 'finite' | 'vanished' | 'notFinite'
  /** Numerical ranks and dimensions of the two factors; `null` unless the state is `finite`. */
  inputRank: number | null
  inputDimension: number | null
  gradientRank: number | null
  gradientDimension: number | null
}

export interface FisherSpectrum {
  /** The layers' cumulative distributions, concatenated, in [0, 1]; `null` if it cannot be computed; `reason` says why. */
  spectrum: Float32Array | null
  layers: LayerSpectrum[]
  reason?: string
}

/**
 * The Fisher spectrum of a network at initialisation: for each layer, the cumulative distribution over [-100, 100] of the
 * natural logarithms of the eigenvalues of its Kronecker-factored Fisher block. The layers are concatenated. The length is
 * `computeSpectrumLength` of the layers' weights, for every activation function.
 *
 * A layer that no gradient (or no input) reaches has eigenvalues 0, whose logarithms are below every edge, so all its values
 * are 1. The spectrum is `null` if an input or a gradient of a layer is not finite, or if no layer has a positive
 * eigenvalue.
 *
 * @throws RangeError if the shapes of a capture do not fit together.
 */
export function computeFisherSpectrum(
  layers: readonly LayerCapture[],
  edges: SpectrumEdges,
  padding: PatchPadding = 'tensorflow',
): FisherSpectrum {
  const broken = layers.filter((layer) => !hasFiniteValues(layer))
  if (broken.length > 0) {
    const states = layers.map((layer) => describeLayer(layer, edges, broken.includes(layer) ? 'notFinite' : 'finite'))
    return { spectrum: null, layers: states, reason: `layer ${broken[0].name}: input or gradient is not finite` }
  }
  const weights = layers.map((layer) => layer.weights)
  const spectrum = new Float32Array(computeSpectrumLength(weights, edges))
  const described: LayerSpectrum[] = []
  let offset = 0
  for (const layer of layers) {
    const { cdf, description } = computeLayerSpectrum(layer, edges, padding)
    spectrum.set(cdf, offset)
    offset += cdf.length
    described.push(description)
  }
  if (described.every((layer) => layer.state === 'vanished')) {
    return { spectrum: null, layers: described, reason: 'no layer has a positive eigenvalue' }
  }
  return { spectrum, layers: described }
}

function computeLayerSpectrum(layer: LayerCapture, edges: SpectrumEdges, padding: PatchPadding) {
  const factors = computeKroneckerFactors(layer, padding)
  const gradient = computeLogEigenvalues(factors.gradient)
  const input = gradient && computeLogEigenvalues(factors.input)
  if (!input) {
    const description = describeLayer(layer, edges, 'vanished')
    return { cdf: new Float64Array(Math.max(0, description.edges - 1)).fill(1), description }
  }
  const description: LayerSpectrum = {
    ...describeLayer(layer, edges, 'finite'),
    inputRank: input.values.length,
    inputDimension: factors.input.dimension,
    gradientRank: gradient.values.length,
    gradientDimension: factors.gradient.dimension,
  }
  return { cdf: computeSpectrumCdf(input, gradient, description.edges), description }
}

function describeLayer(layer: LayerCapture, edges: SpectrumEdges, state: LayerSpectrum['state']): LayerSpectrum {
  return {
    name: layer.name,
    edges: computeLayerEdges(layer.weights, edges),
    state,
    inputRank: null,
    inputDimension: null,
    gradientRank: null,
    gradientDimension: null,
  }
}

function hasFiniteValues(layer: LayerCapture): boolean {
  return layer.input.every(Number.isFinite) && layer.outputGradient.every(Number.isFinite)
}
