import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { engine, type NamedTensorMap, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { createRandom } from '../../../src/numeric/random.js'
import { openTestBackend, TEST_BACKEND } from '../open-test-backend.js'
import { type Convolution, outputShapeOf, type Sums, sumFilterGradient, sumInputGradient } from './convolution-sums.js'

const PLAIN = { filters: 1, strides: [1, 1], dilations: [1, 1], pad: 'same', kernel: [3, 3] } as const

const DEPTHWISE: Convolution[] = [
  { ...PLAIN, size: [1, 1, 1, 1] },
  { ...PLAIN, size: [1, 1, 2, 3] },
  { ...PLAIN, size: [3, 7, 5, 3] },
  { ...PLAIN, size: [2, 9, 11, 8] },
  // More groups of channels than a workgroup covers, and a number that it does not divide.
  { ...PLAIN, size: [2, 6, 7, 36] },
  { ...PLAIN, size: [2, 5, 4, 11] },
  { ...PLAIN, size: [3, 9, 7, 4], strides: [2, 2] },
  { ...PLAIN, size: [2, 8, 8, 32], strides: [2, 2] },
  { ...PLAIN, size: [2, 11, 10, 5], strides: [3, 3], pad: 'valid' },
  { ...PLAIN, size: [2, 12, 9, 4], strides: [2, 2], kernel: [5, 5] },
  { ...PLAIN, size: [2, 9, 9, 3], kernel: [1, 1], strides: [2, 2] },
  // A row of the kernel at a time.
  { ...PLAIN, size: [2, 13, 12, 4], kernel: [7, 6] },
  { ...PLAIN, size: [1, 4, 15, 3], kernel: [2, 11], pad: 'valid' },
  { ...PLAIN, size: [2, 11, 9, 4], dilations: [2, 2] },
  { ...PLAIN, size: [2, 10, 9, 3], dilations: [3, 2], pad: 'valid' },
  // Several output channels for each input channel.
  { ...PLAIN, size: [2, 6, 5, 4], filters: 3 },
  { ...PLAIN, size: [2, 7, 5, 3], filters: 2, strides: [2, 2] },
  // More positions than one workgroup adds.
  { ...PLAIN, size: [70, 16, 16, 4] },
  { ...PLAIN, size: [61, 17, 15, 3], strides: [2, 2] },
]

const FULL: Convolution[] = [
  { ...PLAIN, size: [1, 1, 1, 1] },
  { ...PLAIN, size: [3, 7, 5, 3], filters: 4, strides: [2, 2] },
  { ...PLAIN, size: [2, 8, 8, 8], filters: 8, strides: [2, 2] },
  { ...PLAIN, size: [2, 9, 8, 5], filters: 7, strides: [2, 2], pad: 'valid' },
  // Positions without a tap: their gradient is zero.
  { ...PLAIN, size: [2, 7, 7, 4], filters: 5, strides: [2, 2], kernel: [1, 1] },
  { ...PLAIN, size: [2, 10, 11, 4], filters: 4, strides: [4, 4], kernel: [2, 3], pad: 'valid' },
  { ...PLAIN, size: [1, 2, 1, 3], filters: 2, strides: [3, 3], kernel: [1, 1] },
  { ...PLAIN, size: [2, 13, 9, 3], filters: 4, strides: [3, 2], kernel: [5, 4] },
  // More than a tile of rows in each phase, more than a tile of columns.
  { ...PLAIN, size: [4, 19, 18, 66], filters: 8, strides: [2, 2] },
]

const isOnCard = TEST_BACKEND !== 'wasm'

before(openTestBackend)

for (const [kind, names, cases] of [
  ['a depthwise convolution', 'DepthwiseConv2dNativeBackprop', DEPTHWISE],
  ['a convolution', 'Conv2DBackprop', FULL],
] as const) {
  describe(`The gradients of ${kind}`, () => {
    const isDepthwise = cases === DEPTHWISE
    // TensorFlow for the processor takes no dilation and only equal strides here.
    const isTaken = ({ strides, dilations }: Convolution) =>
      !TEST_BACKEND.startsWith('tfjs-node') || (strides[0] === strides[1] && dilations[0] === 1 && dilations[1] === 1)
    for (const convolution of cases.filter(isTaken)) {
      it(`are the sums in float64 for ${JSON.stringify(convolution)}`, async () => {
        const { size, kernel, filters, strides, dilations, pad } = convolution
        const filterShape = [...kernel, size[3], filters]
        const outputShape = outputShapeOf(convolution, isDepthwise)
        const [x, w, dy] = [draw('x', size), draw('w', filterShape), draw('dy', outputShape)]
        const attrs = { strides: [...strides], dilations: [...dilations], pad, dataFormat: 'NHWC' }
        const run = (name: string, inputs: NamedTensorMap, shapes: Record<string, number[]>) =>
          engine().runKernel(`${names}${name}`, inputs, { ...attrs, ...shapes }) as Tensor
        const slopes = tensor(dy, outputShape)
        const dw = run('Filter', { x: tensor(x, [...size]), dy: slopes }, { filterShape })
        const dx = run('Input', { dy: slopes, filter: tensor(w, filterShape) }, { inputShape: [...size] })
        assert.deepEqual([dw.shape, dx.shape], [filterShape, size])
        assertSums(await dw.data(), sumFilterGradient(convolution, isDepthwise, x, dy), 'kernel')
        assertSums(await dx.data(), sumInputGradient(convolution, isDepthwise, w, dy), 'input')
      })
    }
  })
}

describe('A gradient on a card', { skip: !isOnCard }, () => {
  it('has the same bytes each time', async () => {
    const size = [70, 16, 16, 4]
    const inputs = { x: tensor(draw('x', size), size), dy: tensor(draw('dy', size), size) }
    const attrs = { strides: [1, 1], dilations: [1, 1], pad: 'same', dataFormat: 'NHWC', filterShape: [3, 3, 4, 1] }
    const run = () => engine().runKernel('DepthwiseConv2dNativeBackpropFilter', inputs, attrs) as Tensor
    assert.deepEqual(await run().data(), await run().data())
  })
})

function draw(name: string, shape: readonly number[]): Float32Array {
  const random = createRandom(2, name)
  const length = shape.reduce((product, side) => product * side, 1)
  return Float32Array.from({ length }, () => random.normal())
}

function assertSums(actual: ArrayLike<number>, { values, magnitudes }: Sums, what: string): void {
  assert.equal(actual.length, values.length)
  for (let i = 0; i < values.length; i++) {
    const error = Math.abs(actual[i] - values[i])
    assert.ok(error <= 2e-6 * magnitudes[i], `${what} ${i}: expected ${values[i]}, got ${actual[i]}`)
  }
}
