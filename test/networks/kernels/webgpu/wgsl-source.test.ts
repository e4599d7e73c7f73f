import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { OPERATORS } from '../../../../src/activations/operators.js'
import { parseExpression } from '../../../../src/activations/parse-expression.js'
import { WGSL_FUNCTIONS } from '../../../../src/networks/kernels/webgpu/wgsl-functions.js'
import { generateWgsl, translate } from '../../../../src/networks/kernels/webgpu/wgsl-source.js'

describe('Shader code', () => {
  it('has the same meaning as the formula', () => {
    for (const [formula, expected] of [
      ['2', '2.0'],
      ['1e-5 * t0', '(1e-5 * t0)'],
      ['-x * x', '((-x) * x)'],
      ['1 - 2 * +(x <= 0)', '(1.0 - (2.0 * select(0.0, 1.0, (x <= 0.0))))'],
      ['a < -700 ? 1 : e * s', 'select((e * s), 1.0, (a < (-80.0)))'],
      ['a >= b || a !== a ? a : b', 'select(b, a, ((a >= b) || act_isNaN(a)))'],
      ['t > 0 && t <= 1 ? 0.2 : 0', 'select(0.0, 0.2, ((t > 0.0) && (t <= 1.0)))'],
      [
        't < 1 ? (t > 0 ? t : 0) : t === t ? 1 : t',
        'select(select(t, 1.0, !act_isNaN(t)), select(0.0, t, (t > 0.0)), (t < 1.0))',
      ],
      ['1 / Math.sqrt(1 + a * a)', '(1.0 / act_sqrt((1.0 + (a * a))))'],
      ['powSlopeByBase(a, b, v)', 'act_powSlopeByBase(a, b, v)'],
      ['+(a > a)', 'select(0.0, 1.0, false)'],
      ['+(a === b)', 'select(0.0, 1.0, (a == b))'],
      ['a !== 0 ? b : c', 'select(c, b, (a != 0.0))'],
    ]) {
      assert.equal(translate(formula), expected)
    }
  })

  it('has the numbers of expressions, limited to the range of float32', () => {
    const source = (text: string) => generateWgsl(parseExpression(text))
    assert.deepEqual(source('0.044715*x'), {
      statements: 'let c0 : f32 = 0.044715;\nlet t1 : f32 = (c0 * x);',
      value: 't1',
      derivative: 'c0',
    })
    assert.match(source('700*x').statements, /f32 = 700\.0;/)
    assert.match(source('-0.5*x').statements, /f32 = \(-0\.5\);/)
    assert.match(source('1e300*x').statements, /f32 = uniforms\.INFINITY;/)
    assert.match(source('-1e300*x').statements, /f32 = \(-uniforms\.INFINITY\);/)
    assert.match(source('1e-300*x').statements, /f32 = 0\.0;/)
    assert.match(source('1e21*x').statements, /f32 = 1e21;/)
  })

  it('is refused for syntax that formulas do not have', () => {
    assert.throws(() => translate('a b'), /expected the end, got token 1/)
    assert.throws(() => translate('(a'), /expected \)/)
  })

  it('calls only existing functions, for every operator', () => {
    const known = new Set(Array.from(WGSL_FUNCTIONS.matchAll(/fn (act_\w+)/g), ([, name]) => name))
    for (const { name, arity } of OPERATORS) {
      const operands = {
        UNARY: 'x',
        BINARY: 'swish(x),sigmoid(x)',
        TERNARY: 'x,sigmoid(x),1',
        N_ARY: 'swish(x),sigmoid(x)',
      }
      const text = `${name}(${operands[arity]})`
      const { statements, value, derivative } = generateWgsl(parseExpression(text))
      const called = `${statements}${value}${derivative}`.match(/act_\w+/g) ?? []
      assert.deepEqual(
        called.filter((one) => !known.has(one)),
        [],
        name,
      )
    }
  })
})
