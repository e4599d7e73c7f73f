import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { engine, type NamedAttrMap, type NamedTensorMap, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { createRandom } from '../../../../src/numeric/random.js'
import { openTestBackend, TEST_BACKEND } from '../../open-test-backend.js'

type Shape = [number, number, number, number]

interface Case {
  x: Shape
  filters: number
  kernel: number
  stride: number
  pad: 'same' | 'valid'
}

const CASES: Case[] = [
  { x: [32, 16, 16, 1], filters: 16, kernel: 5, stride: 2, pad: 'same' },
  { x: [3, 8, 8, 16], filters: 16, kernel: 3, stride: 1, pad: 'same' },
  { x: [4, 7, 6, 3], filters: 13, kernel: 2, stride: 1, pad: 'valid' },
  { x: [2, 9, 5, 13], filters: 9, kernel: 3, stride: 2, pad: 'same' },
  { x: [5, 5, 6, 4], filters: 30, kernel: 1, stride: 3, pad: 'valid' },
  { x: [1, 3, 9, 33], filters: 8, kernel: 2, stride: 2, pad: 'same' },
  { x: [1, 11, 4, 7], filters: 8, kernel: 1, stride: 1, pad: 'same' },
  { x: [7, 8, 8, 16], filters: 20, kernel: 3, stride: 2, pad: 'same' },
  { x: [3, 2, 5, 8], filters: 11, kernel: 5, stride: 1, pad: 'same' },
  { x: [5, 1, 3, 12], filters: 14, kernel: 4, stride: 1, pad: 'same' },
]

before(openTestBackend)

// The order of the terms of a sum decides its last bits, and with them the numbers of the datasets.
describe('On wasm, to the last bit,', { skip: TEST_BACKEND !== 'wasm' }, () => {
  for (const special of [false, true]) {
    const numbers = special ? ' with infinite numbers and NaN' : ''
    for (const item of CASES) {
      const { filters, kernel, stride, pad } = item
      const attrs = { strides: [stride, stride], pad, dilations: [1, 1], dataFormat: 'NHWC' }
      const filterShape: Shape = [kernel, kernel, item.x[3], filters]
      const x = randomNumbers('x', item.x, special)
      const filter = randomNumbers('filter', filterShape, special)
      const bias = randomNumbers('bias', [filters], false)
      const before = (length: number) => (pad === 'valid' ? 0 : Math.floor(paddingOf(length, kernel, stride) / 2))
      const at = (b: number, row: number, column: number, channel: number) => {
        const [, height, width, channels] = item.x
        if (row < 0 || row >= height || column < 0 || column >= width) return 0
        return x[((b * height + row) * width + column) * channels + channel]
      }

      it(`a convolution adds rows, columns and channels in order${numbers}: ${JSON.stringify(item)}`, () => {
        const output = run(
          'FusedConv2D',
          { x: toTensor(x, item.x), filter: toTensor(filter, filterShape), bias: toTensor(bias, [filters]) },
          { ...attrs, activation: 'linear' },
        )
        const [, outHeight, outWidth] = output.shape
        assertBits(output, (index) => {
          const [b, i, j, o] = split(index, output.shape)
          let sum = bias[o]
          for (let u = 0; u < kernel; u++) {
            for (let v = 0; v < kernel; v++) {
              for (let c = 0; c < item.x[3]; c++) {
                const factor = at(b, i * stride + u - before(item.x[1]), j * stride + v - before(item.x[2]), c)
                sum = addProduct(sum, factor, filter[((u * kernel + v) * item.x[3] + c) * filters + o])
              }
            }
          }
          return sum
        })
        assert.ok(outHeight * outWidth > 0)
      })

      it(`the gradient of its kernel adds positions, then pictures${numbers}: ${JSON.stringify(item)}`, () => {
        const outOf = (length: number) =>
          pad === 'same' ? Math.ceil(length / stride) : Math.floor((length - kernel) / stride) + 1
        const outShape: Shape = [item.x[0], outOf(item.x[1]), outOf(item.x[2]), filters]
        const dy = randomNumbers('dy', outShape, special)
        const gradient = run(
          'Conv2DBackpropFilter',
          { x: toTensor(x, item.x), dy: toTensor(dy, outShape) },
          { ...attrs, filterShape },
        )
        assertBits(gradient, (index) => {
          const [u, v, c, o] = split(index, filterShape)
          const [batch, height, width] = outShape
          let sum = 0
          for (let i = 0; i < height; i++) {
            for (let j = 0; j < width; j++) {
              for (let b = 0; b < batch; b++) {
                const factor = at(b, i * stride + u - before(item.x[1]), j * stride + v - before(item.x[2]), c)
                sum = addProduct(sum, factor, dy[((b * height + i) * width + j) * filters + o])
              }
            }
          }
          return sum
        })
      })
    }

    for (const [rows, inner, columns] of [
      [24, 512, 48],
      [7, 5, 13],
      [1, 3, 4],
      [6, 1, 1],
      [32, 32, 10],
    ]) {
      for (const transposeA of [false, true]) {
        it(`a product ${rows} × ${inner}${transposeA ? ' (transposed)' : ''} × ${columns} adds in order${numbers}`, () => {
          const shape = transposeA ? [1, inner, rows] : [1, rows, inner]
          const a = randomNumbers('a', shape, special)
          const b = randomNumbers('b', [1, inner, columns], special)
          const product = run(
            'BatchMatMul',
            { a: toTensor(a, shape), b: toTensor(b, [1, inner, columns]) },
            { transposeA, transposeB: false },
          )
          assertBits(product, (index) => {
            const [row, column] = [Math.floor(index / columns), index % columns]
            let sum = 0
            for (let k = 0; k < inner; k++) {
              sum = addProduct(sum, a[transposeA ? k * rows + row : row * inner + k], b[k * columns + column])
            }
            return sum
          })
        })
      }
    }
  }
})

function addProduct(sum: number, a: number, b: number): number {
  return Math.fround(sum + Math.fround(a * b))
}

function run(kernel: string, inputs: NamedTensorMap, attrs: object): Tensor {
  return engine().runKernel(kernel, inputs, attrs as NamedAttrMap) as Tensor
}

function toTensor(values: Float32Array, shape: number[]): Tensor {
  return tensor(values, shape)
}

function assertBits(actual: Tensor, expected: (index: number) => number): void {
  const values = actual.dataSync<'float32'>()
  const wrong = values.findIndex((value, index) => !Object.is(value, expected(index)))
  assert.equal(wrong, -1, `${wrong}: expected ${wrong < 0 ? '' : expected(wrong)}, got ${values[wrong]}`)
}

function split(index: number, shape: readonly number[]): number[] {
  const places = [...shape]
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    places[axis] = index % shape[axis]
    index = Math.floor(index / shape[axis])
  }
  return places
}

function paddingOf(length: number, kernel: number, stride: number): number {
  return Math.max(0, (Math.ceil(length / stride) - 1) * stride + kernel - length)
}

/** Numbers of many magnitudes, some of them zeros of both signs. */
function randomNumbers(name: string, shape: readonly number[], special: boolean): Float32Array {
  const random = createRandom(1, name)
  const numbers = [0, -0, ...(special ? [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 3e38] : [])]
  const length = shape.reduce((product, side) => product * side, 1)
  return Float32Array.from({ length }, () => {
    if (random.uniform() < 0.01) return numbers[random.integer(numbers.length)]
    return random.normal() * 2 ** (random.integer(12) - 6)
  })
}
