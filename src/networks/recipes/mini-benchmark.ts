import type { Recipe } from '../recipe.js'
import type { TaskSource } from '../tasks/image-task.js'
import { createProceduralTask, type ProceduralTaskOptions } from '../tasks/procedural-task.js'
import type { TrainableDataset } from './trainable-dataset.js'

/** Pictures of the Mini datasets. */
export const MINI_TASK: ProceduralTaskOptions = {
  seed: 1,
  size: 16,
  trainCount: 4096,
  validationCount: 2048,
  testCount: 2048,
  noise: 0.08,
  leastContrast: 0.7,
  scale: [0.55, 0.7],
  shift: 0.45,
  clutter: 2,
}

/** Shape of the pictures and number of their classes. */
export const MINI_SHAPE = { inputShape: [16, 16, 1], classes: 10 } as const

export const MINI_RECIPE: Recipe = {
  epochs: 4,
  batchSize: 32,
  learningRate: 0.01,
  warmUpSteps: 64,
  optimizer: { beta1: 0.9, beta2: 0.99, epsilon: 1e-7, clipNorm: 1, weightDecay: 0 },
  gain: 0.5,
  restarts: 3,
  normalizesActivation: true,
}

/** The three networks share one source, so a process draws the pictures only once. */
export const MINI_PICTURES: TaskSource = {
  description: { name: 'procedural-shapes', ...MINI_TASK },
  create: () => createProceduralTask(MINI_TASK),
}

/** To raise it, follow docs/versions.md: it also stands in `shipped-descriptions.ts` and in the shipped files. */
const MINI_VERSION = '2'

/** A dataset on the pictures of the Mini benchmark. */
export function defineMiniDataset(
  dataset: Pick<TrainableDataset, 'name' | 'network'> & { recipe?: Partial<Recipe> },
): TrainableDataset {
  return {
    name: dataset.name,
    version: MINI_VERSION,
    network: dataset.network,
    task: MINI_PICTURES,
    recipe: { ...MINI_RECIPE, ...dataset.recipe },
    fisher: { batchSize: 128, seed: 0, edges: 101 },
  }
}
