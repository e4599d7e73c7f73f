import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { engine, type NamedAttrMap, type NamedTensorMap, type Tensor, tensor } from '@tensorflow/tfjs-core'
import {
  ACTIVATION_VALUE_AND_DERIVATIVE,
  computeValuesAndDerivatives,
} from '../../../../src/networks/layers/activation-op.js'
import { MEAN_OF_POSITIONS, MEAN_OF_POSITIONS_GRADIENT } from '../../../../src/networks/layers/average-pool.js'
import {
  BATCH_NORM,
  BATCH_NORM_GRADIENT,
  NORMALIZATION_EPSILON,
} from '../../../../src/networks/layers/batch-normalization.js'
import { createLayerActivation } from '../../../../src/networks/layers/layer-activation.js'
import { createRandom } from '../../../../src/numeric/random.js'
import { openTestBackend, TEST_BACKEND } from '../../open-test-backend.js'

const CHANNELS = [1, 2, 3, 4, 7, 8, 13, 16, 24, 35]
const ROWS = 60

before(openTestBackend)

// Vectors hold several channels, and the terms of a channel are added row after row.
describe('On wasm, to the last bit,', { skip: TEST_BACKEND !== 'wasm' }, () => {
  for (const channels of CHANNELS) {
    const x = randomNumbers('x', ROWS * channels)
    const dy = randomNumbers('dy', ROWS * channels)
    const [scale, offset] = [randomNumbers('scale', channels), randomNumbers('offset', channels)]
    const column = (values: Float32Array, c: number) => values.filter((_, i) => i % channels === c)
    const add = (values: Iterable<number>) => {
      let sum = 0
      for (const value of values) sum += value
      return sum
    }
    const momentsOf = (c: number) => {
      const values = column(x, c)
      const mean = add(values) / ROWS
      const spread = add(Float64Array.from(values, (value) => value * value)) / ROWS - mean ** 2
      return { mean: Math.fround(mean), variance: Math.fround(Math.max(0, spread)) }
    }
    const moments = Array.from({ length: channels }, (_, c) => momentsOf(c))
    const [means, variances] = [moments.map(({ mean }) => mean), moments.map(({ variance }) => variance)]

    it(`batch normalisation of ${channels} channels adds in float64`, () => {
      const [value, mean, variance] = run(BATCH_NORM, { x: matrix(x), scale: tensor(scale), offset: tensor(offset) })
      assertBits(mean, means)
      assertBits(variance, variances)
      const factors = Array.from(scale, (number, c) => number / Math.sqrt(variances[c] + NORMALIZATION_EPSILON))
      assertBits(
        value,
        Array.from(x, (number, i) => {
          const c = i % channels
          return number * factors[c] + (offset[c] - means[c] * factors[c])
        }),
      )
    })

    it(`the gradient of batch normalisation of ${channels} channels adds in float64`, () => {
      const inputs = {
        dy: matrix(dy),
        x: matrix(x),
        scale: tensor(scale),
        mean: tensor(means),
        variance: tensor(variances),
      }
      const [dx, dscale, doffset] = run(BATCH_NORM_GRADIENT, inputs)
      const sums = means.map((_, c) => add(column(dy, c)))
      const products = means.map((mean, c) => {
        const numbers = column(x, c)
        return add(Float64Array.from(column(dy, c), (number, row) => number * (numbers[row] - mean)))
      })
      const inverses = variances.map((variance) => 1 / Math.sqrt(variance + NORMALIZATION_EPSILON))
      assertBits(doffset, sums)
      assertBits(
        dscale,
        products.map((product, c) => product * inverses[c]),
      )
      const ofOuter = inverses.map((inverse, c) => scale[c] * inverse)
      const ofInput = inverses.map((inverse, c) => (-ofOuter[c] * inverse * inverse * products[c]) / ROWS)
      assertBits(
        dx,
        Array.from(x, (number, i) => {
          const c = i % channels
          const term = (-ofOuter[c] * sums[c]) / ROWS - ofInput[c] * means[c]
          return dy[i] * ofOuter[c] + number * ofInput[c] + term
        }),
      )
    })

    it(`the mean over positions of ${channels} channels adds in float32`, () => {
      const block = { batch: 4, positions: ROWS / 4, channels }
      const [mean] = run(MEAN_OF_POSITIONS, { x: matrix(x) }, block)
      const of = (b: number, c: number) => {
        const values = column(x, c).subarray(b * block.positions, (b + 1) * block.positions)
        return values.reduce((sum, value) => Math.fround(sum + value), 0) / block.positions
      }
      assertBits(
        mean,
        Array.from({ length: 4 * channels }, (_, i) => of(Math.floor(i / channels), i % channels)),
      )
      const outer = dy.subarray(0, 4 * channels)
      const attrs = { ...block, shape: [ROWS, channels] }
      const [gradient] = run(MEAN_OF_POSITIONS_GRADIENT, { dy: tensor(outer, [4, channels]) }, attrs)
      assertBits(
        gradient,
        Array.from(x, (_, i) => {
          return outer[Math.floor(i / (block.positions * channels)) * channels + (i % channels)] / block.positions
        }),
      )
    })

    it(`an activation of ${channels} channels is normalised as on the host`, () => {
      for (const expression of ['relu(x)', 'exp(x)', 'div(x,x)']) {
        const activation = createLayerActivation(expression, true)
        const [outputs, derivatives] = [new Float32Array(x.length), new Float32Array(x.length)]
        computeValuesAndDerivatives(activation, x, outputs, derivatives)
        const [value, derivative] = run(ACTIVATION_VALUE_AND_DERIVATIVE, { x: matrix(x) }, { activation })
        assertBits(value, outputs)
        assertBits(derivative, derivatives)
      }
    })

    function matrix(values: Float32Array): Tensor {
      return tensor(values, [ROWS, channels])
    }
  }
})

function run(kernel: string, inputs: NamedTensorMap, attrs: object = {}): Tensor[] {
  return [engine().runKernel(kernel, inputs, attrs as NamedAttrMap)].flat() as Tensor[]
}

function assertBits(actual: Tensor, expected: ArrayLike<number>): void {
  const values = actual.dataSync<'float32'>()
  assert.equal(values.length, expected.length)
  const wrong = values.findIndex((value, i) => !Object.is(value, Math.fround(expected[i])))
  assert.equal(wrong, -1, `${wrong}: expected ${expected[wrong]}, got ${values[wrong]}`)
}

/** Numbers of many magnitudes, some of them zeros of both signs. */
function randomNumbers(name: string, length: number): Float32Array {
  const random = createRandom(1, name)
  return Float32Array.from({ length }, () => {
    if (random.uniform() < 0.05) return random.uniform() < 0.5 ? 0 : -0
    return random.normal() * 2 ** (random.integer(12) - 6)
  })
}
