import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { grad, sum, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core'
import { compileExpression } from '../../../src/activations/compile-expression.js'
import { OPERATORS } from '../../../src/activations/operators.js'
import { parseExpression } from '../../../src/activations/parse-expression.js'
import { applyActivation } from '../../../src/networks/layers/activation-op.js'
import { createLayerActivation } from '../../../src/networks/layers/layer-activation.js'
import { openTestBackend, TEST_BACKEND } from '../open-test-backend.js'

const POINTS = Float32Array.from({ length: 37 }, (_, i) => -4.53 + 0.251 * i)

/** Shaders compute in float32, with the approximations of the driver. */
const TOLERANCE = TEST_BACKEND === 'webgpu' ? 2e-5 : 1e-6

before(openTestBackend)

describe('The activation of a layer', () => {
  for (const { name, arity } of OPERATORS) {
    it(`has the value and the derivative of ${name}, normalised or not`, async () => {
      const operands = {
        UNARY: 'x',
        BINARY: 'swish(x),sigmoid(x)',
        TERNARY: 'x,sigmoid(x),1',
        N_ARY: 'swish(x),sigmoid(x)',
      }
      const text = `${name}(${operands[arity]})`
      const { value, derivative } = compileExpression(parseExpression(text))
      for (const isNormalized of [false, true]) {
        const activation = createLayerActivation(text, isNormalized)
        const { mean, standardDeviation } = activation
        const computed = tidy(() => {
          const x = tensor1d(POINTS)
          const slope = grad((input: Tensor) => sum(applyActivation(input, activation, true)))(x)
          return [applyActivation(x, activation, true), applyActivation(x, activation, false), slope]
        })
        const [values, valuesAlone, slopes] = await Promise.all(computed.map((one) => one.data()))
        assert.deepEqual(values, valuesAlone)
        for (const [i, x] of POINTS.entries()) {
          assertClose(values[i], (value(x) - mean) / standardDeviation, `${text} at ${x}`)
          assertClose(slopes[i], derivative(x) / standardDeviation, `slope of ${text} at ${x}`)
        }
      }
    })
  }
})

describe('The derivative of a layer far from 0', () => {
  it('is exact in float32', async () => {
    for (const [text, x, expected] of [
      ['elu(x)', -40, 4.248354255291589e-18],
      ['selu(x)', -40, 7.46902875311766e-18],
      ['tanh(x)', 25, 7.714999391855671e-22],
      ['div(x,exp(x))', 60, -5.166341349990947e-25],
      ['reciprocal(exp(x))', 60, -8.75651076269652e-27],
      ['arcsinh(cosh(x))', 60, 1],
      ['softsign(exp(x))', 60, 8.75651076269652e-27],
      ['arctan(exp(x))', 60, 8.75651076269652e-27],
      ['exp(x)**-1', 60, -8.75651076269652e-27],
      ['bessel_i0e(x)', 1000, -6.310198962627116e-6],
      ['bessel_i1e(x)', 1000, -6.300731294301514e-6],
    ] as const) {
      const activation = createLayerActivation(text, false)
      const slope = grad((input: Tensor) => sum(applyActivation(input, activation, true)))(tensor1d([x]))
      const [found] = await slope.data()
      assert.ok(Math.abs(found - expected) <= 10 * TOLERANCE * Math.abs(expected), `${text}: ${found}`)
    }
  })
})

describe('Normalising an activation', () => {
  it('gives mean 0 and variance 1 under a standard normal, by the trapezoidal rule', () => {
    for (const text of ['relu(x)', 'softplus(x)', 'exp(x)', 'cosh(square(tanh(x)))', 'max(sinh(x),one(x))']) {
      const { mean, standardDeviation, evaluate } = createLayerActivation(text, true)
      const x = Float32Array.from({ length: 20001 }, (_, i) => -10 + i / 1000)
      const y = new Float32Array(x.length)
      evaluate(x, y)
      const density = (z: number) => Math.exp(-z * z * 0.5) / Math.sqrt(2 * Math.PI) / 1000
      const moment = (power: number) =>
        y.reduce((total, v, i) => total + density(x[i]) * ((v - mean) / standardDeviation) ** power, 0)
      assert.ok(Math.abs(moment(1)) < 1e-4, `${text} has mean ${moment(1)}`)
      assert.ok(Math.abs(moment(2) - 1) < 1e-3, `${text} has variance ${moment(2)}`)
    }
  })

  it('does not change constants', () => {
    const { mean, standardDeviation } = createLayerActivation('one(x)', true)
    assert.deepEqual([mean, standardDeviation], [0, 1])
  })

  it('has finite moments for every function, also for poles and for growth without a finite integral', () => {
    for (const text of ['reciprocal(x)', 'exp(square(x))', 'cosh(cosh(x))', 'pow(x,sigmoid(x))']) {
      const { mean, standardDeviation } = createLayerActivation(text, true)
      assert.ok(Number.isFinite(mean) && Number.isFinite(standardDeviation) && standardDeviation > 0, text)
    }
  })
})

function assertClose(actual: number, expected: number, what: string): void {
  const rounded = Math.fround(expected)
  const isClose = Object.is(actual, rounded) || Math.abs(actual - rounded) <= TOLERANCE * Math.max(1, Math.abs(rounded))
  assert.ok(isClose, `${what}: ${actual}, expected ${rounded}`)
}
