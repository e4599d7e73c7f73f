import { MINI_TASK } from '../../src/networks/recipes/mini-benchmark.js'
import type { TrainableDataset } from '../../src/networks/recipes/trainable-dataset.js'
import { getTrainableDataset } from '../../src/networks/recipes/trainable-datasets.js'
import { createProceduralTask } from '../../src/networks/tasks/procedural-task.js'

/** Mini-CNN on few pictures for few epochs: the same code in a fraction of the time. */
export function createSmallDataset(): TrainableDataset {
  const dataset = getTrainableDataset('mini-cnn')
  const options = { ...MINI_TASK, trainCount: 320, validationCount: 100, testCount: 100 }
  const recipe = { ...dataset.recipe, epochs: 3, batchSize: 32, warmUpSteps: 4 }
  return { ...dataset, version: 'small', task: { create: () => createProceduralTask(options) }, recipe }
}
