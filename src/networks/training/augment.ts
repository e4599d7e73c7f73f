import type { Random } from '../../numeric/random.js'
import type { Augmentation } from '../recipe.js'

/**
 * Concatenated pictures, channels last. Each is shifted by up to `margin` pixels along both axes, filled with zeros (the mean
 * of a standardised picture), and perhaps mirrored.
 */
export function augment(
  images: Float32Array,
  [height, width, channels]: readonly number[],
  { margin, mirrors }: Augmentation,
  random: Random,
): Float32Array {
  const size = height * width * channels
  const result = new Float32Array(images.length)
  for (let start = 0; start < images.length; start += size) {
    const down = random.integer(2 * margin + 1) - margin
    const right = random.integer(2 * margin + 1) - margin
    const isMirrored = mirrors && random.uniform() < 0.5
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
