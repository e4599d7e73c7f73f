import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileExpression } from '../../../src/activations/compile-expression.js'
import { formatExpression, operatorsOf } from '../../../src/activations/expression.js'
import { KNOWN_NAMES } from '../../../src/activations/language/known-names.js'
import { findNearestNames } from '../../../src/activations/language/nearest-names.js'
import { listAliases } from '../../../src/activations/language/operator-aliases.js'
import { parseText } from '../../../src/activations/language/parse-text.js'
import { findOperator } from '../../../src/activations/operators.js'
import { parseExpression } from '../../../src/activations/parse-expression.js'

const canonical = (text: string) => formatExpression(parseExpression(text))
const TANH_GELU = 'mul(mul(0.5,x),add(1,tanh(mul(0.7978845608028654,add(x,mul(0.044715,pow(x,3)))))))'
const HARD_SIGMOID_6 = 'clip(add(div(x,6),0.5),0,1)'

test('names of frameworks become operators, and the prefix decides where frameworks differ', () => {
  const cases: [string, string][] = [
    ['torch.relu(x)', 'relu(x)'],
    ['F.relu(x, inplace=True)', 'relu(x)'],
    ['nn.SiLU()(x)', 'swish(x)'],
    ['torch.nn.SiLU(inplace=True)(x)', 'swish(x)'],
    ['nn.functional.silu(x)', 'swish(x)'],
    ['jax.nn.silu(x)', 'swish(x)'],
    ['tf.nn.swish(x)', 'swish(x)'],
    ['keras.activations.mish(x)', 'mish(x)'],
    ['np.tanh(x)', 'tanh(x)'],
    ['jnp.tanh(2*x)', 'tanh(mul(2,x))'],
    ['math.exp(x)', 'exp(x)'],
    ['scipy.special.expit(x)', 'sigmoid(x)'],
    ['tf.math.log1p(x)', 'log1p(x)'],
    ['math.pi*x', 'mul(3.141592653589793,x)'],
    ['SiLU(x)', 'swish(x)'],
    ['ReLU(x)', 'relu(x)'],
    ['silu(x)', 'swish(x)'],
    ['swish(x, 1.5)', 'mul(x,sigmoid(mul(1.5,x)))'],
    ['swish(x, beta=1)', 'swish(x)'],
    ['leaky_relu(x, 0.1)', 'where(greater(x,0),x,mul(0.1,x))'],
    ['leaky_relu(x)', 'leakyrelu(x)'],
    ['leaky_relu(x, 0.01)', 'leakyrelu(x)'],
    ['nn.LeakyReLU(0.1)(x)', 'where(greater(x,0),x,mul(0.1,x))'],
    ['nn.LeakyReLU(negative_slope=1e-2)(x)', 'leakyrelu(x)'],
    ['jax.nn.leaky_relu(x)', 'leakyrelu(x)'],
    ['tf.nn.leaky_relu(x)', 'where(greater(x,0),x,mul(0.2,x))'],
    ['tf.keras.layers.LeakyReLU(alpha=0.01)(x)', 'leakyrelu(x)'],
    ['keras.layers.LeakyReLU()(x)', 'where(greater(x,0),x,mul(0.3,x))'],
    ['elu(x, 0.5)', 'where(greater(x,0),x,mul(0.5,expm1(x)))'],
    ['elu(x, 1.0)', 'elu(x)'],
    ['nn.ELU(alpha=1.0)(x)', 'elu(x)'],
    ['celu(x, 2)', 'where(greater(x,0),x,mul(2,expm1(div(x,2))))'],
    ['celu(x)', 'elu(x)'],
    ['gelu(x)', 'gelu(x)'],
    ['F.gelu(x)', 'gelu(x)'],
    ['F.gelu(x, approximate="tanh")', TANH_GELU],
    ["nn.GELU('tanh')(x)", TANH_GELU],
    ['jax.nn.gelu(x)', TANH_GELU],
    ['jax.nn.gelu(x, approximate=False)', 'gelu(x)'],
    ['tf.nn.gelu(x)', 'gelu(x)'],
    ['keras.activations.gelu(x, approximate=True)', TANH_GELU],
    ['gelu_tanh(x)', TANH_GELU],
    ['quick_gelu(x)', 'mul(x,sigmoid(mul(1.702,x)))'],
    ['hard_sigmoid(x)', 'hard_sigmoid(x)'],
    ['keras.activations.hard_sigmoid(x)', 'hard_sigmoid(x)'],
    ['F.hardsigmoid(x)', HARD_SIGMOID_6],
    ['nn.Hardsigmoid()(x)', HARD_SIGMOID_6],
    ['jax.nn.hard_sigmoid(x)', HARD_SIGMOID_6],
    ['sinc(x)', 'sinc(x)'],
    ['np.sinc(x)', 'sinc(mul(3.141592653589793,x))'],
    ['relu6(x)', 'clip(x,0,6)'],
    ['tf.nn.relu6(x)', 'clip(x,0,6)'],
    ['keras.activations.relu(x, max_value=6)', 'clip(x,0,6)'],
    ['keras.layers.ReLU(6.0)(x)', 'clip(x,0,6)'],
    ['keras.activations.relu(x, negative_slope=0.2)', 'where(greater(x,0),x,mul(0.2,x))'],
    ['torch.clamp(x, min=0)', 'max(x,0)'],
    ['torch.clamp(x, max=1)', 'min(x,1)'],
    ['torch.clamp(x, -1, 1)', 'clip(x,-1,1)'],
    ['np.clip(x, a_min=-1, a_max=1)', 'clip(x,-1,1)'],
    ['tf.clip_by_value(x, 0, 1)', 'clip(x,0,1)'],
    ['softplus(x, 2)', 'div(softplus(mul(2,x)),2)'],
    ['np.where(x > 0, x, 0.1*x)', 'where(greater(x,0),x,mul(0.1,x))'],
    ['x.tanh()', 'tanh(x)'],
    ['x*F.softplus(x).tanh()', 'mul(x,tanh(softplus(x)))'],
    ['torch.relu(x).pow(2)', 'pow(relu(x),2)'],
    ['(x-1).clamp(min=0)', 'max(sub(x,1),0)'],
    ['relu6(x+3)/6', 'div(clip(add(x,3),0,6),6)'],
    ['0.5*x*(1+torch.erf(x/math.sqrt(2)))', 'mul(mul(0.5,x),add(1,erf(div(x,sqrt(2)))))'],
  ]
  for (const [text, expected] of cases) assert.equal(canonical(text), expected, text)
})

