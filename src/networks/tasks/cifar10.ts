import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { computeMoments, type ImageRecords, openImageRecords, toSplit } from './image-records.js'
import { type ImageTask, pickSplit, type TaskSource } from './image-task.js'

/** Folder of the binary version, as the archive `cifar-10-binary.tar.gz` unpacks it. */
const CIFAR10_FOLDER = 'cifar-10-batches-bin'

export const CIFAR10: TaskSource = {
  folder: CIFAR10_FOLDER,
  description: { name: 'cifar-10', folder: CIFAR10_FOLDER },
  create: openCifar10,
}

const CLASSES = 10
const TRAIN_FILES = [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`)
const TEST_FILES = ['test_batch.bin']

export interface Cifar10Options {
  /** Pictures in each of the six files. @defaultValue 10,000 */
  recordsPerFile?: number
  /** Number of training pictures at the end that validate. @defaultValue 5,000, as in arXiv 1512.03385, section 4.2 */
  validationCount?: number
}

/**
 * CIFAR-10 (Krizhevsky 2009) in its binary version: 32 × 32 colour pictures, channels standardised by the moments of the
 * five training files. The last training pictures validate. Reads on demand: a batch costs one small read for each picture.
 * Throws an error that names the file, the expected and the found value if a size, a class, the balance of the classes or a
 * checksum (from `SHA256SUMS` in the same folder, if present) is wrong.
 */
export function openCifar10(folder: string, options: Cifar10Options = {}): ImageTask {
  const { recordsPerFile = 10_000, validationCount = 5000 } = options
  if (!existsSync(folder))
    throw new Error(`${folder}: expected a folder with the binary version of CIFAR-10, found nothing`)
  const format = { height: 32, width: 32, channels: 3, classes: CLASSES, recordsPerFile }
  const open = (names: readonly string[]) =>
    openImageRecords(
      names.map((name) => join(folder, name)),
      format,
    )
  const trainRecords = open(TRAIN_FILES)
  const testRecords = open(TEST_FILES)
  checkBalance(folder, 'the training files', trainRecords)
  checkBalance(folder, 'test_batch.bin', testRecords)
  const moments = computeMoments(trainRecords, TRAIN_FILES.length)
  const all = toSplit(trainRecords, moments)
  return {
    classes: CLASSES,
    train: pickSplit(all, 0, all.count - validationCount),
    validation: pickSplit(all, all.count - validationCount, all.count),
    test: toSplit(testRecords, moments),
    standardisation: moments,
  }
}

/** CIFAR-10 has 5,000 training and 1,000 test pictures of each class, so swapped or repeated files are found here. */
function checkBalance(folder: string, what: string, { labels }: ImageRecords): void {
  const counts = new Array<number>(CLASSES).fill(0)
  for (const label of labels) counts[label]++
  const expected = labels.length / CLASSES
  const wrong = counts.findIndex((count) => count !== expected)
  if (wrong < 0) return
  throw new Error(`${folder}: expected ${expected} pictures of class ${wrong} in ${what}, found ${counts[wrong]}`)
}
