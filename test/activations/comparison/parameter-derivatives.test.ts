import assert from 'node:assert/strict'
import { test } from 'node:test'
import { differentiateByParameters } from '../../../src/activations/comparison/parameter-derivatives.js'
import { evaluateExpression } from '../../../src/activations/evaluate-expression.js'
import { parseText } from '../../../src/activations/language/parse-text.js'
import { compileParameters } from '../../../src/activations/parameters.js'

const INPUTS = Float64Array.from([-9.3, -2.3, -0.4, 0, 0.7, 3, 40])

const TEXTS = [
  'prelu(x)',
  'x*sigmoid(param(1.5)*x)',
  'param(0.8,"a")*x**2+param(0.5)*elu(x, param(0.8,"a"))',
  'sum_n(param(2),x,param(3)*x,param(2))',
  'max_n(param(1)*x)',
  'where(x>param(0.5),param(2,"a")*x,pow(param(3,"b"),x)/param(2,"a"))',
  'log(param(1)*x)',
  'min(exp(param(1)*square(x)),param(6))',
  'reciprocal(param(0)*x)',
]

test('derivatives by parameters are those of the compiled expression, bit by bit', () => {
  for (const text of TEXTS) {
    const expression = parseText(text)
    const { parameters, gradients } = compileParameters(expression)
    const { outputs, derivatives } = differentiateByParameters(expression, INPUTS)
    const initial = parameters.map((parameter) => parameter.initial)
    assert.equal(derivatives.length, parameters.length)
    INPUTS.forEach((x, i) => {
      const found = derivatives.map((by) => by[i])
      assert.deepEqual(found, gradients(x, initial), `${text} at ${x}`)
    })
    assert.deepEqual(outputs.get(expression), evaluateExpression(expression, INPUTS))
  }
})

test('a function without parameters has no derivatives by them', () => {
  assert.deepEqual(differentiateByParameters(parseText('relu(x)'), INPUTS).derivatives, [])
})