/** Each function from its definition, written without the operators of this project. */
const DEFINITIONS: Readonly<Record<string, (x: number) => number>> = {
  'swish(x,1.5)': (x) => x / (1 + Math.exp(-1.5 * x)),
  'elu(x,0.3)': (x) => (x > 0 ? x : 0.3 * (Math.exp(x) - 1)),
  'celu(x,0.7)': (x) => Math.max(0, x) + Math.min(0, 0.7 * (Math.exp(x / 0.7) - 1)),
  'leaky_relu(x,0.2)': (x) => (x < 0 ? 0.2 * x : x),
  'rrelu(x)': (x) => (x < 0 ? ((1 / 8 + 1 / 3) / 2) * x : x),
  'softplus(x,2)': (x) => Math.log(1 + Math.exp(2 * x)) / 2,
  'gelu_tanh(x)': (x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  'quick_gelu(x)': (x) => x / (1 + Math.exp(-1.702 * x)),
  'hardsigmoid(x)': (x) => Math.min(6, Math.max(0, x + 3)) / 6,
  'hardswish(x)': (x) => (x * Math.min(6, Math.max(0, x + 3))) / 6,
  'hardtanh(x)': (x) => Math.min(1, Math.max(-1, x)),
  'relu6(x)': (x) => Math.min(6, Math.max(0, x)),
  'softshrink(x)': (x) => Math.sign(x) * Math.max(0, Math.abs(x) - 0.5),
  'hardshrink(x)': (x) => (Math.abs(x) > 0.5 ? x : 0),
  'tanhshrink(x)': (x) => x - Math.tanh(x),
  'threshold(x,0.1,20)': (x) => (x > 0.1 ? x : 20),
  'thresholded_relu(x)': (x) => (x > 1 ? x : 0),
  'squareplus(x)': (x) => (x + Math.sqrt(x * x + 4)) / 2,
  'sparse_plus(x)': (x) => (x <= -1 ? 0 : x >= 1 ? x : (x + 1) ** 2 / 4),
  'sparse_sigmoid(x)': (x) => (x <= -1 ? 0 : x >= 1 ? 1 : (x + 1) / 2),
  'squared_relu(x)': (x) => Math.max(0, x) ** 2,
  'lisht(x)': (x) => x * Math.tanh(x),
  'tanhexp(x)': (x) => x * Math.tanh(Math.exp(x)),
  'logish(x)': (x) => x * Math.log(1 + 1 / (1 + Math.exp(-x))),
  'smish(x)': (x) => x * Math.tanh(Math.log(1 + 1 / (1 + Math.exp(-x)))),
  'gcu(x)': (x) => x * Math.cos(x),
  'snake(x,2)': (x) => x + Math.sin(2 * x) ** 2 / 2,
  'isru(x)': (x) => x / Math.sqrt(1 + x * x),
  'isrlu(x)': (x) => (x >= 0 ? x : x / Math.sqrt(1 + x * x)),
  'bent_identity(x)': (x) => (Math.sqrt(x * x + 1) - 1) / 2 + x,
  'heaviside(x,0.5)': (x) => (x < 0 ? 0 : x > 0 ? 1 : 0.5),
  'tan(x)': Math.tan,
  'atanh(x/9)': (x) => Math.atanh(x / 9),
  'exp2(x)': (x) => 2 ** x,
  'log2(x+9)': (x) => Math.log2(x + 9),
  'log10(x+9)': (x) => Math.log10(x + 9),
  'rsqrt(x+9)': (x) => 1 / Math.sqrt(x + 9),
  'logit((x+9)/20)': (x) => Math.log((x + 9) / (11 - x)),
  'logaddexp(x,1)': (x) => Math.log(Math.exp(x) + Math.E),
  'keras.activations.relu(x,0.1,6,1)': (x) => (x >= 6 ? 6 : x >= 1 ? x : 0.1 * (x - 1)),
  'np.sinc(x)': (x) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)),
}

