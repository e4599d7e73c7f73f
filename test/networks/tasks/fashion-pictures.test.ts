import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { GreyPictures } from '../../../src/networks/tasks/fashion-originals.js'
import { type FashionOptions, makeFashionPictures } from '../../../src/networks/tasks/fashion-pictures.js'

/** Photographs that show their own number in the middle, so that each can be recognised if it is only scaled. */
function photographs(count: number, first: number): GreyPictures {
  const pixels = new Uint8Array(count * 784)
  for (let i = 0; i < count; i++) pixels.fill(first + i, i * 784, (i + 1) * 784)
  return { size: 28, pixels, labels: Uint8Array.from({ length: count }, (_, i) => (i * 7) % 10) }
}

const PHOTOGRAPHS = { training: photographs(120, 1), testing: photographs(60, 150) }
const OPTIONS: FashionOptions = {
  seed: 1,
  size: 8,
  trainCount: 70,
  validationCount: 50,
  testCount: 40,
  rotation: 180,
  shift: 0.2,
  scale: [0.9, 0.9],
}
const pictures = makeFashionPictures(PHOTOGRAPHS, OPTIONS)
/** The middle of a picture has the intensity of its photograph. */
const originalsOf = ({ size, pixels, labels }: GreyPictures) =>
  Array.from(labels, (_, i) => pixels[i * size * size + (size / 2) * size + size / 2])

describe('Pictures of clothes', () => {
  it('use every photograph once, with its class, each class equally often', () => {
    const all = [...originalsOf(pictures.train), ...originalsOf(pictures.validation)]
    assert.equal(new Set(all).size, 120)
    assert.ok(Math.max(...all) <= 120)
    const tests = originalsOf(pictures.test)
    assert.ok(Math.min(...tests) >= 150 && new Set(tests).size === 40)
    for (const split of [pictures.train, pictures.validation, pictures.test]) {
      for (let label = 0; label < 10; label++) {
        assert.equal(split.labels.filter((one) => one === label).length, split.labels.length / 10)
      }
    }
    pictures.train.labels.forEach((label, i) => {
      assert.equal(label, ((originalsOf(pictures.train)[i] - 1) * 7) % 10)
    })
  })

  it('are the same for the same seed, and others for another seed', () => {
    assert.deepEqual(makeFashionPictures(PHOTOGRAPHS, OPTIONS), pictures)
    assert.notDeepEqual(makeFashionPictures(PHOTOGRAPHS, { ...OPTIONS, seed: 2 }).train, pictures.train)
  })

  it('begin with those of a shorter training set', () => {
    const { train } = makeFashionPictures(PHOTOGRAPHS, { ...OPTIONS, trainCount: 30 })
    assert.deepEqual(train.pixels, pictures.train.pixels.subarray(0, train.pixels.length))
  })

  it('are refused if there are not enough photographs, or not as many of each class', () => {
    const cases: [Partial<FashionOptions>, string][] = [
      [{ trainCount: 75 }, 'number of training pictures: expected a multiple of 10 up to 120, got 75'],
      [{ trainCount: 80 }, 'number of validation pictures: expected a multiple of 10 up to 40, got 50'],
      [{ testCount: 70 }, 'number of test pictures: expected a multiple of 10 up to 60, got 70'],
      [{ testCount: 0 }, 'number of test pictures: expected a multiple of 10 up to 60, got 0'],
    ]
    for (const [change, message] of cases) {
      assert.throws(() => makeFashionPictures(PHOTOGRAPHS, { ...OPTIONS, ...change }), { message })
    }
  })
})
