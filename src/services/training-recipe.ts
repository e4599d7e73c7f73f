import type { JsonObject } from '../db/tables/column-types.js'
import { describeTraining } from '../networks/recipes/describe-training.js'
import { TRAINABLE_DATASETS } from '../networks/recipes/trainable-datasets.js'

/** The recipe of a dataset that ships, as JSON; null if this service has none of that name. */
export function printTrainingRecipe(name: string): string | null {
  const known = TRAINABLE_DATASETS.get(name)
  return known ? JSON.stringify(describeTraining(known)) : null
}

/** The same of a task that was added, from its complete definition. */
export function printTaskRecipe({ name, data, network, recipe, fisher }: JsonObject): string {
  const { shape, classes } = data as JsonObject
  return JSON.stringify({
    task: data,
    network: { name, inputShape: shape, classes, ...(network as JsonObject) },
    recipe,
    spectrum: fisher,
  })
}

/** Whether networks of a dataset that ships normalise the function; undefined if this service has no recipe for it. */
export function findNormalization(name: string): boolean | undefined {
  return TRAINABLE_DATASETS.get(name)?.recipe.normalizesActivation
}

/** The epochs of a training of a dataset that ships; undefined if this service has no recipe for it. */
export function findEpochs(name: string): number | undefined {
  return TRAINABLE_DATASETS.get(name)?.recipe.epochs
}

/** The names of the datasets that ship with a recipe. */
export function listTrainableNames(): readonly string[] {
  return [...TRAINABLE_DATASETS.keys()]
}