test('known names have the values of their definitions', () => {
  for (const [text, define] of Object.entries(DEFINITIONS)) {
    const { value } = compileExpression(parseExpression(text))
    for (const x of [-7.3, -2.5, -1, -0.4, 0, 0.3, 1, 2.5, 6.5]) {
      assert.ok(Math.abs(value(x) - define(x)) <= 1e-12 * (1 + Math.abs(define(x))), `${text} at ${x}: ${value(x)}`)
    }
  }
})

test('every known name means operators of the table', () => {
  for (const [name, { parameters }] of KNOWN_NAMES) {
    const required = parameters.filter(({ initial }) => initial === null).map((_, index) => (index === 0 ? 'x' : '0.5'))
    for (const operator of operatorsOf(parseText(`${name}(${required.join(',')})`))) {
      assert.ok(findOperator(operator), `${name}: ${operator}`)
    }
  }
})

test('wrong arguments are refused with their position', () => {
  const cases: [string, number, RegExp][] = [
    ['elu(x,x)', 6, /^a number for alpha$/],
    ['elu(x,True)', 6, /^a number for alpha$/],
    ['elu(x,1,2)', 8, /^a word such as False for inplace$/],
    ['elu(x,beta=1)', 6, /^alpha or inplace as the name of an argument of elu$/],
    ['elu(x,alpha=1,alpha=2)', 14, /name of an argument/],
    ['elu(alpha=1,x)', 12, /name of an argument of elu, followed by "="$/],
    ['elu()', 5, /^an argument x of elu$/],
    ['threshold(x)', 12, /^an argument threshold of threshold$/],
    ['quick_gelu(x,1)', 13, /^"\)" after argument 1 of quick_gelu$/],
    ['gelu(x,approximate="sigmoid")', 7, /^none or False or tanh or True for approximate of gelu$/],
    ['softplus(x,1,10)', 13, /^20 for threshold of softplus$/],
    ['nn.ELU(0.5)', 11, /^"\(" and the input of nn\.ELU$/],
    ['x.tanh(', 7, /./],
    ['x.nope()', 2, /operator/],
  ]
  for (const [text, position, expected] of cases) {
    assert.throws(
      () => parseExpression(text),
      (error: { extensions: { position: number; expected: string } }) => {
        assert.equal(error.extensions.position, position, text)
        assert.match(error.extensions.expected, expected, text)
        return true
      },
    )
  }
})

test('an unknown operator is named with the nearest known ones', () => {
  assert.equal(findNearestNames('rellu')[0], 'relu')
  assert.equal(findNearestNames('rellu').length, 3)
  assert.deepEqual(findNearestNames('Relu')[0], 'relu')
  assert.deepEqual(findNearestNames('torch.sigmod')[0], 'sigmoid')
  assert.deepEqual(findNearestNames('golo')[0], 'golu')
  assert.deepEqual(findNearestNames('smihs')[0], 'smish')
  assert.deepEqual(findNearestNames('tahn')[0], 'tanh')
  assert.deepEqual(findNearestNames('a'.repeat(4000)), [])
  assert.throws(
    () => parseExpression('tanh(sigmod(x))'),
    /unknown operator sigmod \(the nearest: sigmoid[^)]*\) at position 5/,
  )
  assert.throws(() => parseExpression('sigmod(x)'), /did you mean sigmoid\(x\)\?$/)
  assert.throws(() => parseExpression('torch.nope(x)'), /unknown operator torch\.nope at position 0/)
  // A text that is only a name, too.
  assert.throws(() => parseExpression('Gelu'), /unknown operator Gelu \(the nearest: gelu/)
})

test('operators list the names that mean the same', () => {
  assert.deepEqual(listAliases('swish'), ['silu', 'SiLU', 'Swish'])
  assert.deepEqual(listAliases('leakyrelu'), ['leaky_relu', 'LeakyReLU', 'lrelu', 'LReLU'])
  assert.deepEqual(listAliases('sub'), ['subtract'])
  assert.deepEqual(listAliases('clip'), [])
  assert.deepEqual(listAliases('elu'), ['ELU', 'celu', 'CELU'])
})
