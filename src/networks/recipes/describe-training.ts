import { describeNetwork } from '../description/describe-network.js'
import type { Json } from '../description/fields.js'
import { describeRecipe } from '../description/parse-recipe.js'
import type { TrainableDataset } from './trainable-dataset.js'

/**
 * Everything that trains a dataset, as plain data: the pictures, the network, the recipe, and the rule for Fisher spectra.
 * docs/networks.md explains `network` and `recipe`. `task` is null if the source of the pictures has no description.
 */
export function describeTraining(dataset: TrainableDataset): { readonly [key: string]: Json } {
  const { name, inputShape, classes, description } = dataset.network
  return {
    task: (dataset.task.description ?? null) as Json,
    network: { name, inputShape, classes, ...describeNetwork(description) },
    recipe: describeRecipe(dataset.recipe),
    spectrum: dataset.fisher,
  }
}
