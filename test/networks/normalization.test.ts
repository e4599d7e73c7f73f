import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import {
  add,
  engine,
  mean,
  memory,
  mul,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor3D,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core'
import { sumOfRows } from '../../src/networks/kernels/layer-gradients.js'
import { attend, composeAttention } from '../../src/networks/layers/attention.js'
import {
  composeBatchNorm,
  NORMALIZATION_EPSILON,
  normalizeBatch,
} from '../../src/networks/layers/batch-normalization.js'
import { composeLayerNorm, normalizeLayer } from '../../src/networks/layers/layer-normalization.js'
import { createRandom } from '../../src/numeric/random.js'
import { openTestBackend } from './open-test-backend.js'

interface Operation {
  name: string
  shapes: number[][]
  run(inputs: Tensor[]): Tensor
  /** The same, composed of TensorFlow.js operations, as other backends run it. */
  compose(inputs: Tensor[]): Tensor
}

const OPERATIONS: Operation[] = [
  ...[
    [2, 1, 1, 1],
    [3, 5, 4, 7],
    [5, 3],
    [4, 4, 4, 16],
  ].flatMap((shape) => {
    const shapes = [shape, shape.slice(-1), shape.slice(-1)]
    const vectors = ([, scale, offset]: Tensor[]) => [scale, offset] as [Tensor1D, Tensor1D]
    return [
      {
        name: 'batch normalisation',
        shapes,
        run: (inputs: Tensor[]) => normalizeBatch(inputs[0], ...vectors(inputs)).value,
        compose: (inputs: Tensor[]) => composeBatchNorm(inputs[0], ...vectors(inputs)).value,
      },
      {
        name: 'layer normalisation',
        shapes,
        run: (inputs: Tensor[]) => normalizeLayer(inputs[0], ...vectors(inputs)),
        compose: (inputs: Tensor[]) => composeLayerNorm(inputs[0], ...vectors(inputs)),
      },
    ]
  }),
  ...[
    [1, 1, 1],
    [3, 5, 7],
    [2, 16, 8],
  ].map(([batch, tokens, width]) => ({
    name: 'attention',
    shapes: [
      [batch, tokens, 1 + width],
      [batch, tokens, width],
    ],
    run: ([scoresKeys, values]: Tensor[]) => attend(scoresKeys as Tensor3D, values as Tensor3D),
    compose: ([scoresKeys, values]: Tensor[]) => composeAttention(scoresKeys as Tensor3D, values as Tensor3D),
  })),
]

before(openTestBackend)

for (const { name, shapes, run, compose } of OPERATIONS) {
  describe(`The kernel of ${name} on ${JSON.stringify(shapes[0])}`, () => {
    it('gives the values of the composed operations', async () => {
      const inputs = shapes.map((shape, i) => randomTensor(`input ${i}`, shape))
      await assertClose(run(inputs), compose(inputs), 1e-5)
    })

    it('has the gradients of the composed operations, and of finite differences', async () => {
      const inputs = shapes.map((shape, i) => randomTensor(`input ${i}`, shape))
      const weights = randomTensor('weights', run(inputs).shape)
      const lossOf = (operation: (inputs: Tensor[]) => Tensor) => (values: Tensor[]) =>
        sum(mul(operation(values), weights))
      const gradientsOf = (operation: (inputs: Tensor[]) => Tensor) =>
        engine().gradients(() => lossOf(operation)(inputs) as never, inputs).grads
      const [own, composed] = [gradientsOf(run), gradientsOf(compose)]
      for (const [i, input] of inputs.entries()) {
        await assertClose(own[i], composed[i], 1e-4)
        const direction = randomTensor(`direction ${i}`, input.shape)
        const lossAt = (shift: number) =>
          numberOf(lossOf(run)(inputs.map((one, j) => (j === i ? add(one, mul(direction, shift)) : one))))
        const difference = async (h: number) => ((await lossAt(h)) - (await lossAt(-h))) / (2 * h)
        const numeric = (4 * (await difference(0.005)) - (await difference(0.01))) / 3
        const analytic = await numberOf(sum(mul(own[i], direction)))
        const size = Math.sqrt(input.size)
        assert.ok(Math.abs(analytic - numeric) < 2e-3 * (Math.abs(numeric) + size), `${analytic} and ${numeric}`)
      }
    })

    it('leaks no tensor', () => {
      const { numTensors, numDataBuffers } = memory()
      tidy(() => {
        const inputs = shapes.map((shape, i) => randomTensor(`input ${i}`, shape))
        engine().gradients(() => sum(run(inputs)) as never, inputs)
      })
      assert.deepEqual([memory().numTensors, memory().numDataBuffers], [numTensors, numDataBuffers])
    })
  })
}

describe('Batch normalisation', () => {
  it('gives each channel the offset as its mean and the scale as its deviation', async () => {
    const x = tensor([1, 5, 3, 9, 8, 100], [3, 2])
    const { value, mean: means, variance } = normalizeBatch(x, tensor([2, 3]), tensor([-1, 7]))
    await assertClose(means, tensor([4, 38]), 1e-5)
    await assertClose(variance, tensor([26 / 3, 5774 / 3]), 1e-3)
    await assertClose(mean(value, 0), tensor([-1, 7]), 1e-5)
    await assertClose(sqrt(mean(square(sub(value, mean(value, 0))), 0)), tensor([2, 3]), 1e-3)
  })

  it('finds a variance of 1 with a mean of 1,000, over more rows than one thread of a shader adds', async () => {
    const random = createRandom('a large mean')
    const numbers = Float32Array.from({ length: 9_000 }, () => 1000 + random.normal())
    const { mean: means, variance } = normalizeBatch(tensor(numbers, [3000, 3]), tensor([1, 1, 1]), tensor([0, 0, 0]))
    const columns = [0, 1, 2].map((column) => numbers.filter((_, i) => i % 3 === column))
    const exact = columns.map((column) => column.reduce((total, value) => total + value, 0) / column.length)
    await assertClose(means, tensor(exact), 1e-6)
    const spread = columns.map(
      (column, i) => column.reduce((total, value) => total + (value - exact[i]) ** 2, 0) / 3000,
    )
    await assertClose(variance, tensor(spread), 1e-3)
  })
})

describe('Layer normalisation', () => {
  for (const deviation of [1, 1e4, 1e10, 1e15]) {
    it(`has the right gradient for inputs of deviation ${deviation}, as a kernel and composed`, async () => {
      const [rows, width] = [4, 24]
      const shape: [number, number] = [rows, width]
      const inputs = await randomTensor('deviation', shape).data()
      const x = tensor(
        Float32Array.from(inputs, (value) => value * deviation),
        shape,
      )
      const dy = randomTensor('gradient', shape)
      const scale = randomTensor('scale', [width]) as Tensor1D
      const offset = randomTensor('offset', [width]) as Tensor1D
      const expected = layerNormGradient(await x.data(), await dy.data(), await scale.data())
      const greatest = Math.max(...expected.map(Math.abs))
      for (const run of [normalizeLayer, composeLayerNorm]) {
        const { grads } = engine().gradients(() => sum(mul(run(x, scale, offset), dy)) as never, [x])
        for (const [i, value] of (await grads[0].data()).entries()) {
          const error = Math.abs(value - expected[i]) / greatest
          assert.ok(error < 1e-5, `${value}, expected ${expected[i]}`)
        }
      }
    })
  }
})

describe('The sum over all axes except the last', () => {
  for (const shape of [
    [1, 1],
    [3, 5, 4, 7],
    [2, 100, 101, 5],
  ]) {
    it(`equals that of TensorFlow.js on ${JSON.stringify(shape)}`, async () => {
      const x = randomTensor('rows', shape)
      await assertClose(sumOfRows(x), sum(x, [0, 1, 2].slice(0, shape.length - 1)), 1e-4)
    })
  }
})

/** The gradient by the input in float64. Rows are as wide as `scale`. */
function layerNormGradient(x: ArrayLike<number>, dy: ArrayLike<number>, scale: ArrayLike<number>): number[] {
  const width = scale.length
  const meanOf = (values: number[]) => values.reduce((total, value) => total + value, 0) / values.length
  return Array.from({ length: x.length / width }, (_, row) => {
    const values = Array.from({ length: width }, (_, k) => x[row * width + k])
    const centre = meanOf(values)
    const deviation = Math.sqrt(meanOf(values.map((value) => (value - centre) ** 2)) + NORMALIZATION_EPSILON)
    const normalized = values.map((value) => (value - centre) / deviation)
    const outer = normalized.map((_, k) => dy[row * width + k] * scale[k])
    const product = meanOf(outer.map((value, k) => value * normalized[k]))
    return outer.map((value, k) => (value - meanOf(outer) - normalized[k] * product) / deviation)
  }).flat()
}

async function assertClose(actual: Tensor, expected: Tensor, tolerance: number): Promise<void> {
  assert.deepEqual(actual.shape, expected.shape)
  const numbers = await expected.data()
  for (const [i, value] of (await actual.data()).entries()) {
    assert.ok(Math.abs(value - numbers[i]) <= tolerance * (1 + Math.abs(numbers[i])), `${value}, not ${numbers[i]}`)
  }
}

/** Waits for the number, because a graphics card cannot be read synchronously. */
async function numberOf(loss: Tensor): Promise<number> {
  const [value] = await loss.data()
  return value
}

function randomTensor(purpose: string, shape: number[]): Tensor {
  const random = createRandom('normalization test', purpose, ...shape)
  const size = shape.reduce((product, length) => product * length, 1)
  return tensor(
    Float32Array.from({ length: size }, () => random.normal()),
    shape,
  )
}
