import { checkDataFiles, stampDataFiles } from '../networks/own-tasks/data-checksums.js'
import { createOwnDataset } from '../networks/own-tasks/own-dataset.js'
import type { TaskDefinition } from '../networks/own-tasks/task-definition.js'
import type { TrainableDataset } from '../networks/recipes/trainable-dataset.js'
import { getTrainableDataset, TRAINABLE_DATASETS } from '../networks/recipes/trainable-datasets.js'
import { findTaskFolders, type TaskPlaces } from './find-task-folders.js'
import { recallTask } from './remembered-tasks.js'

/**
 * The dataset of a registered task with the first folder whose files have the registered checksums, or the reason why no
 * folder has them.
 */
export function openOwnDataset(
  definition: TaskDefinition,
  places: TaskPlaces,
):
  | { readonly dataset: TrainableDataset; readonly problem: null }
  | { readonly dataset: null; readonly problem: string } {
  let problem = `no folder with its task.json is known here; start the worker with --task FOLDER, or put the folder into ${places.tasksFolder}`
  for (const folder of findTaskFolders(places, definition.name)) {
    try {
      const stamps = stampDataFiles(folder, definition.data)
      checkDataFiles(folder, definition.data)
      return { dataset: createOwnDataset(definition, folder, stamps), problem: null }
    } catch (error) {
      problem = (error as Error).message
    }
  }
  return { dataset: null, problem }
}

/**
 * The dataset of this name that this process can train without a database: a built-in one, or a task that was added on this
 * machine. Throws NOT_FOUND for an unknown name, or an error that names a file that changed.
 */
export function getLocalDataset(name: string, places: TaskPlaces): TrainableDataset {
  const remembered =
    TRAINABLE_DATASETS.has(name) || places.dataFolder === null ? null : recallTask(places.dataFolder, name)
  if (!remembered) return getTrainableDataset(name)
  const { dataset, problem } = openOwnDataset(remembered.definition, places)
  if (!dataset) throw new Error(`${name}: ${problem}`)
  return dataset
}
