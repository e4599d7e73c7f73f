import type { MapOfPoints, SurrogateRow } from '../../db/loaders.js'
import { refuseInput } from '../../services/validate-input.js'
import type { FeatureSpace } from '../enums.js'

/**
 * The map of a UMAP_KNN surrogate on which functions with like features are close; null if it has no such map. Without
 * features, the map by all that the surrogate uses. Throws BAD_USER_INPUT for features that no map has.
 */
export function chooseMap(
  surrogate: SurrogateRow | null,
  features: readonly FeatureSpace[] | null,
): MapOfPoints | null {
  const asked = new Set(features ?? [])
  if (features && (asked.size === 0 || asked.has('EMBEDDING') || asked.size < features.length)) {
    refuseInput('features', '[OUTPUTS], [FISHER_SPECTRUM] or both', `[${features.join(', ')}]`)
  }
  if (surrogate === null) return null
  const isOwn = asked.size === surrogate.features.length && surrogate.features.every((each) => asked.has(each))
  if (features === null || isOwn) return 'surrogate'
  // A map without spectra has no other one. Its points need not be searched.
  if (asked.size === 2 || !surrogate.features.includes('FISHER_SPECTRUM')) return null
  return asked.has('OUTPUTS') ? 'outputs' : 'spectra'
}
