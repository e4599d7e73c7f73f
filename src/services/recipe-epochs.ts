import type { Db } from '../db/connection/client.js'
import { findPresentDefinition } from '../db/datasets/task-definitions.js'
import { findEpochs } from './training-recipe.js'

/** The epochs of a training by the recipe of a dataset; null if this service has no recipe of it. */
export async function findRecipeEpochs({ $kysely }: Pick<Db, '$kysely'>, dataset: string): Promise<number | null> {
  const known = findEpochs(dataset)
  if (known !== undefined) return known
  const definition = await findPresentDefinition($kysely, dataset)
  const recipe = definition?.recipe as { epochs?: unknown } | undefined
  return typeof recipe?.epochs === 'number' ? recipe.epochs : null
}
