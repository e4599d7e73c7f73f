import { ActbenchError } from '../errors.js'
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

/** A point of the map: coordinates in the plane, without a unit. */
export type MapPoint = readonly [x: number, y: number]

export interface PointPrediction {
  readonly mean: number
  readonly standardDeviation: number
  /** Measured rows that the prediction leans on most, nearest first. */
  readonly basedOn: readonly number[]
  readonly features: readonly FeatureName[]
  /** Null if the method has no map. */
  readonly mapPoint: MapPoint | null
}

/** Fewer measured rows than this cannot be fitted: three neighbours and something to check them on in five folds. */
export const MINIMUM_EVALUATIONS = 10

/** Throws SURROGATE_UNAVAILABLE if fewer than MINIMUM_EVALUATIONS rows are measured. */
export function requireEvaluations(count: number): void {
  if (count >= MINIMUM_EVALUATIONS) return
  const message = `too few evaluations to fit a surrogate: ${count}, at least ${MINIMUM_EVALUATIONS} are needed`
  throw new ActbenchError('SURROGATE_UNAVAILABLE', message, { needed: MINIMUM_EVALUATIONS, evaluations: count })
}

/** Rows whose target is a number. */
export function listMeasured(targets: Float64Array): Int32Array {
  return Int32Array.from(targets.keys()).filter((row) => Number.isFinite(targets[row]))
}

/**
 * Whether most functions of a set have a spectrum. If so, a surrogate uses spectra, and a function without one is a
 * function whose spectrum could not be computed.
 */
export function isCoveredBySpectra(withSpectrum: number, all: number): boolean {
  return withSpectrum >= all / 2
}

/** Whether a surrogate uses spectra: most of its measured functions have one, and these are enough for a fit. */
export function usesSpectra(withSpectrum: number, measured: number): boolean {
  return withSpectrum >= MINIMUM_EVALUATIONS && isCoveredBySpectra(withSpectrum, measured)
}

/** The seed of every fit, map and projection of stored data: equal data give equal surrogates. */
export const FIT_SEED = 42
