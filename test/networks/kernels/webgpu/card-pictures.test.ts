import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { engine } from '@tensorflow/tfjs-core'
import { openCardPictures, type Pictures } from '../../../../src/networks/kernels/webgpu/card-pictures.js'
import { augment, drawMoves } from '../../../../src/networks/training/augment.js'
import { createRandom } from '../../../../src/numeric/random.js'
import { openTestCardForFile } from '../../open-test-card.js'

const isCardOpen = openTestCardForFile()

describe('Pictures on a card', () => {
  for (const [shape, margin, mirrors] of [
    [[7, 5, 3], 3, true],
    [[5, 8, 1], 2, false],
    // Shifts by more than the picture.
    [[2, 3, 4], 5, true],
  ] as const) {
    it(`are augmented as on the host: ${shape}, margin ${margin}`, async (t) => {
      if (!isCardOpen(t)) return
      const split = drawSplit(1100, shape)
      const pictures = openCardPictures(split)
      assert.ok(pictures)
      const indices = Uint32Array.of(0, 1099, 513, 7, 7, 512, 511)
      const augmentation = { margin, mirrors }
      const moves = drawMoves(indices.length, augmentation, createRandom('moves'))
      const batch = pictures.take(indices, moves)
      assert.deepEqual(batch.shape, [7, ...shape])
      const expected = augment(split.read(indices), shape, augmentation, createRandom('moves'))
      assert.deepEqual(await batch.data(), expected)
      const plain = pictures.take(indices, null)
      assert.deepEqual(await plain.data(), split.read(indices))
      pictures.dispose()
    })
  }

  it('may be vectors', async (t) => {
    if (!isCardOpen(t)) return
    const split = drawSplit(30, [11])
    const pictures = openCardPictures(split)
    const batch = pictures?.take([29, 3], null)
    assert.deepEqual(batch?.shape, [2, 11])
    assert.deepEqual(await batch?.data(), split.read([29, 3]))
    pictures?.dispose()
  })

  it('stay on the host if they are too many', (t) => {
    if (!isCardOpen(t)) return
    const ids = engine().backend.numDataIds()
    const read = () => assert.fail('expected that no picture is read')
    assert.equal(openCardPictures({ count: 9469, shape: [256, 256, 3], read }), null)
    assert.equal(engine().backend.numDataIds(), ids)
  })
})

function drawSplit(count: number, shape: readonly number[]): Pictures {
  const length = shape.reduce((product, side) => product * side, 1)
  const random = createRandom('pictures', count)
  const all = Float32Array.from({ length: count * length }, () => random.normal())
  const pick = (index: number) => [...all.subarray(index * length, (index + 1) * length)]
  return { count, shape, read: (indices) => Float32Array.from(Array.from(indices).flatMap(pick)) }
}
