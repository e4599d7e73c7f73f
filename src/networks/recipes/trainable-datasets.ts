import { join } from 'node:path'
import { ActbenchError } from '../../errors.js'
import type { ImageTask, TaskSource } from '../tasks/image-task.js'
import { ACT_BENCH_CNN } from './act-bench-cnn.js'
import { ACT_BENCH_RESNET } from './act-bench-resnet.js'
import { ACT_BENCH_VIT } from './act-bench-vit.js'
import { FASHION_CNN } from './fashion-cnn.js'
import { FASHION_RESNET } from './fashion-resnet.js'
import { FASHION_VIT } from './fashion-vit.js'
import { MINI_CNN } from './mini-cnn.js'
import { MINI_RESNET } from './mini-resnet.js'
import { MINI_VIT } from './mini-vit.js'
import type { TrainableDataset } from './trainable-dataset.js'

/** Every dataset that this service can train. A new one has a file of its own and an entry here. */
const DATASETS: readonly TrainableDataset[] = [
  FASHION_CNN,
  FASHION_RESNET,
  FASHION_VIT,
  MINI_CNN,
  MINI_RESNET,
  MINI_VIT,
  ACT_BENCH_CNN,
  ACT_BENCH_RESNET,
  ACT_BENCH_VIT,
]

/** Every dataset that this service can train, by name. */
export const TRAINABLE_DATASETS: ReadonlyMap<string, TrainableDataset> = new Map(
  DATASETS.map((dataset) => [dataset.name, dataset]),
)

/** The trainable dataset of this name; throws NOT_FOUND for an unknown name. */
export function getTrainableDataset(name: string): TrainableDataset {
  const dataset = TRAINABLE_DATASETS.get(name)
  if (!dataset) {
    const names = [...TRAINABLE_DATASETS.keys()].join(', ')
    throw new ActbenchError(
      'NOT_FOUND',
      `dataset: has no recipe; expected one of ${names}, got ${JSON.stringify(name)}`,
    )
  }
  return dataset
}

const tasks = new WeakMap<TaskSource, ImageTask>()

/**
 * The pictures of a dataset. To draw them, or to read their files, takes as long as an epoch of training, so a process does
 * it only once for each source.
 */
export function getImageTask(dataset: TrainableDataset, tasksFolder?: string): ImageTask {
  const { folder } = dataset.task
  if (folder !== undefined && tasksFolder === undefined) {
    throw new Error(`${dataset.name}: reads its pictures from the tasks folder, which is not set`)
  }
  const task = tasks.get(dataset.task) ?? dataset.task.create(join(tasksFolder ?? '', folder ?? ''))
  tasks.set(dataset.task, task)
  return task
}

/** Why the pictures of a dataset cannot be read from this folder, or null if they can. */
export function findTaskProblem(dataset: TrainableDataset, tasksFolder: string): string | null {
  if (dataset.task.folder === undefined) return null
  try {
    getImageTask(dataset, tasksFolder)
    return null
  } catch (error) {
    return (error as Error).message
  }
}
