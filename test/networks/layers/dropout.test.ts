import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { grad, mul, sum, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { computeDropoutMask, drawDropoutMask } from '../../../src/networks/layers/dropout.js'
import { createRandom } from '../../../src/numeric/random.js'
import { openTestBackend } from '../open-test-backend.js'

const SHAPE = [7, 11, 1299]
const SIZE = 7 * 11 * 1299

before(openTestBackend)

describe('The mask of dropout', () => {
  for (const rate of [0, 0.2, 0.5, 0.9]) {
    it(`drops ${rate} of the elements and scales the others so that the mean stays`, async () => {
      const { shape, values } = await drawMask(rate, 1)
      assert.deepEqual(shape, SHAPE)
      const zeros = countZeros(values)
      // Five standard deviations of a binomial distribution.
      assert.ok(Math.abs(zeros - rate * SIZE) <= 5 * Math.sqrt(SIZE * rate * (1 - rate)), `${zeros} of ${SIZE}`)
      const scale = Math.fround(1 / (1 - rate))
      assert.ok(values.every((value) => value === 0 || value === scale))
    })

    it(`equals that of the host at the rate ${rate} on every backend`, async () => {
      for (const seed of [1, 2, 3]) {
        const expected = new Float32Array(SIZE)
        const mask = { shape: SHAPE, rate, seed: createRandom('dropout', seed).integer(2 ** 32) }
        computeDropoutMask(mask, expected)
        assert.deepEqual((await drawMask(rate, seed)).values, expected)
      }
    })
  }

  it('follows from the seed', async () => {
    assert.deepEqual(await drawMask(0.5, 4), await drawMask(0.5, 4))
  })

  it('of one seed is independent of another seed, and of itself a few positions later', async () => {
    const masks = await Promise.all([5, 6, 7].map((seed) => drawMask(0.5, seed)))
    for (const [i, { values: one }] of masks.entries()) {
      for (const [j, { values: other }] of masks.entries()) {
        for (const shift of [0, 1, 2, 3, 64, 192, 1299]) {
          if (i === j && shift === 0) continue
          const agreements = one.subarray(shift).reduce((n, value, k) => n + (value === other[k] ? 1 : 0), 0)
          const expected = (SIZE - shift) / 2
          const deviation = Math.abs(agreements - expected) / Math.sqrt(expected / 2)
          assert.ok(deviation < 5, `seeds ${i} and ${j}, shifted by ${shift}: ${agreements} agree`)
        }
      }
    }
  })

  it('takes a new number of the stream at each call', async () => {
    const random = createRandom('dropout')
    const [one, other] = await Promise.all([0, 1].map(() => drawDropoutMask(SHAPE, 0.5, random).data()))
    assert.notDeepEqual(one, other)
  })

  it('passes the gradient of the elements that it keeps', async () => {
    const x = tensor(new Float32Array(SIZE).fill(3), SHAPE)
    const slopes = grad((input: Tensor) => sum(mul(input, drawDropoutMask(SHAPE, 0.5, createRandom('dropout', 1)))))(x)
    assert.deepEqual(await slopes.data(), (await drawMask(0.5, 1)).values)
  })
})

async function drawMask(rate: number, seed: number) {
  const mask = drawDropoutMask(SHAPE, rate, createRandom('dropout', seed))
  const values = (await mask.data()) as Float32Array
  return { shape: mask.shape, values }
}

function countZeros(values: Float32Array): number {
  return values.reduce((zeros, value) => zeros + (value === 0 ? 1 : 0), 0)
}
