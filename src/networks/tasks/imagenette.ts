import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { computeMoments, openImageRecords, toSplit } from './image-records.js'
import { type ImageTask, pickSplit, type TaskSource } from './image-task.js'

/** Folder of the files that scripts/imagenette-records.py writes. */
const IMAGENETTE_FOLDER = 'imagenette-256'

export const IMAGENETTE: TaskSource = {
  folder: IMAGENETTE_FOLDER,
  description: { name: 'imagenette', folder: IMAGENETTE_FOLDER },
  create: (folder) => openImagenette(folder),
}

export interface ImagenetteOptions {
  /** Height and width. @defaultValue 256 */
  size?: number
}

/**
 * Imagenette (ten classes of ImageNet) as records of one byte for the class and 3 × 256 × 256 for the pixels. `train.bin` is in random
 * order, and its last tenth validates; `val.bin` tests. Throws errors like `openCifar10`.
 */
export function openImagenette(folder: string, { size = 256 }: ImagenetteOptions = {}): ImageTask {
  if (!existsSync(folder)) throw new Error(`${folder}: expected a folder with train.bin and val.bin, found nothing`)
  const format = { height: size, width: size, channels: 3, classes: 10 }
  const trainRecords = openImageRecords([join(folder, 'train.bin')], format)
  const moments = computeMoments(trainRecords, 1)
  const all = toSplit(trainRecords, moments)
  const trainCount = all.count - Math.floor(all.count / 10)
  return {
    classes: 10,
    train: pickSplit(all, 0, trainCount),
    validation: pickSplit(all, trainCount, all.count),
    test: toSplit(openImageRecords([join(folder, 'val.bin')], format), moments),
    standardisation: moments,
  }
}
