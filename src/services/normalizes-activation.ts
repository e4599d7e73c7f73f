import type { Database } from '../db/connection/client.js'
import { findPresentDefinition } from '../db/datasets/task-definitions.js'
import { findNormalization } from './training-recipe.js'

/** Whether networks of a dataset normalise the activation. False for a dataset that cannot be trained here. */
export async function normalizesActivation({ kysely }: Database, dataset: string): Promise<boolean> {
  const known = findNormalization(dataset)
  if (known !== undefined) return known
  const definition = await findPresentDefinition(kysely, dataset)
  const recipe = definition?.recipe as { normalizesActivation?: unknown } | undefined
  return recipe?.normalizesActivation === true
}
