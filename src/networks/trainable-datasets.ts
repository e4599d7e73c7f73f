import { ActbenchError } from '../errors.js'
import { createMiniCnn } from './mini-cnn.js'
import type { Network } from './network.js'
import type { OptimizerOptions } from './optimizer.js'
import { createProceduralTask, type ImageTask, type ProceduralTaskOptions } from './procedural-task.js'

/** How a network is trained. */
export interface Recipe {
  epochs: number
  batchSize: number
  /** Highest learning rate: reached linearly during the first steps, then followed by half a cosine to zero. */
  learningRate: number
  warmUpSteps: number
  optimizer: OptimizerOptions
  /** Variance of initial kernels times their fan-in. */
  gain: number
  /** Whether the activation is normalised to mean 0 and variance 1 under standard normal input. */
  normalizesActivation: boolean
}

/** A dataset that can be trained here: data, network and recipe. */
export interface TrainableDataset {
  name: string
  /** Changes with the task, the network or the recipe: evaluations of different versions are not comparable. */
  version: string
  network: Network
  task: { options: ProceduralTaskOptions; create(): ImageTask }
  recipe: Recipe
  epochs: number
  /** Fisher spectra: one batch of training data and one initialisation for all functions, so that spectra differ by the
   * function alone. `edges` of the histogram, a layer. */
  fisher: { batchSize: number; seed: number; edges: number }
}

const MINI_TASK: ProceduralTaskOptions = {
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

const MINI_CNN_RECIPE: Recipe = {
  epochs: 4,
  batchSize: 32,
  learningRate: 0.01,
  warmUpSteps: 64,
  optimizer: { beta1: 0.9, beta2: 0.99, epsilon: 1e-7, clipNorm: 1, weightDecay: 0 },
  gain: 0.5,
  normalizesActivation: true,
}

/** Every dataset that this service can train, by name. */
export const TRAINABLE_DATASETS: ReadonlyMap<string, TrainableDataset> = new Map(
  [
    {
      name: 'mini-cnn',
      version: '1',
      network: createMiniCnn({ inputShape: [16, 16, 1], classes: 10, widths: [16, 16, 32] }),
      task: { options: MINI_TASK, create: () => createProceduralTask(MINI_TASK) },
      recipe: MINI_CNN_RECIPE,
      epochs: MINI_CNN_RECIPE.epochs,
      fisher: { batchSize: 128, seed: 0, edges: 101 },
    } satisfies TrainableDataset,
  ].map((dataset) => [dataset.name, dataset]),
)

/** The trainable dataset of this name; NOT_FOUND where there is none. */
export function getTrainableDataset(name: string): TrainableDataset {
  const dataset = TRAINABLE_DATASETS.get(name)
  if (!dataset) throw new ActbenchError('NOT_FOUND', `no dataset called ${JSON.stringify(name)} can be trained here`)
  return dataset
}

/** A dataset's pictures. Drawing them takes as long as an epoch of training, so a process draws them once. */
export function getImageTask(dataset: TrainableDataset): ImageTask {
  const task = tasks.get(dataset) ?? dataset.task.create()
  tasks.set(dataset, task)
  return task
}

const tasks = new WeakMap<TrainableDataset, ImageTask>()
