import { join } from 'node:path'
import { ActbenchError } from '../../errors.js'
import { createMiniCnn, type MiniCnnOptions } from '../architectures/mini-cnn.js'
import { createMiniResnet, type MiniResnetOptions } from '../architectures/mini-resnet.js'
import { createMiniVit, type MiniVitOptions } from '../architectures/mini-vit.js'
import type { Network } from '../network.js'
import type { ImageTask } from '../tasks/image-task.js'
import { createProceduralTask, type ProceduralTaskOptions } from '../tasks/procedural-task.js'
import { PUBLISHED_RECIPES } from './published-recipes.js'
import type { Recipe } from './recipe.js'

/** A dataset that can be trained here: data, network and recipe. */
export interface TrainableDataset {
  name: string
  /** Changes when a task, network, recipe or kernel changes a number (docs/versions.md). Versions are not comparable. */
  version: string
  network: Network
  task: TaskSource
  recipe: Recipe
  /** Fisher spectra: one batch of training data and one initialisation for all functions, so that spectra differ by the
   * function alone. `edges` of the histogram, a layer: a number, or the rule of the
   * published datasets, the layer's weights / 100. */
  fisher: { batchSize: number; seed: number; edges: number | 'weights/100' }
}

/** Where a dataset's pictures come from. */
export interface TaskSource {
  /** Their folder inside the tasks folder; absent where they are drawn by formula. */
  folder?: string
  /** Draws or opens them. Throws an error that names the file where they are not what they should be. */
  create(folder: string): ImageTask
}

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

const MINI_SHAPE = { inputShape: [16, 16, 1], classes: 10 } as const

export const MINI_CNN_NETWORK: MiniCnnOptions = { ...MINI_SHAPE, widths: [16, 16, 32] }
export const MINI_RESNET_NETWORK: MiniResnetOptions = { ...MINI_SHAPE, widths: [8, 16], initialScale: 0.35 }
export const MINI_VIT_NETWORK: MiniVitOptions = {
  ...MINI_SHAPE,
  stemWidth: 16,
  width: 24,
  blocks: 1,
  attentionWidth: 12,
  hiddenWidth: 48,
}

const MINI_CNN_RECIPE: Recipe = {
  epochs: 4,
  batchSize: 32,
  learningRate: 0.01,
  warmUpSteps: 64,
  optimizer: { beta1: 0.9, beta2: 0.99, epsilon: 1e-7, clipNorm: 1, weightDecay: 0 },
  gain: 0.5,
  restarts: 3,
  normalizesActivation: true,
}

const MINI_RESNET_RECIPE: Recipe = { ...MINI_CNN_RECIPE, epochs: 3, learningRate: 0.015 }

/** One source for the three networks: a process draws the pictures once. */
const MINI_PICTURES: TaskSource = { create: () => createProceduralTask(MINI_TASK) }

/** See docs/versions.md: raise it here, in `shipped-descriptions.ts` and in the shipped files. */
const MINI_VERSION = '2'

/** Every dataset that this service can train, by name. */
export const TRAINABLE_DATASETS: ReadonlyMap<string, TrainableDataset> = new Map(
  [
    miniDataset('mini-cnn', createMiniCnn(MINI_CNN_NETWORK), MINI_CNN_RECIPE),
    miniDataset('mini-resnet', createMiniResnet(MINI_RESNET_NETWORK), MINI_RESNET_RECIPE),
    miniDataset('mini-vit', createMiniVit(MINI_VIT_NETWORK), MINI_CNN_RECIPE),
    ...PUBLISHED_RECIPES,
  ].map((dataset): [string, TrainableDataset] => [dataset.name, dataset]),
)

function miniDataset(name: string, network: Network, recipe: Recipe): TrainableDataset {
  return {
    name,
    version: MINI_VERSION,
    network,
    task: MINI_PICTURES,
    recipe,
    fisher: { batchSize: 128, seed: 0, edges: 101 },
  }
}

/** The trainable dataset of this name; NOT_FOUND where there is none. */
export function getTrainableDataset(name: string): TrainableDataset {
  const dataset = TRAINABLE_DATASETS.get(name)
  if (!dataset) throw new ActbenchError('NOT_FOUND', `no dataset called ${JSON.stringify(name)} can be trained here`)
  return dataset
}

/**
 * A dataset's pictures. Drawing them, or going through their files, takes as long as an epoch of training, so a process
 * does it once for each source.
 */
export function getImageTask(dataset: TrainableDataset, tasksFolder?: string): ImageTask {
  const { folder } = dataset.task
  if (folder !== undefined && tasksFolder === undefined) throw new Error(`${dataset.name} needs a folder of tasks`)
  const task = tasks.get(dataset.task) ?? dataset.task.create(join(tasksFolder ?? '', folder ?? ''))
  tasks.set(dataset.task, task)
  return task
}

/** Why the pictures of a dataset cannot be had from this folder; null where they can. */
export function findTaskProblem(dataset: TrainableDataset, tasksFolder: string): string | null {
  if (dataset.task.folder === undefined) return null
  try {
    getImageTask(dataset, tasksFolder)
    return null
  } catch (error) {
    return (error as Error).message
  }
}

const tasks = new WeakMap<TaskSource, ImageTask>()
