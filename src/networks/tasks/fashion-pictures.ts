import { createRandom, type Random } from '../../numeric/random.js'
import { FASHION_CLASSES, type GreyPictures } from './fashion-originals.js'
import { turnPicture } from './turn-picture.js'

/** How the pictures are made from the photographs. A change needs a new version of the datasets. */
export interface FashionOptions {
  seed: number
  /** Width and height in pixels. */
  size: number
  /** Pictures of each split; multiples of ten, because every class occurs equally often. */
  trainCount: number
  validationCount: number
  testCount: number
  /** Greatest angle by which a picture is turned to either side, in degrees. */
  rotation: number
  /** Greatest shift of the centre along each axis, in half widths. */
  shift: number
  /** Least and greatest half width of a photograph, in half widths of the picture. */
  scale: readonly [number, number]
}

/** Splits of the pictures. */
export const FASHION_SPLITS = ['train', 'validation', 'test'] as const
export type FashionSplit = (typeof FASHION_SPLITS)[number]

/** The photographs that were published for training and for tests. */
export interface FashionPhotographs {
  readonly training: GreyPictures
  readonly testing: GreyPictures
}

/**
 * Makes the pictures of the three splits. Training and validation pictures are different photographs of the published
 * training set, test pictures are of the published test set. Throws an error that names the option if it is out of range.
 */
export function makeFashionPictures(
  { training, testing }: FashionPhotographs,
  options: FashionOptions,
): Record<FashionSplit, GreyPictures> {
  const { seed, trainCount, validationCount, testCount } = options
  const order = orderByClass(training.labels, createRandom(seed, 'order of the training photographs'))
  const testOrder = orderByClass(testing.labels, createRandom(seed, 'order of the test photographs'))
  checkCounts(options, order.length, testOrder.length)
  return {
    train: place(training, order.slice(0, trainCount), options, 'train'),
    validation: place(training, order.slice(trainCount, trainCount + validationCount), options, 'validation'),
    test: place(testing, testOrder.slice(0, testCount), options, 'test'),
  }
}

function checkCounts(options: FashionOptions, photographs: number, testPhotographs: number): void {
  const { trainCount, validationCount, testCount } = options
  const check = (what: string, count: number, most: number) => {
    if (count > 0 && count % FASHION_CLASSES.length === 0 && count <= most) return
    throw new Error(`${what}: expected a multiple of ${FASHION_CLASSES.length} up to ${most}, got ${count}`)
  }
  check('number of training pictures', trainCount, photographs)
  check('number of validation pictures', validationCount, photographs - trainCount)
  check('number of test pictures', testCount, testPhotographs)
}

/** All photographs in random order, with the classes in turn: 0, 1, ... 9, 0, 1, ... */
function orderByClass(labels: Uint8Array, random: Random): number[] {
  const byClass: number[][] = FASHION_CLASSES.map(() => [])
  for (const index of random.permutation(labels.length)) byClass[labels[index]].push(index)
  const fewest = Math.min(...byClass.map(({ length }) => length))
  return Array.from({ length: fewest }, (_, i) => byClass.map((indices) => indices[i])).flat()
}

function place(source: GreyPictures, indices: readonly number[], options: FashionOptions, split: string): GreyPictures {
  const { seed, size, rotation, shift, scale } = options
  const pixels = new Uint8Array(indices.length * size * size)
  const labels = Uint8Array.from(indices, (index) => source.labels[index])
  const area = source.size ** 2
  for (const [i, index] of indices.entries()) {
    const random = createRandom(seed, split, i)
    const between = (least: number, greatest: number) => least + (greatest - least) * random.uniform()
    const picture = turnPicture(source.pixels.subarray(index * area, (index + 1) * area), source.size, size, {
      angle: (between(-rotation, rotation) * Math.PI) / 180,
      scale: between(...scale),
      shiftX: between(-shift, shift),
      shiftY: between(-shift, shift),
    })
    pixels.set(picture, i * size * size)
  }
  return { size, pixels, labels }
}
