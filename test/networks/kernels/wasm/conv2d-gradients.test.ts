import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import {
  conv2d,
  depthwiseConv2d,
  engine,
  type NamedTensorMap,
  type Tensor,
  type Tensor4D,
  tensor,
} from '@tensorflow/tfjs-core'
import { createRandom } from '../../../../src/numeric/random.js'
import { openTestBackend, TEST_BACKEND } from '../../open-test-backend.js'

interface Case {
  size: [batch: number, height: number, width: number, channels: number]
  filters: number
  kernel: [number, number]
  strides: [number, number]
  pad: 'same' | 'valid'
}

type Shape = [number, number, number, number]

const CASES: Case[] = [
  { size: [3, 7, 5, 3], filters: 4, kernel: [3, 3], strides: [1, 1], pad: 'same' },
  { size: [2, 16, 16, 1], filters: 5, kernel: [3, 3], strides: [2, 2], pad: 'same' },
  { size: [5, 8, 8, 16], filters: 24, kernel: [3, 3], strides: [2, 2], pad: 'same' },
  { size: [2, 9, 9, 2], filters: 12, kernel: [5, 5], strides: [1, 1], pad: 'valid' },
  { size: [2, 8, 7, 3], filters: 6, kernel: [3, 3], strides: [2, 2], pad: 'valid' },
  { size: [4, 6, 5, 7], filters: 3, kernel: [1, 1], strides: [1, 1], pad: 'same' },
  { size: [4, 7, 7, 3], filters: 5, kernel: [1, 1], strides: [2, 2], pad: 'same' },
  { size: [1, 5, 9, 2], filters: 3, kernel: [2, 4], strides: [1, 3], pad: 'same' },
  { size: [2, 4, 4, 3], filters: 2, kernel: [4, 4], strides: [4, 4], pad: 'valid' },
  // More than a tile of the shaders in each direction, more terms than one workgroup adds, multiples of four or not.
  { size: [3, 20, 19, 8], filters: 68, kernel: [3, 3], strides: [1, 1], pad: 'same' },
  { size: [3, 20, 19, 68], filters: 7, kernel: [1, 1], strides: [1, 1], pad: 'same' },
  { size: [2, 6, 7, 68], filters: 8, kernel: [3, 3], strides: [1, 1], pad: 'same' },
  { size: [2, 23, 24, 5], filters: 4, kernel: [5, 5], strides: [2, 2], pad: 'same' },
  { size: [2, 23, 24, 4], filters: 5, kernel: [5, 5], strides: [2, 2], pad: 'valid' },
]

before(openTestBackend)

// A convolution is linear in its input and in its kernel, so its gradients are its adjoints: for any x', w' and dy,
// <conv(x', w), dy> = <x', backpropInput(dy, w)> and <conv(x, w'), dy> = <w', backpropFilter(x, dy)>.
for (const kind of ['conv2d', 'depthwise'] as const) {
  describe(`The gradients of ${kind}`, () => {
    // TensorFlow's depthwise convolution takes equal strides only.
    const isTaken = ({ strides }: Case) => kind === 'conv2d' || TEST_BACKEND === 'wasm' || strides[0] === strides[1]
    for (const item of CASES.filter(isTaken)) {
      it(`are its adjoints for ${JSON.stringify(item)}`, async () => {
        const x = randomTensor('x', item.size)
        const filterShape: Shape = [...item.kernel, item.size[3], kind === 'conv2d' ? item.filters : 1]
        const w = randomTensor('w', filterShape)
        const convolve = kind === 'conv2d' ? conv2d : depthwiseConv2d
        const attrs = { strides: item.strides, pad: item.pad, dilations: [1, 1], dataFormat: 'NHWC' }
        const dy = randomTensor('dy', convolve(x, w, item.strides, item.pad).shape)
        const names =
          kind === 'conv2d'
            ? ['Conv2DBackpropInput', 'Conv2DBackpropFilter']
            : ['DepthwiseConv2dNativeBackpropInput', 'DepthwiseConv2dNativeBackpropFilter']
        const run = (name: string, inputs: NamedTensorMap, shapes: Record<string, number[]>) =>
          engine().runKernel(name, inputs, { ...attrs, ...shapes }) as Tensor
        const dx = run(names[0], { dy, filter: w }, { inputShape: x.shape })
        const dw = run(names[1], { x, dy }, { filterShape })
        assert.deepEqual(dx.shape, x.shape)
        assert.deepEqual(dw.shape, filterShape)
        for (let trial = 0; trial < 3; trial++) {
          const otherX = randomTensor(`x${trial}`, item.size)
          const otherW = randomTensor(`w${trial}`, filterShape)
          assertClose(await product(convolve(otherX, w, item.strides, item.pad), dy), await product(otherX, dx))
          assertClose(await product(convolve(x, otherW, item.strides, item.pad), dy), await product(otherW, dw))
        }
      })
    }
  })
}

function randomTensor(name: string, shape: number[]): Tensor4D {
  const random = createRandom(1, name)
  const length = shape.reduce((total, side) => total * side, 1)
  const values = Float32Array.from({ length }, () => random.normal())
  return tensor(values, shape as Shape)
}

async function product(a: Tensor, b: Tensor): Promise<{ value: number; size: number }> {
  const left = await a.data()
  const right = await b.data()
  let value = 0
  let squares = 0
  for (let i = 0; i < left.length; i++) {
    value += left[i] * right[i]
    squares += (left[i] * right[i]) ** 2
  }
  return { value, size: Math.sqrt(squares) }
}

function assertClose(a: { value: number; size: number }, b: { value: number; size: number }): void {
  const tolerance = 1e-5 * (a.size + b.size)
  assert.ok(Math.abs(a.value - b.value) <= tolerance, `${a.value} and ${b.value} differ by more than ${tolerance}`)
}
