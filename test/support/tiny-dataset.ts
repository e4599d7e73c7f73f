import { createMiniCnn } from '../../src/networks/architectures/mini-cnn.js'
import { MINI_TASK } from '../../src/networks/recipes/mini-benchmark.js'
import type { TrainableDataset } from '../../src/networks/recipes/trainable-dataset.js'
import { getTrainableDataset, TRAINABLE_DATASETS } from '../../src/networks/recipes/trainable-datasets.js'
import { createProceduralTask } from '../../src/networks/tasks/procedural-task.js'

/** Number of epochs in a training of `tiny`. */
export const TINY_EPOCHS = 12

/**
 * Makes two datasets trainable in this process. `tiny` trains a narrow network on few pictures in a second or two.
 * `hanging` blocks the event loop forever before its first step.
 */
export function registerTinyDataset(): TrainableDataset {
  const mini = getTrainableDataset('mini-cnn')
  const options = { ...MINI_TASK, trainCount: 256, validationCount: 64, testCount: 64 }
  const tiny: TrainableDataset = {
    ...mini,
    name: 'tiny',
    version: '1',
    network: createMiniCnn({ inputShape: [16, 16, 1], classes: 10, widths: [8, 8, 8] }),
    task: { create: () => createProceduralTask(options) },
    recipe: { ...mini.recipe, epochs: TINY_EPOCHS },
  }
  const datasets = TRAINABLE_DATASETS as Map<string, TrainableDataset>
  datasets.set(tiny.name, tiny)
  datasets.set('hanging', { ...tiny, name: 'hanging', task: { create: hang } })
  return tiny
}

function hang(): never {
  for (;;);
}
