import { FASHION, openFashionOriginals } from '../../src/networks/tasks/fashion-files.js'
import { type ImageSplit, type ImageTask, pickSplit } from '../../src/networks/tasks/image-task.js'
import { drawWaves } from '../../test/networks/drawn-waves.js'

/** Pictures for trials of the published networks, with the shape of CIFAR-10. */
export const TRIAL_TASKS = ['fashion', 'drawn'] as const
export type TrialTask = (typeof TRIAL_TASKS)[number]

/** Height and width of pictures of CIFAR-10. */
const SIDE = 32

/**
 * Pictures of CIFAR-10's shape. `drawn`: waves in colour under noise. `fashion`: Fashion-MNIST from a folder with the published
 * files, 28 × 28 with a margin of 2 pixels; without a folder the shipped pictures, 16 × 16 and turned by any angle, with
 * each pixel as 2 × 2. Grey values come in three channels. A larger `side` repeats pixels.
 */
export function openTrialTask(
  name: TrialTask,
  counts: { train: number; heldOut: number },
  side: number,
  originals?: string,
): ImageTask {
  const { train, validation } = name === 'drawn' ? drawTask(counts) : openFashion(originals)
  const cut = (split: ImageSplit, count: number): ImageSplit => {
    if (split.count < count) throw new Error(`${name}: expected at most ${split.count} pictures, got ${count}`)
    return enlarge(pickSplit(split, 0, count), side)
  }
  const heldOut = cut(validation, counts.heldOut)
  return { classes: 10, train: cut(train, counts.train), validation: heldOut, test: heldOut }
}

function openFashion(originals: string | undefined): ImageTask {
  return originals === undefined ? FASHION.create('') : openFashionOriginals(originals)
}

function drawTask(counts: { train: number; heldOut: number }): Pick<ImageTask, 'train' | 'validation'> {
  return { train: drawWaves('train', counts.train), validation: drawWaves('validation', counts.heldOut) }
}

/** The same pictures, `side` high and wide, in three channels. A margin repeats the pixels at the edge. */
function enlarge(split: ImageSplit, side: number): ImageSplit {
  const [from, , channels] = split.shape
  const factor = Math.max(1, Math.floor(SIDE / from)) * (side / SIDE)
  const margin = (side - from * factor) / 2
  if (!Number.isInteger(margin)) throw new Error(`expected a multiple of ${SIDE} pixels, got ${side}`)
  const sourceOf = (position: number) => Math.min(from - 1, Math.max(0, Math.floor((position - margin) / factor)))
  return {
    ...split,
    shape: [side, side, 3],
    read(indices) {
      const small = split.read(indices)
      const large = new Float32Array(indices.length * side * side * 3)
      for (let i = 0, at = 0; i < indices.length; i++) {
        for (let row = 0; row < side; row++) {
          for (let column = 0; column < side; column++) {
            const pixel = (i * from + sourceOf(row)) * from + sourceOf(column)
            for (let channel = 0; channel < 3; channel++) large[at++] = small[pixel * channels + (channel % channels)]
          }
        }
      }
      return large
    },
  }
}
