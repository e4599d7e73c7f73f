import { PUBLISHED_DATASETS } from '../../datasets/published-datasets.js'
import { TRAINABLE_DATASETS } from '../../networks/recipes/trainable-datasets.js'

/** The version of the recipe with which this service trains a published dataset; null for any other dataset. */
export function findPublishedVersion(name: string): string | null {
  if (!Object.hasOwn(PUBLISHED_DATASETS, name)) return null
  return TRAINABLE_DATASETS.get(name)?.version ?? null
}
