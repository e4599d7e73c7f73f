import type { Recipe } from '../recipe.js'
import { FASHION } from '../tasks/fashion-files.js'
import { MINI_RECIPE, MINI_SHAPE } from './mini-benchmark.js'
import type { TrainableDataset } from './trainable-dataset.js'

/** Shape of the pictures and number of their classes. */
export const FASHION_SHAPE = MINI_SHAPE

/** To raise it, follow docs/versions.md: it also stands in `shipped-descriptions.ts` and in the shipped files. */
const FASHION_VERSION = '1'

/** A dataset on the shipped pictures of clothes. Trials that chose the recipes: docs/lab/fashion-recipes.md. */
export function defineFashionDataset(
  dataset: Pick<TrainableDataset, 'name' | 'network'> & {
    recipe: Pick<Recipe, 'epochs' | 'learningRate'> & Partial<Recipe>
  },
): TrainableDataset {
  return {
    name: dataset.name,
    version: FASHION_VERSION,
    network: dataset.network,
    task: FASHION,
    recipe: { ...MINI_RECIPE, derivativeForms: 'EXACT', ...dataset.recipe },
    fisher: { batchSize: 128, seed: 0, edges: 101 },
  }
}
