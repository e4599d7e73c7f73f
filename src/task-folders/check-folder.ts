import { join, resolve } from 'node:path'
import { measureNetwork, type NetworkSize } from '../features/measure-network.js'
import type { Backend } from '../networks/backends/backend.js'
import { checkDataFiles } from '../networks/own-tasks/data-checksums.js'
import { openOwnTask } from '../networks/own-tasks/open-own-task.js'
import { completeDefinition, createCheckedDataset } from '../networks/own-tasks/own-dataset.js'
import { readTaskFile, TASK_FILE } from '../networks/own-tasks/parse-task.js'
import type { TaskDefinition } from '../networks/own-tasks/task-definition.js'
import type { TrainableDataset } from '../networks/recipes/trainable-dataset.js'
import type { ImageTask } from '../networks/tasks/image-task.js'
import { type CostEstimate, estimateCost } from './estimate-cost.js'

/** A task whose folder passed all checks. */
export interface CheckedTask extends NetworkSize {
  /** Absolute path. */
  readonly folder: string
  /** Complete, with the checksum of each file. */
  readonly definition: TaskDefinition
  readonly rows: { readonly train: number; readonly validation: number; readonly test: number }
  readonly inputShape: readonly number[]
  readonly cost: CostEstimate
}

/**
 * Checks the folder of a task: task.json, data files, network, recipe, and a few steps of a training. Throws an error of one
 * line that names file, field, expected and found value.
 */
export async function checkFolder(path: string, openBackend: () => Promise<Backend>): Promise<CheckedTask> {
  const folder = resolve(path)
  const read = readTaskFile(folder)
  const sha256 = checkDataFiles(folder, read.data)
  const task = openOwnTask(folder, read.data)
  const inputShape = task.train.shape
  const file = join(folder, TASK_FILE)
  const definition = completeDefinition({ ...read, data: { ...read.data, sha256 } }, inputShape, file)
  const dataset = createCheckedDataset(definition, task)
  checkBatches(dataset, task, file)
  // Opening a backend takes a second, and most mistakes are found before.
  const backend = await openBackend()
  const { train, validation, test } = task
  return {
    folder,
    definition,
    rows: { train: train.count, validation: validation.count, test: test.count },
    inputShape,
    ...measureNetwork(dataset),
    cost: await estimateCost(dataset, task, backend),
  }
}

/** Rows that do not fill a batch are left out of an epoch, so a larger batch would train nothing. */
function checkBatches({ recipe }: TrainableDataset, task: ImageTask, file: string): void {
  if (recipe.batchSize <= task.train.count) return
  const expected = `at most ${task.train.count}, the number of training rows`
  throw new Error(`${file}: recipe.batchSize: expected ${expected}, got ${recipe.batchSize}`)
}
