import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { grads, mul, sum, type Tensor, type Tensor2D, tensor, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { compileParameters } from '../../../src/activations/parameters.js'
import { applyActivation } from '../../../src/networks/layers/activation-op.js'
import { createLayerActivation } from '../../../src/networks/layers/layer-activation.js'
import {
  applyLearnable,
  isLearnable,
  type LearnableActivation,
} from '../../../src/networks/layers/learnable-activation.js'
import { createRandom } from '../../../src/numeric/random.js'
import { openTestBackend, TEST_BACKEND } from '../open-test-backend.js'

/** PReLU, Swish with beta, two parameters, one that is used twice, and one without an effect on the gradient. */
const EXPRESSIONS = [
  'prelu(x)',
  'mul(x,sigmoid(mul(param(1,"beta"),x)))',
  'add(mul(param(0.5,"a"),x),mul(param(-0.25,"b"),erf(x)))',
  'add(mul(param(0.5,"a"),x),sin(mul(param(0.5,"a"),x)))',
  'add(tanh(x),sign(param(0.5)))',
  'where(greater(x,param(0.1)),swish(x),mul(param(0.25),elu(x)))',
  'mul(sqrt(param(0)),x)',
]
const SHAPE = [3, 5, 7]
const CHANNELS = 7

const TOLERANCE = TEST_BACKEND === 'webgpu' ? 1e-4 : 1e-5

before(openTestBackend)

describe('An activation with learnable parameters', () => {
  for (const text of EXPRESSIONS) {
    for (const granularity of ['per layer', 'per channel'] as const) {
      it(`has the value and all gradients of ${text} ${granularity}, normalised or not`, async () => {
        for (const isNormalized of [false, true]) {
          const activation = createLearnable(text, isNormalized, granularity)
          const { parameters, x, outer } = draw(activation)
          const computed = tidy(() => {
            const apply = (input: Tensor, values: Tensor) => applyLearnable(input, values as Tensor2D, activation, true)
            const weighted = (input: Tensor, values: Tensor) => sum(mul(apply(input, values), outer))
            const [byInput, byParameters] = grads(weighted)([x, parameters])
            return [apply(x, parameters), applyLearnable(x, parameters, activation, false), byInput, byParameters]
          })
          const [values, valuesOnly, byInput, byParameters] = await Promise.all(
            computed.map((one) => one.data<'float32'>()),
          )
          assert.deepEqual(values, valuesOnly)
          const expected = await computeExpected(activation, { parameters, x, outer })
          assertClose(values, expected.values, 'values')
          assertClose(byInput, expected.byInput, 'gradient by the input')
          assertClose(byParameters, expected.byParameters, 'gradient by the parameters')
        }
      })
    }
  }

  it('has at the initial values the same bits as the function with numbers', () => {
    const activation = createLearnable('prelu(x)', true, 'per layer')
    const frozen = createLayerActivation('prelu(x)', true)
    const numbers = createLayerActivation('max(x,mul(0.25,x))', true)
    assert.equal(frozen.learnable, null)
    const x = drawTensor('x', SHAPE)
    const [learned, kept, plain] = tidy(() =>
      [
        applyLearnable(x, tensor2d([[0.25]]), activation, true),
        applyActivation(x, frozen, true),
        applyActivation(x, numbers, true),
      ].map((one) => one.dataSync()),
    )
    assert.deepEqual(learned, kept)
    assert.deepEqual(learned, plain)
  })
})

function createLearnable(
  text: string,
  isNormalized: boolean,
  granularity: 'per layer' | 'per channel',
): LearnableActivation {
  const activation = createLayerActivation(text, isNormalized, 'EXACT', granularity)
  assert.ok(isLearnable(activation))
  return activation
}

interface Drawn {
  parameters: Tensor2D
  x: Tensor
  outer: Tensor
}

/** Parameters near their initial values, which differ between channels. */
function draw({ learnable }: LearnableActivation): Drawn {
  const columns = learnable.isPerChannel ? CHANNELS : 1
  const values = learnable.parameters.flatMap(({ initial }) =>
    Array.from({ length: columns }, (_, column) => initial + 0.03 * column),
  )
  return {
    parameters: tensor2d(values, [learnable.parameters.length, columns]),
    x: drawTensor('x', SHAPE),
    outer: drawTensor('outer', SHAPE),
  }
}

/** The same numbers, from the scalar derivatives of the language. */
async function computeExpected(activation: LearnableActivation, drawn: Drawn) {
  const { expression, mean, standardDeviation } = activation
  const { value, gradients } = compileParameters(expression)
  const [parameters, x, outer] = await Promise.all(
    [drawn.parameters, drawn.x, drawn.outer].map((one) => one.data<'float32'>()),
  )
  const [rows, columns] = drawn.parameters.shape
  const at = (i: number) => Array.from({ length: rows }, (_, row) => parameters[row * columns + (i % columns)])
  const byParameters = new Float64Array(rows * columns)
  x.forEach((input, i) => {
    for (const [row, slope] of gradients(input, at(i)).entries()) {
      byParameters[row * columns + (i % columns)] += (outer[i] * slope) / standardDeviation
    }
  })
  const step = 1e-6
  const difference = (input: number, i: number) =>
    (value(input + step, at(i)) - value(input - step, at(i))) / (2 * step)
  return {
    values: Array.from(x, (input, i) => (value(input, at(i)) - mean) / standardDeviation),
    byInput: Array.from(x, (input, i) => (outer[i] * difference(input, i)) / standardDeviation),
    byParameters: Array.from(byParameters),
  }
}

function drawTensor(name: string, shape: number[]): Tensor {
  const random = createRandom('learnable', name)
  const length = shape.reduce((product, side) => product * side, 1)
  return tensor(
    Float32Array.from({ length }, () => random.normal()),
    shape,
  )
}

function assertClose(actual: Float32Array, expected: number[], what: string): void {
  assert.equal(actual.length, expected.length)
  for (const [i, value] of expected.entries()) {
    const isClose =
      Object.is(actual[i], value) || Math.abs(actual[i] - value) <= TOLERANCE * Math.max(1, Math.abs(value))
    assert.ok(isClose, `${what} ${i}: ${actual[i]}, expected ${value}`)
  }
}
