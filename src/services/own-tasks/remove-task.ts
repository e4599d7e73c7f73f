import type { Database } from '../../db/connection/client.js'
import { findPresentDefinition } from '../../db/datasets/task-definitions.js'
import { ActbenchError } from '../../errors.js'
import type { Viewer } from '../access/viewer.js'
import { deleteDataset } from '../datasets/delete-dataset.js'
import { getDataset } from '../datasets/get-dataset.js'

/**
 * Removes a task that `registerTask` registered, with its dataset. Throws NOT_FOUND for an unknown name, and CONFLICT for
 * another kind of dataset, or if it has evaluations and `withEvaluations` is false.
 */
export async function removeTask(
  database: Database,
  viewer: Viewer,
  { name, withEvaluations }: { readonly name: string; readonly withEvaluations: boolean },
): Promise<void> {
  const { id } = await getDataset(database.prisma, name, 'name')
  if ((await findPresentDefinition(database.kysely, name)) === null) {
    throw new ActbenchError(
      'CONFLICT',
      `name: ${name} was not added by task add; dataset delete removes other datasets`,
    )
  }
  const evaluations = await database.prisma.evaluation.count({ where: { datasetId: id } })
  if (evaluations > 0 && !withEvaluations) {
    throw new ActbenchError(
      'CONFLICT',
      `name: ${name} has ${evaluations} evaluations; repeat the command with --with-evaluations to delete them too`,
    )
  }
  await deleteDataset(database, viewer, name)
}
