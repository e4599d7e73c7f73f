import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { SEED_FILES } from '../../src/datasets/shipped/seed-manifest.js'
import { computeFisherSpectrum } from '../../src/features/fisher-spectrum.js'
import { type Backend, openBackend } from '../../src/networks/backends/backend.js'
import type { TrainableDataset } from '../../src/networks/recipes/trainable-dataset.js'
import { getImageTask, getTrainableDataset } from '../../src/networks/recipes/trainable-datasets.js'
import { type ImageSplit, type ImageTask, pickSplit } from '../../src/networks/tasks/image-task.js'
import { captureInitialLayers } from '../../src/networks/training/capture-layers.js'
import { decodeCheckpoint } from '../../src/networks/training/checkpoint.js'
import { trainNetwork } from '../../src/networks/training/train-network.js'
import { createRandom } from '../../src/numeric/random.js'
import { PROJECT_ROOT } from '../../src/root.js'

/** Digests of everything that determines the numbers of a dataset. `seed/versions.json` holds them for each version. */
export interface VersionDigests {
  /** SHA-256 of the content of each shipped file with measurements; empty if the dataset ships no data. */
  readonly files: Readonly<Record<string, string>>
  /** SHA-256 of the recipe and of the settings of Fisher spectra. */
  readonly recipe: string
  /** SHA-256 of pictures and labels; null if users supply the pictures. */
  readonly pictures: string | null
  /** SHA-256 of the Fisher spectrum of `swish(x)`; null if users supply the pictures. */
  readonly spectrum: string | null
  /** First 16 digits of the SHA-256 of weights and metrics after a short training on wasm, by expression. */
  readonly trainings: Readonly<Record<string, string>>
}

/** Computes the digests of the current code and files; `expressions` are the functions to train. */
export async function computeDigests(name: string, expressions: readonly string[]): Promise<VersionDigests> {
  const dataset = getTrainableDataset(name)
  const hasPictures = dataset.task.folder === undefined
  const task = hasPictures ? getImageTask(dataset) : null
  const backend = await openBackend('wasm')
  const trainings: Record<string, string> = {}
  const short = shorten(dataset, task)
  for (const expression of expressions) trainings[expression] = await digestTraining(short, expression, backend)
  return {
    files: digestFiles(name),
    recipe: sha256(JSON.stringify(sortKeys([dataset.recipe, dataset.fisher]))),
    pictures: task && digestPictures(task),
    spectrum: task && (await digestSpectrum(dataset)),
    trainings,
  }
}

/** The surrogate is left out: it predicts, and `surrogate { version }` counts its fits. */
const MEASURED_FILES = [SEED_FILES.evaluations, SEED_FILES.runs, SEED_FILES.spectra, SEED_FILES.spectraFunctions]

function digestFiles(name: string): Record<string, string> {
  const folder = join(PROJECT_ROOT, 'seed', name)
  if (!existsSync(folder)) return {}
  return Object.fromEntries(MEASURED_FILES.map((file) => [file, sha256(gunzipSync(readFileSync(join(folder, file))))]))
}

function digestPictures({ train, validation, test }: ImageTask): string {
  const hash = createHash('sha256')
  for (const split of [train, validation, test]) {
    hash.update(split.labels).update(toBytes(split.read(Array.from({ length: split.count }, (_, i) => i))))
  }
  return hash.digest('hex')
}

async function digestSpectrum({ name, fisher }: TrainableDataset): Promise<string> {
  const { spectrum } = computeFisherSpectrum(await captureInitialLayers(name, 'swish(x)'), fisher.edges)
  return sha256(toBytes(spectrum as Float32Array))
}

/**
 * Returns the dataset with one epoch of two batches. If users supply the pictures, one picture of noise replaces them,
 * because a step of MobileViTv2 takes seconds for each picture.
 */
function shorten(dataset: TrainableDataset, task: ImageTask | null): TrainableDataset {
  const batchSize = task ? dataset.recipe.batchSize : 1
  const count = task ? 2 * batchSize : 1
  const few: ImageTask = task
    ? {
        classes: task.classes,
        train: pickSplit(task.train, 0, count),
        validation: pickSplit(task.validation, 0, count),
        test: pickSplit(task.test, 0, count),
      }
    : createNoiseTask(dataset, count)
  return { ...dataset, task: { create: () => few }, recipe: { ...dataset.recipe, batchSize, epochs: 1 } }
}

function createNoiseTask({ network: { inputShape, classes } }: TrainableDataset, count: number): ImageTask {
  const size = inputShape.reduce((product, side) => product * side, 1)
  const createSplit = (name: string): ImageSplit => {
    const random = createRandom('noise', name)
    const pictures = Float32Array.from({ length: count * size }, () => random.normal())
    return {
      count,
      shape: inputShape as [number, number, number],
      labels: Uint8Array.from({ length: count }, (_, i) => i % classes),
      read: (indices) =>
        Float32Array.from(
          { length: indices.length * size },
          (_, i) => pictures[indices[Math.floor(i / size)] * size + (i % size)],
        ),
    }
  }
  return { classes, train: createSplit('train'), validation: createSplit('validation'), test: createSplit('test') }
}

async function digestTraining(dataset: TrainableDataset, expression: string, backend: Backend): Promise<string> {
  const hash = createHash('sha256')
  const result = await trainNetwork({
    dataset,
    expression,
    seed: 0,
    backend,
    async onEpoch(_, checkpoint) {
      const { parameters } = decodeCheckpoint(await checkpoint())
      for (const { values } of parameters) hash.update(toBytes(values))
    },
  })
  const { trainLoss, validationLoss, testLoss, trainAccuracy, validationAccuracy, testAccuracy } = result
  hash.update(JSON.stringify([trainLoss, validationLoss, testLoss, trainAccuracy, validationAccuracy, testAccuracy]))
  return hash.digest('hex').slice(0, 16)
}

function toBytes({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength)
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

/** Sorts the fields, so that their order in the code does not change the digest. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sortKeys(inner)]),
  )
}
