import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import {
  add,
  conv2d,
  depthwiseConv2d,
  engine,
  logSoftmax,
  matMul,
  mean,
  mul,
  reshape,
  rsqrt,
  slice,
  softmax,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  tensor,
  tensor2d,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core'
import { BASIC_GRADIENTS } from '../../src/networks/kernels/basic-gradients.js'
import { averageOverPositions } from '../../src/networks/layers/average-pool.js'
import { meanCrossEntropy, toOneHot } from '../../src/networks/layers/cross-entropy.js'
import { WEIGHTLESS_OPS } from '../../src/networks/layers/weightless-ops.js'
import { createRandom } from '../../src/numeric/random.js'
import { openTestBackend } from './open-test-backend.js'

interface Case {
  kernel: string
  shapes: number[][]
  apply(...inputs: Tensor[]): Tensor
  /** Added to the random inputs of functions that need positive ones. */
  shift?: number
}

let labels: Tensor2D

/** Odd sizes throughout; broadcast along leading, middle and last axes. */
const CASES: Case[] = [
  { kernel: 'Identity', shapes: [[3, 5]], apply: (x) => x.clone() },
  { kernel: 'Reshape', shapes: [[3, 5]], apply: (x) => reshape(x, [5, 1, 3]) },
  { kernel: 'Transpose', shapes: [[2, 3, 5, 7]], apply: (x) => transpose(x, [2, 0, 3, 1]) },
  { kernel: 'Slice', shapes: [[3, 5, 7]], apply: (x) => slice(x, [1, 0, 3], [2, 4, 3]) },
  { kernel: 'Transpose', shapes: [[3, 5, 7]], apply: (x) => transpose(x) },
  { kernel: 'Add', shapes: [[3, 5, 7], [7]], apply: (a, b) => add(a, b) },
  {
    kernel: 'Add',
    shapes: [
      [1, 5, 1],
      [3, 1, 7],
    ],
    apply: (a, b) => add(a, b),
  },
  {
    kernel: 'Sub',
    shapes: [
      [5, 7],
      [5, 1],
    ],
    apply: (a, b) => sub(a, b),
  },
  { kernel: 'Sub', shapes: [[], [5, 3]], apply: (a, b) => sub(a, b) },
  {
    kernel: 'Multiply',
    shapes: [
      [3, 5, 7],
      [3, 1, 7],
    ],
    apply: (a, b) => mul(a, b),
  },
  { kernel: 'Multiply', shapes: [[7], [7]], apply: (a, b) => mul(a, b) },
  { kernel: 'Square', shapes: [[3, 5]], apply: (x) => square(x) },
  { kernel: 'Rsqrt', shapes: [[3, 5]], apply: (x) => rsqrt(x), shift: 6 },
  { kernel: 'Sum', shapes: [[3, 5, 7]], apply: (x) => sum(x, 1) },
  { kernel: 'Sum', shapes: [[3, 5, 7]], apply: (x) => sum(x, [0, -1], true) },
  { kernel: 'Mean', shapes: [[3, 5, 7]], apply: (x) => mean(x, [1, 2]) },
  { kernel: 'Mean', shapes: [[3, 5]], apply: (x) => mean(x) },
  { kernel: 'Softmax', shapes: [[3, 5]], apply: (x) => softmax(x as Tensor2D) },
  { kernel: 'LogSoftmax', shapes: [[5, 3]], apply: (x) => logSoftmax(x as Tensor2D) },
  {
    kernel: 'BatchMatMul',
    shapes: [
      [2, 3, 5],
      [2, 5, 7],
    ],
    apply: (a, b) => matMul(a as Tensor3D, b as Tensor3D),
  },
  {
    kernel: 'BatchMatMul',
    shapes: [
      [2, 5, 3],
      [2, 5, 7],
    ],
    apply: (a, b) => matMul(a as Tensor3D, b as Tensor3D, true),
  },
  {
    kernel: 'BatchMatMul',
    shapes: [
      [3, 3, 5],
      [3, 7, 5],
    ],
    apply: (a, b) => matMul(a as Tensor3D, b as Tensor3D, false, true),
  },
  {
    kernel: 'BatchMatMul',
    shapes: [
      [1, 5, 3],
      [1, 7, 5],
    ],
    apply: (a, b) => matMul(a as Tensor3D, b as Tensor3D, true, true),
  },
  {
    kernel: 'Conv2D',
    shapes: [
      [2, 7, 5, 3],
      [3, 3, 3, 5],
    ],
    apply: (x, w) => conv2d(x as Tensor4D, w as Tensor4D, 2, 'same'),
  },
  {
    kernel: 'DepthwiseConv2dNative',
    shapes: [
      [2, 7, 5, 3],
      [3, 3, 3, 1],
    ],
    apply: (x, w) => depthwiseConv2d(x as Tensor4D, w as Tensor4D, 1, 'same'),
  },
  {
    kernel: 'AvgPool',
    shapes: [[2, 7, 5, 3]],
    apply: (x) => WEIGHTLESS_OPS.averagePool(x, { size: 3, strides: 2 }),
  },
  {
    kernel: 'AvgPool',
    shapes: [[2, 5, 4, 3]],
    apply: (x) => WEIGHTLESS_OPS.averagePool(x, { size: 3, strides: 1 }),
  },
  {
    kernel: 'MaxPool',
    shapes: [[2, 5, 4, 3]],
    apply: (x) => WEIGHTLESS_OPS.maxPool(x, { size: 2, strides: 2 }),
  },
  {
    kernel: 'attend',
    shapes: [
      [2, 5, 6],
      [2, 5, 6],
      [2, 5, 6],
    ],
    apply: (queries, keys, values) => WEIGHTLESS_OPS.attend(queries, keys, values, 3),
  },
  {
    kernel: 'FusedConv2D',
    shapes: [[3, 5, 7, 3], [3, 3, 3, 5], [5]],
    apply: (x, filter, bias) =>
      engine().runKernel(
        'FusedConv2D',
        { x, filter, bias },
        { strides: [1, 1], pad: 'valid', dataFormat: 'NHWC', dilations: [1, 1], activation: 'linear' },
      ) as Tensor,
  },
  {
    kernel: '_FusedMatMul',
    shapes: [[1, 3, 5], [1, 5, 7], [7]],
    apply: (a, b, bias) =>
      engine().runKernel(
        '_FusedMatMul',
        { a, b, bias },
        { transposeA: false, transposeB: false, activation: 'linear' },
      ) as Tensor,
  },
  { kernel: 'averageOverPositions', shapes: [[3, 5, 7, 3]], apply: (x) => averageOverPositions(x) },
  {
    kernel: 'meanCrossEntropy',
    shapes: [[5, 3]],
    apply: (x) => meanCrossEntropy(x as Tensor2D, labels),
  },
]

before(async () => {
  await openTestBackend()
  labels = tensor2d(toOneHot(Uint8Array.of(0, 2, 1, 1, 0), 3), [5, 3])
})

describe('Every gradient', () => {
  for (const { kernel, shapes, apply, shift = 0 } of CASES) {
    it(`of ${kernel} agrees with finite differences for ${JSON.stringify(shapes)}`, async () => {
      const inputs = shapes.map((shape, i) => drawTensor(`${kernel} ${i}`, shape, shift))
      const direction = tidy(() => drawTensor('weights', apply(...inputs).shape, 0))
      // A random weight for each output, because a plain sum would not notice outputs in wrong positions.
      const loss = (...at: Tensor[]) => sum(mul(apply(...at), direction))
      const { grads } = tidy(() => engine().gradients(() => loss(...inputs) as Tensor1D, inputs))
      for (const [i, input] of inputs.entries()) {
        assert.deepEqual(grads[i].shape, input.shape)
        const step = drawTensor(`step ${i}`, input.shape, 0)
        const at = (scale: number) =>
          numberOf(() => loss(...inputs.map((one, j) => (j === i ? add(one, mul(step, scale)) : one))))
        const difference = async (h: number) => ((await at(h)) - (await at(-h))) / (2 * h)
        const numeric = (4 * (await difference(0.02)) - (await difference(0.04))) / 3
        const analytic = await numberOf(() => sum(mul(grads[i], step)))
        const size = (await numberOf(() => sum(square(mul(grads[i], step))))) ** 0.5
        const tolerance = 2e-3 * (Math.abs(numeric) + size) + 1e-4
        assert.ok(Math.abs(analytic - numeric) < tolerance, `input ${i}: ${analytic}, by differences ${numeric}`)
      }
    })
  }

  it('that is registered is compared', () => {
    const compared = new Set(CASES.map(({ kernel }) => kernel))
    assert.deepEqual(
      BASIC_GRADIENTS.map(({ kernelName }) => kernelName).filter((name) => !compared.has(name)),
      [],
    )
  })
})

/** Waits for the number, because a graphics card cannot be read synchronously. */
async function numberOf(compute: () => Tensor): Promise<number> {
  const [value] = await tidy(compute).data()
  return value
}

function drawTensor(name: string, shape: number[], shift: number): Tensor {
  const random = createRandom('gradients', name)
  const length = shape.reduce((product, side) => product * side, 1)
  return tensor(
    Float32Array.from({ length }, () => random.normal() + shift),
    shape,
  )
}
