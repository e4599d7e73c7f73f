import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { engine, type NamedAttrMap, type Tensor, tensor1d } from '@tensorflow/tfjs-core'
import { OPERATORS } from '../../../../src/activations/operators.js'
import {
  ACTIVATION_VALUE,
  ACTIVATION_VALUE_AND_DERIVATIVE,
  computeValues,
  computeValuesAndDerivatives,
} from '../../../../src/networks/layers/activation-op.js'
import { createLayerActivation } from '../../../../src/networks/layers/layer-activation.js'
import { createRandom } from '../../../../src/numeric/random.js'
import { openTestBackend, TEST_BACKEND } from '../../open-test-backend.js'

/** Limits of the functions' cases, and numbers for which the compiled loop leaves the work to JavaScript. */
const SPECIAL = [
  ...[0, -0, 1, 0.5, 0.75, 0.785398, 2, 3, 16, 28, 32, 40, 88, 89, 708, 709, 710, 745, 746, 1e8, 1.7e6, 1e20, 3.4e38],
  ...[1e-45, 1e-38, Number.POSITIVE_INFINITY, Number.NaN],
].flatMap((value) => [value, -value])

/** An odd number of inputs: as networks have them, larger, of any bits, and special ones next to usual ones. */
const INPUTS = createInputs()

/** Expressions that reach cases which no single operator reaches. */
const NESTED = [
  'x',
  '2',
  'add(x,1)',
  'mul(-0.5,x)',
  'where(greater(x,0),log(x),sub(1,exp(negative(x))))',
  'pow(abs(x),softplus(x))',
  'pow(relu(x),x)',
  'pow(x,3)',
  'pow(x,2)',
  'pow(x,-1)',
  'pow(0,x)',
  'pow(-0,x)',
  'pow(mul(x,1e-300),x)',
  'pow(2,mul(1000,x))',
  'exp(exp(exp(x)))',
  'div(sinh(x),expm1(x))',
  'cbrt(mul(x,1e-290))',
  'sigmoid(reciprocal(x))',
  'max(sqrt(x),sinc(mul(100,x)))',
  'swish(x)',
]

before(openTestBackend)

describe('On wasm, the loop of an activation has the bits of the loop in JavaScript', {
  skip: TEST_BACKEND !== 'wasm',
}, () => {
  for (const { name, arity } of OPERATORS) {
    const operands = { UNARY: 'x', BINARY: 'x,tanh(x)', TERNARY: 'x,-0.5,softsign(x)', N_ARY: 'x,0.25,sinh(x)' }
    check(`${name}(${operands[arity]})`)
  }
  for (const expression of NESTED) check(expression)

  it('for one number and for two', () => {
    for (const length of [1, 2]) compare('swish(x)', true, 'EXACT', INPUTS.slice(0, length))
  })
})

function check(expression: string): void {
  it(expression, () => {
    for (const normalizes of [false, true]) {
      for (const forms of ['EXACT', 'FIRST'] as const) compare(expression, normalizes, forms, INPUTS)
    }
  })
}

function compare(expression: string, normalizes: boolean, forms: 'EXACT' | 'FIRST', inputs: Float32Array): void {
  const activation = activationOf(expression, normalizes, forms)
  const attrs = { activation } as unknown as NamedAttrMap
  const x = tensor1d(inputs)
  const [values, outputs, derivatives] = [0, 1, 2].map(() => new Float32Array(inputs.length))
  computeValues(activation, inputs, values)
  computeValuesAndDerivatives(activation, inputs, outputs, derivatives)
  const value = engine().runKernel(ACTIVATION_VALUE, { x }, attrs) as Tensor
  const both = engine().runKernel(ACTIVATION_VALUE_AND_DERIVATIVE, { x }, attrs) as Tensor[]
  for (const [i, [actual, expected]] of [
    [value, values] as const,
    [both[0], outputs] as const,
    [both[1], derivatives] as const,
  ].entries()) {
    const got = actual.dataSync<'float32'>()
    for (const [k, number] of got.entries()) {
      if (Object.is(number, expected[k])) continue
      const what = ['value', 'value with derivative', 'derivative'][i]
      assert.fail(`${what} of ${expression} (${forms}) at ${inputs[k]}: expected ${expected[k]}, got ${number}`)
    }
    actual.dispose()
  }
  x.dispose()
}

/** Not every function has moments under normal input; such a function is not normalised. */
function activationOf(expression: string, normalizes: boolean, forms: 'EXACT' | 'FIRST') {
  const activation = createLayerActivation(expression, normalizes, forms)
  const isUsable = Number.isFinite(activation.mean) && Number.isFinite(1 / activation.standardDeviation)
  return isUsable ? activation : createLayerActivation(expression, false, forms)
}

function createInputs(): Float32Array {
  const random = createRandom(1, 'inputs')
  const anyBits = new Uint32Array(300).map(() => Math.floor(random.uniform() * 2 ** 32))
  return Float32Array.from([
    ...Array.from({ length: 600 }, () => random.normal()),
    ...Array.from({ length: 200 }, () => 10 * random.normal()),
    ...Array.from({ length: 100 }, () => 300 * random.normal()),
    ...new Float32Array(anyBits.buffer),
    ...SPECIAL.flatMap((value) => [value, random.normal()]),
    ...SPECIAL.flatMap((value) => [random.normal(), value]),
    1.5,
  ])
}
