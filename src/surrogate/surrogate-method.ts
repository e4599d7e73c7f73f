import type { PaceOptions } from './pace.js'

/** The feature vectors that a prediction may rest on, in the API's words. */
export type FeatureName = 'OUTPUTS' | 'FISHER_SPECTRUM'

/** The names of the kinds of features that are used, in the order in which they are told. */
export function nameFeatures(withOutputs: boolean, withSpectra: boolean): FeatureName[] {
  return [...(withOutputs ? (['OUTPUTS'] as const) : []), ...(withSpectra ? (['FISHER_SPECTRUM'] as const) : [])]
}

/** What a surrogate is fitted on: rows are activations with usable features; the others are left out by the caller. */
export interface FitInput extends PaceOptions {
  /** What the caller knows each row by; distinct. */
  readonly ids: readonly string[]
  /** rows × samples, row-major, finite. */
  readonly outputs: Float32Array
  /** rows × values of a spectrum, row-major, finite; null where the dataset has no spectra. */
  readonly spectra: Float32Array | null
  /** The measured metric of each row, NaN where it was not measured. */
  readonly targets: Float64Array
  /** Equal inputs and seeds give equal fits. */
  readonly seed: number
}

/** What to predict: a row of the fit (its own measurement is left out), or new features. */
export type QueryPoint =
  | { readonly row: number }
  | { readonly outputs: Float32Array; readonly spectrum: Float32Array | null }

export interface PointPrediction {
  readonly mean: number
  readonly standardDeviation: number
  /** Measured rows that the prediction leans on most, nearest first. */
  readonly basedOn: readonly number[]
  readonly features: readonly FeatureName[]
  /** Its place in the map, where the method has one. */
  readonly place: readonly [x: number, y: number] | null
}

/** Fewer measured rows than this cannot be fitted: three neighbours and something to check them on in five folds. */
export const MINIMUM_EVALUATIONS = 10

/** The seed of every fit, map and projection of stored data: equal data give equal surrogates. */
export const FIT_SEED = 42
