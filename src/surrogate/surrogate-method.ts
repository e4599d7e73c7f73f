import { ActbenchError } from '../errors.js'
import type { PaceOptions } from './pace.js'

/** The kinds of features that a prediction may use, as named in the API. */
export type FeatureName = 'OUTPUTS' | 'FISHER_SPECTRUM'

/** The names of the kinds of features in use, in the order of the API. */
export function nameFeatures(withOutputs: boolean, withSpectra: boolean): FeatureName[] {
  return [...(withOutputs ? (['OUTPUTS'] as const) : []), ...(withSpectra ? (['FISHER_SPECTRUM'] as const) : [])]
}

/** The input of a fit. Rows are activations with usable features; the caller leaves out all others. */
export interface FitInput extends PaceOptions {
  /** The caller's name for each row; distinct. */
  readonly ids: readonly string[]
  /** rows × samples, row-major, finite. */
  readonly outputs: Float32Array
  /** rows × spectrum values, row-major, finite; null if the dataset has no spectra. */
  readonly spectra: Float32Array | null
  /** The measured metric of each row; NaN if not measured. */
  readonly targets: Float64Array
  /**
   * Measured functions without a usable spectrum. A method that predicts functions by outputs only learns from them too.
   * Null or missing if there are none, or if no row has a spectrum.
   */
  readonly withoutSpectra?: Pick<FitInput, 'ids' | 'outputs' | 'targets'> | null
  /** Equal inputs and seeds give equal fits. */
  readonly seed: number
}

/** A point to predict: a row of the fit (without its own measurement), or new features. */
export type QueryPoint =
  | { readonly row: number }
  | { readonly outputs: Float32Array; readonly spectrum: Float32Array | null }

/** A point of the map: coordinates in the plane, without a unit. */
export type MapPoint = readonly [x: number, y: number]

export interface PointPrediction {
  readonly mean: number
  readonly standardDeviation: number
  /** The measured rows with the most influence on the prediction, nearest first. */
  readonly basedOn: readonly number[]
  readonly features: readonly FeatureName[]
  /** Null if the method has no map. */
  readonly mapPoint: MapPoint | null
  /** Its place on the map by outputs only, for new points; null or missing without such a map. */
  readonly outputsPoint?: MapPoint | null
}

/**
 * A fit needs at least this many measured rows: three neighbours for a prediction, and enough to check it in five
 * folds.
 */
export const MINIMUM_EVALUATIONS = 10

/**
 * Throws SURROGATE_UNAVAILABLE, with both counts, if fewer than MINIMUM_EVALUATIONS functions are measured. `subject` is the
 * dataset or the argument that the message names.
 */
export function requireEvaluations(count: number, subject = 'evaluations'): void {
  if (count >= MINIMUM_EVALUATIONS) return
  const message = `${subject}: too few to fit a surrogate; expected at least ${MINIMUM_EVALUATIONS} functions with a validation accuracy, got ${count}`
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

/** The seed of every fit, map and projection of stored data, so that equal data give equal surrogates. */
export const FIT_SEED = 42
