import { type FeatureMatrix, takeMatrixRows } from '../feature-vectors/feature-matrix.js'
import { type ProjectedFeatures, projectFeatures } from '../gaussian-process/projected-features.js'
import { FIT_SEED, isCoveredBySpectra } from '../surrogate-method.js'

/** Projected features of all candidates of a replay. */
export interface ReplayedFeatures {
  /** Outputs, one row per candidate. */
  readonly all: ProjectedFeatures
  /** Outputs and spectra of the candidates that have a spectrum, and the rows of these candidates among all. */
  readonly withSpectrum: { readonly features: ProjectedFeatures; readonly rows: Int32Array } | null
}

/**
 * Projects the features of all candidates. `outputs` has one row per candidate, `spectra` one row for each candidate in
 * `rows`. The seed is that of stored data, so equal data give equal replays.
 */
export async function projectReplayedFeatures(
  outputs: FeatureMatrix,
  spectra: FeatureMatrix | null,
  rows: Int32Array,
): Promise<ReplayedFeatures> {
  const all = await projectFeatures(outputs, null, null, FIT_SEED)
  if (!spectra || rows.length === 0) return { all, withSpectrum: null }
  const features = await projectFeatures(takeMatrixRows(outputs, rows), spectra, null, FIT_SEED)
  return { all, withSpectrum: { features, rows } }
}

/** Number of functions whose features are projected. */
export function countRows({ forms }: ProjectedFeatures): number {
  return forms.SHAPE.coordinates.values.length / forms.SHAPE.coordinates.width
}

/** Whether most candidates have a spectrum, so that the spectrum of any other could not be computed. */
export function areMostWithSpectrum({ all, withSpectrum }: ReplayedFeatures): boolean {
  return withSpectrum !== null && isCoveredBySpectra(withSpectrum.rows.length, countRows(all))
}

/** Whether some candidates have no spectrum. */
export function areSomeWithoutSpectrum({ all, withSpectrum }: ReplayedFeatures): boolean {
  return !withSpectrum || withSpectrum.rows.length < countRows(all)
}
