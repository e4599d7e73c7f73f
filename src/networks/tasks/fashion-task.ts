import { computeMomentsInOnePass } from '../../numeric/moments.js'
import { FASHION_CLASSES, type GreyPictures } from './fashion-originals.js'
import type { FashionSplit } from './fashion-pictures.js'
import type { ImageSplit, ImageTask } from './image-task.js'

/** The task, standardised by the mean and deviation of the training pictures. */
export function toFashionTask(pictures: Record<FashionSplit, GreyPictures>): ImageTask {
  const { mean, deviation } = computeMomentsInOnePass(pictures.train.pixels)
  const levels = Float32Array.from({ length: 256 }, (_, value) => (value - mean) / deviation)
  const toSplit = ({ size, pixels, labels }: GreyPictures): ImageSplit => ({
    count: labels.length,
    shape: [size, size, 1],
    labels,
    read(indices) {
      const area = size * size
      const read = new Float32Array(indices.length * area)
      for (let i = 0; i < indices.length; i++) {
        for (let k = 0; k < area; k++) read[i * area + k] = levels[pixels[indices[i] * area + k]]
      }
      return read
    },
  })
  const { train, validation, test } = pictures
  return {
    classes: FASHION_CLASSES.length,
    train: toSplit(train),
    validation: toSplit(validation),
    test: toSplit(test),
    standardisation: { mean: [mean], deviation: [deviation] },
  }
}
