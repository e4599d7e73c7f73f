import type { Random } from '../../numeric/random.js'
import type { Augmentation } from '../recipe.js'

/** Three numbers for each picture: how far it is shifted down and right, and 1 if it is mirrored then, otherwise 0. */
export function drawMoves(count: number, { margin, mirrors }: Augmentation, random: Random): Int32Array {
  const moves = new Int32Array(3 * count)
  for (let i = 0; i < moves.length; i += 3) {
    moves[i] = random.integer(2 * margin + 1) - margin
    moves[i + 1] = random.integer(2 * margin + 1) - margin
    moves[i + 2] = mirrors && random.uniform() < 0.5 ? 1 : 0
  }
  return moves
}

/**
 * Concatenated pictures, channels last. Each is shifted by up to `margin` pixels along both axes, filled with zeros (the mean
 * of a standardised picture), and perhaps mirrored.
 */
export function augment(
  images: Float32Array,
  [height, width, channels]: readonly number[],
  augmentation: Augmentation,
  random: Random,
): Float32Array {
  const size = height * width * channels
  const result = new Float32Array(images.length)
  const moves = drawMoves(images.length / size, augmentation, random)
  for (let start = 0, i = 0; start < images.length; start += size, i += 3) {
    const [down, right] = [moves[i], moves[i + 1]]
    const isMirrored = moves[i + 2] === 1
    for (let row = Math.max(0, -down); row < Math.min(height, height - down); row++) {
      for (let column = Math.max(0, -right); column < Math.min(width, width - right); column++) {
        const source = start + ((row + down) * width + column + right) * channels
        const target = start + (row * width + (isMirrored ? width - 1 - column : column)) * channels
        for (let channel = 0; channel < channels; channel++) result[target + channel] = images[source + channel]
      }
    }
  }
  return result
}
