import { computeMomentsInOnePass } from '../../numeric/moments.js'
import { createRandom, type Random } from '../../numeric/random.js'
import type { ImageSplit, ImageTask } from './image-task.js'
import { SHAPES } from './procedural-shapes.js'

/** How hard the pictures are. A change needs a new version of the dataset. Lengths are in half widths of the picture. */
export interface ProceduralTaskOptions {
  seed: number
  /** Width and height in pixels. */
  size: number
  trainCount: number
  validationCount: number
  testCount: number
  /** Standard deviation of the noise, relative to the full contrast of a shape. */
  noise: number
  /** Least contrast of a shape against the background; the greatest is 1. */
  leastContrast: number
  /** Least and greatest radius of a shape. */
  scale: readonly [number, number]
  /** Greatest shift of a shape's centre, along each axis. */
  shift: number
  /** Number of strokes that are drawn in addition to the shape. */
  clutter: number
}

/** Pictures in memory, channels last, standardised by the mean and deviation of the training pictures. */
export interface LabelledImages extends ImageSplit {
  images: Float32Array
}

/** The task with all its pictures. */
export interface ProceduralTask extends ImageTask {
  train: LabelledImages
  validation: LabelledImages
  test: LabelledImages
}

/**
 * Draws the task: ten classes of shapes under rotation, shift, scale, contrast, clutter and noise, each class equally often
 * in every split. Contrast is always positive, and no shape is the negative of another, so the sign of a picture never
 * separates two classes. Intensities are rounded to 8 bits, so the pictures are the same on machines whose Math functions
 * differ in the last bit.
 */
export function createProceduralTask(options: ProceduralTaskOptions): ProceduralTask {
  const draw = (split: string, count: number) => drawSplit(options, split, count)
  const train = draw('train', options.trainCount)
  const validation = draw('validation', options.validationCount)
  const test = draw('test', options.testCount)
  const { mean, deviation } = computeMomentsInOnePass(train.images)
  for (const { images } of [train, validation, test]) {
    for (let i = 0; i < images.length; i++) images[i] = (images[i] - mean) / deviation
  }
  const standardisation = { mean: [mean], deviation: [deviation] }
  return { classes: SHAPES.length, train, validation, test, standardisation }
}

function drawSplit(options: ProceduralTaskOptions, split: string, count: number): LabelledImages {
  const { seed, size } = options
  const images = new Float32Array(count * size * size)
  const labels = new Uint8Array(count)
  for (let i = 0; i < count; i++) {
    labels[i] = i % SHAPES.length
    drawPicture(
      options,
      labels[i],
      createRandom(seed, split, i),
      images.subarray(i * size * size, (i + 1) * size * size),
    )
  }
  return { count, shape: [size, size, 1], images, labels, read: (indices) => readFrom(images, size * size, indices) }
}

function readFrom(images: Float32Array, size: number, indices: ArrayLike<number>): Float32Array {
  const read = new Float32Array(indices.length * size)
  for (let i = 0; i < indices.length; i++) {
    read.set(images.subarray(indices[i] * size, (indices[i] + 1) * size), i * size)
  }
  return read
}

/** One picture with intensities in 0 … 255. */
function drawPicture(options: ProceduralTaskOptions, label: number, random: Random, picture: Float32Array): void {
  const { size } = options
  const between = (least: number, greatest: number) => least + (greatest - least) * random.uniform()
  const pixel = 2 / size
  const angle = between(0, 2 * Math.PI)
  const radius = between(...options.scale)
  const centreX = between(-options.shift, options.shift)
  const centreY = between(-options.shift, options.shift)
  const contrast = between(options.leastContrast, 1)
  const cos = Math.cos(angle) / radius
  const sin = Math.sin(angle) / radius
  const distractors = Array.from({ length: options.clutter }, () => createDistractor(random, between))
  const slopeX = between(-0.15, 0.15)
  const slopeY = between(-0.15, 0.15)
  const distanceTo = SHAPES[label].distance
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const x = (column + 0.5) * pixel - 1
      const y = (row + 0.5) * pixel - 1
      const dx = x - centreX
      const dy = y - centreY
      const distance = distanceTo(cos * dx + sin * dy, cos * dy - sin * dx) * radius
      let intensity = slopeX * x + slopeY * y + contrast * coverage(distance, pixel)
      for (const distractor of distractors) intensity += distractor(x, y, pixel)
      intensity += options.noise * random.normal()
      picture[row * size + column] = Math.min(255, Math.max(0, Math.round(96 + 96 * intensity)))
    }
  }
}

/** The share of a pixel that a shape covers, from the signed distance of its edge (negative inside). */
function coverage(distance: number, pixel: number): number {
  return Math.min(1, Math.max(0, 0.5 - distance / pixel))
}

/** A short stroke somewhere, lighter or darker than the background. */
function createDistractor(
  random: Random,
  between: (least: number, greatest: number) => number,
): (x: number, y: number, pixel: number) => number {
  const x0 = between(-1, 1)
  const y0 = between(-1, 1)
  const angle = between(0, Math.PI)
  const half = between(0.05, 0.35)
  const strength = between(0.3, 0.8) * (random.uniform() < 0.5 ? -1 : 1)
  const cos = Math.cos(angle)
  const sin = Math.sin(angle)
  return (x, y, pixel) => {
    const along = Math.max(0, Math.abs(cos * (x - x0) + sin * (y - y0)) - half)
    const across = cos * (y - y0) - sin * (x - x0)
    return strength * coverage(Math.hypot(along, across) - 0.07, pixel)
  }
}
