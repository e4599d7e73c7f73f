import { computeSpearman } from '../../numeric/correlation.js'
import { type PaceOptions, toPartOf } from '../pace.js'
import { chooseTuned, tune } from './fitted-process.js'
import type { KernelParameters } from './gaussian-kernel.js'
import { conditionOn } from './gaussian-posterior.js'
import {
  FEATURE_CHOICES,
  type FeatureChoice,
  type ProjectedFeatures,
  toKernelCoordinates,
} from './projected-features.js'

/** A choice of features with its hyperparameters and its leave-one-out rating. */
export interface RatedChoice {
  readonly choice: FeatureChoice
  readonly parameters: KernelParameters
  /** Spearman's correlation of measurements and leave-one-out means; -1 if either side is constant. */
  readonly rating: number
}

/**
 * Rates every choice of features by leave-one-out cross-validation on up to `most` (256) of the measured rows, best
 * first. `targets` has one value per row. The rating uses ranks, because a search depends only on ranks.
 */
export async function rateFeatureChoices(
  features: ProjectedFeatures,
  rows: Int32Array,
  targets: Float64Array,
  seed: number,
  { most, ...options }: PaceOptions & { readonly most?: number } = {},
): Promise<RatedChoice[]> {
  const possible = FEATURE_CHOICES.filter(({ spectra }) => !spectra || features.spectra)
  const chosen = chooseTuned(rows.length, seed, most)
  const values = Float64Array.from(chosen, (index) => targets[index])
  const rated: RatedChoice[] = []
  for (const [index, choice] of possible.entries()) {
    const part = toPartOf(options, index / possible.length, (index + 1) / possible.length)
    const coordinates = toKernelCoordinates(features, choice)
    const parameters = await tune(coordinates, rows, targets, seed, { ...part, most })
    const tuned = Int32Array.from(chosen, (index) => rows[index])
    const { leftOutMeans } = await conditionOn(coordinates, tuned, values, parameters, { signal: options.signal })
    rated.push({ choice, parameters, rating: computeSpearman(values, leftOutMeans) ?? -1 })
  }
  return rated.sort((a, b) => b.rating - a.rating)
}
