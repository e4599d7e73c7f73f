import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { augment } from '../../../src/networks/training/augment.js'
import { createRandom } from '../../../src/numeric/random.js'

describe('Augmentation', () => {
  it('gives a shifted and perhaps mirrored copy of each picture, filled with zeros', () => {
    const size = fc.integer({ min: 1, max: 7 })
    fc.assert(
      fc.property(
        size,
        size,
        fc.integer({ min: 0, max: 3 }),
        fc.boolean(),
        fc.nat(),
        (height, width, margin, mirrors, seed) => {
          const shape = [height, width, 2]
          const picture = Float32Array.from({ length: height * width * 2 }, (_, i) => i + 1)
          const pictures = new Float32Array(3 * picture.length)
          for (let i = 0; i < 3; i++) pictures.set(picture, i * picture.length)
          const result = augment(pictures, shape, { margin, mirrors }, createRandom(seed))
          const possible = new Set<string>()
          for (let down = -margin; down <= margin; down++) {
            for (let right = -margin; right <= margin; right++) {
              for (const mirrored of mirrors ? [false, true] : [false]) {
                possible.add(move(picture, shape, down, right, mirrored).join())
              }
            }
          }
          for (let i = 0; i < 3; i++) {
            assert.ok(possible.has(result.subarray(i * picture.length, (i + 1) * picture.length).join()))
          }
        },
      ),
    )
  })

  it('uses every shift, and depends only on the random stream', () => {
    const picture = Float32Array.of(1, 2, 3, 4)
    const pictures = Float32Array.from({ length: 4000 }, (_, i) => picture[i % 4])
    const once = augment(pictures, [2, 2, 1], { margin: 1, mirrors: true }, createRandom('a'))
    assert.deepEqual(once, augment(pictures, [2, 2, 1], { margin: 1, mirrors: true }, createRandom('a')))
    const seen = new Set(Array.from({ length: 1000 }, (_, i) => once.subarray(4 * i, 4 * i + 4).join()))
    assert.equal(seen.size, 18)
  })
})

/** The definition: the pixel at row + down, column + right; zero outside. */
function move(
  picture: Float32Array,
  [height, width, channels]: number[],
  down: number,
  right: number,
  mirrored: boolean,
) {
  return Array.from(picture, (_, i) => {
    const channel = i % channels
    const at = Math.floor(i / channels) % width
    const row = Math.floor(i / (channels * width)) + down
    const column = (mirrored ? width - 1 - at : at) + right
    const isInside = row >= 0 && row < height && column >= 0 && column < width
    return isInside ? picture[(row * width + column) * channels + channel] : 0
  })
}
