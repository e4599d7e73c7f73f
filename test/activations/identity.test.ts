import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { computeSampleIdentity } from '../../src/activations/comparison/sample-identity.js'
import { evaluateExpression } from '../../src/activations/evaluate-expression.js'
import { formatExpression } from '../../src/activations/expression.js'
import { computeIdentity } from '../../src/activations/identity.js'
import { parseExpression } from '../../src/activations/parse-expression.js'
import { REFERENCE_SAMPLES } from '../../src/activations/reference-samples.js'
import {
  ACT_BENCH_OPERATORS,
  ACT_BENCH_SCHEMAS,
  enumerateExpressions,
  parseSchema,
} from '../../src/activations/search-space.js'
import { readReference } from './reference-data.js'

const identify = (text: string) => computeIdentity(parseExpression(text))
const space = ACT_BENCH_SCHEMAS.flatMap((schema) => [...enumerateExpressions(parseSchema(schema), ACT_BENCH_OPERATORS)])
const identities = new Map(space.map((expression) => [formatExpression(expression), computeIdentity(expression)]))

// They must never change, because databases store them.
const GOLDEN: [string, string][] = [
  ['x', '41bcc8698d62036d9b89461c7ee41755cfc5aa898eddb374b732a534ffde39ac'],
  ['zero(x)', '7c46dffc7e70d2ce09cd67afeed97dee59420e070fc87a7cb9997552bf59f441'],
  ['relu(x)', '5600f11d3e0ddf54990aee5ccabf226354db6308312c1fc22c29748a1551f437'],
  ['swish(x)', '5d8861cb142357884b258a883072ad2d2263fd48044e7d5ee092dc172fc23f7b'],
  ['gelu(x)', '437f844f6a62919a25676cc3be305d9d7bd52ca00fee795804c7e9baec5a643a'],
  ['mish(x)', 'faad800839748ed3c783613f4a953aea33e5127276a61f6203594be883f5af77'],
  ['bessel_i1e(erfc(x))', 'cfde10a51c790b1aea516b7c49d6e66661e2603a2382eed8b1ede426e51e9e0b'],
  ['pow(softplus(x),arcsinh(x))', '0f9ba02a3025d65880e7d8b282e6df8329986dbb8c969ef423cf9baaa5a7b2f9'],
  ['exp(square(x))', '698bc7dfe6cb8e12d34e481668a55c97c8cc3f9865ce6e93e5b3fc88a08a7806'],
  ['reciprocal(zero(x))', 'd9f075232fae93449a2b588a8c540bb1be2fb3e25592a1a5630ce4a137e5e842'],
  ['pow(x,sigmoid(x))', 'ba512fc5ac6fd6d92805b8cbbe690368f8f653e4e3ca3d7e30a94f1d5705352a'],
  ['min(relu(x),6)', '4d9bc6e58f1776913eeb2bd8ce59735f78f5a1cf9506844ba806c50a1a55451d'],
  ['max(elish(x),leakyrelu(x))', 'a1d503d7cd777740ee71047a53e6a989f583019f2c58dfec6323070a0b51179a'],
  ['exp(exp(x))', 'e03d11ae211c86a88802d3fa2815ad6d8ce718794b353b5b7892922b96d74b8c'],
  ['prelu(x)', '92da0aa1b4aaff81fb9eaceeb344615605844de9c507fb3f2b5244354ed0a9c1'],
  ['x*sigmoid(param(1)*x)', '4e65c247d5d55ae514067193f7718a836ceff13667ae8fc8e7ff6ebc85865df7'],
  [
    'param(1)*elu(x,param(0.5,"a"))+x*param(0.5,"a")',
    '012b899ff439dc43657b2c0cfb9ee4f48694d41e5eaef060d0a9e0326d669641',
  ],
]

test('identities are the same on every engine', () => {
  for (const [text, id] of GOLDEN) assert.equal(identify(text).id, id, text)
  const all = [...identities.values()].map(({ id }) => id).join()
  assert.equal(
    createHash('sha256').update(all).digest('hex'),
    '2f719fe6ea41cb06eeccc50e333784dc1490085eef0869e0d42e251370d951ba',
  )
})

test('the Act-Bench space of 5,832 expressions has 3,217 classes, 2,830 of them finite', () => {
  const distinct = (isWanted: (text: string) => boolean) =>
    new Set([...identities].filter(([text]) => isWanted(text)).map(([, { id }]) => id)).size
  const samples = Float64Array.from(REFERENCE_SAMPLES)
  const isFinite64 = (text: string) => evaluateExpression(parseExpression(text), samples).every(Number.isFinite)
  assert.equal(identities.size, 5832)
  assert.equal(
    distinct(() => true),
    3217,
  )
  assert.equal(distinct(isFinite64), 2834)
  assert.equal(
    distinct((text) => identities.get(text)!.isFinite),
    2830,
  )
  assert.equal(
    distinct((text) => identities.get(text)!.isConstant),
    23,
  )
})

test('expressions with equal float32 outputs in the reference have equal identities', () => {
  const classes = readReference<string[][]>('classes-finite.json.gz')
  assert.equal(classes.length, 2991)
  for (const members of classes) {
    assert.equal(new Set(members.map((text) => identities.get(text)!.id)).size, 1, members[0])
  }
})

test('a function that overflows float32 in between is not finite in the reference, but may be finite here', () => {
  const nonFinite = new Set(readReference<string[]>('nonfinite.json.gz'))
  const ours = [...identities].filter(([, identity]) => !identity.isFinite).map(([text]) => text)
  assert.ok(ours.every((text) => nonFinite.has(text)))
  assert.ok(nonFinite.size - ours.length < 10)
})

test('spelling does not matter', () => {
  const same = (a: string, b: string) => assert.equal(identify(a).id, identify(b).id, `${a} and ${b}`)
  same('swish(x)', 'mul(x,sigmoid(x))')
  same('sum_n(x,x,negative(x))', 'x')
  same('max(x,zero(x))', 'relu(x)')
  same('sub(one(x),sigmoid(x))', 'sigmoid(negative(x))')
  same('log_sigmoid(x)', 'negative(softplus(negative(x)))')
  same('mish(x)', 'mul(x,tanh(softplus(x)))')
  same('cosh(x)', 'div(add(exp(x),exp(negative(x))),add(one(x),one(x)))')
  assert.notEqual(identify('gelu(x)').id, identify('swish(x)').id)
})

test('outputs that are not finite come with their first sample', () => {
  const { nonFinite, outputs, ...flags } = identify('pow(x,sigmoid(x))')
  assert.ok(!flags.isFinite && !flags.isConstant)
  const first = outputs.findIndex((y) => !Number.isFinite(y))
  assert.deepEqual(nonFinite, { x: REFERENCE_SAMPLES[first], value: Number.NaN })
  assert.ok(REFERENCE_SAMPLES[first] < 0)
  assert.equal(identify('reciprocal(zero(x))').nonFinite?.value, Number.POSITIVE_INFINITY)
  assert.equal(identify('relu(x)').nonFinite, null)
})

test('a float64 that float32 cannot hold is not finite', () => {
  const huge = identify('1e39')
  assert.deepEqual(huge.nonFinite, { x: REFERENCE_SAMPLES[0], value: Number.POSITIVE_INFINITY })
  assert.ok(!huge.isConstant)
})

test('constants are finite functions of one value', () => {
  for (const text of ['one(x)', 'erf(one(x))', 'sub(x,x)']) assert.ok(identify(text).isConstant, text)
  for (const text of ['relu(x)', 'div(zero(x),zero(x))', 'relu(x-5)']) assert.ok(!identify(text).isConstant, text)
})

test('stored outputs are the float32 values, not the rounded ones', () => {
  const { outputs } = identify('x')
  assert.deepEqual(outputs, REFERENCE_SAMPLES)
})

test('functions that agree at the samples and differ further out are different', () => {
  const differ: [string, string][] = [
    ['max(elish(x),leakyrelu(x))', 'leakyrelu(x)'],
    ['min(relu(x),sum_n(one(x),one(x),one(x),one(x),one(x),one(x)))', 'relu(x)'],
    ['clip(x,0,6)', 'relu(x)'],
    ['hard_tanh(x,-3.5,3.5)', 'x'],
    ['clip(x,-9.99,9.99)', 'x'],
    ['hardshrink(x,5)', 'zero(x)'],
    ['softshrink(x,9.9)', 'zero(x)'],
    ['relu(x-9)', 'zero(x)'],
    ['where(x>-8,relu(x),1)', 'relu(x)'],
    ['max(x,-4+sin(x))', 'x'],
    ['threshold(x,5,0)', 'threshold(x,5.2,0)'],
    ['min_n(zero(x),negative(x),mish(x))', 'min_n(negative(x),leakyrelu(x),mish(x))'],
    ['log(exp(exp(x)))', 'exp(x)'],
  ]
  for (const [a, b] of differ) assert.notEqual(identify(a).id, identify(b).id, `${a} and ${b}`)
  const same: [string, string][] = [
    ['clip(x,0,6)', 'min(relu(x),sum_n(one(x),one(x),one(x),one(x),one(x),one(x)))'],
    ['mul(x,reciprocal(x))', 'one(x)'],
    ['(exp(x)+exp(-x))/2', 'cosh(x)'],
    ['cosh(x)-sinh(x)', 'exp(-x)'],
    ['1/(x-1)', '-1/(1-x)'],
    ['pow(e,exp(x))', 'exp(exp(x))'],
    ['sin(x)/x', 'sinc(x)'],
  ]
  for (const [a, b] of same) assert.equal(identify(a).id, identify(b).id, `${a} and ${b}`)
})

test('the Act-Bench space has the same finite classes as by the samples only, and four others that are not finite', () => {
  const bySamples = new Map<string, Map<string, string>>()
  for (const expression of space) {
    const text = formatExpression(expression)
    const classes = bySamples.get(computeSampleIdentity(expression)) ?? new Map<string, string>()
    bySamples.set(computeSampleIdentity(expression), classes)
    classes.set(identities.get(text)!.id, text)
  }
  assert.equal(bySamples.size, 3213)
  const split = [...bySamples.values()].filter(({ size }) => size > 1).map((classes) => [...classes.values()].sort())
  assert.deepEqual(split.sort(), [
    ['pow(elu(x),erf(x))', 'pow(identity(x),erf(x))'],
    ['pow(elu(x),erfc(x))', 'pow(identity(x),erfc(x))'],
    ['pow(log_sigmoid(x),erf(x))', 'pow(log_sigmoid(x),erfc(x))', 'pow(log_sigmoid(x),softsign(x))'],
  ])
})

test('105 of 21,824 expressions that the samples give to another function have a function of their own', () => {
  const operands = [...enumerateExpressions(parseSchema('unary(x)'))]
  let count = 0
  let moved = 0
  const classes = new Map<string, Map<string, number>>()
  for (const operator of ['sum_n', 'prod_n', 'max_n', 'min_n']) {
    operands.forEach((a, i) => {
      operands.slice(i).forEach((b, j) => {
        for (const c of operands.slice(i + j)) {
          const expression = { kind: 'APPLICATION', operator, operands: [a, b, c] } as const
          const parts = classes.get(computeSampleIdentity(expression)) ?? new Map<string, number>()
          classes.set(computeSampleIdentity(expression), parts)
          const { id } = computeIdentity(expression)
          parts.set(id, (parts.get(id) ?? 0) + 1)
          count++
        }
      })
    })
  }
  for (const parts of classes.values()) {
    const sizes = [...parts.values()].sort((a, b) => b - a)
    moved += sizes.slice(1).reduce((sum, size) => sum + size, 0)
  }
  assert.deepEqual([count, classes.size, moved], [21_824, 11_750, 105])
})

test('a parameter makes another function than its initial value, whatever its name', () => {
  const differ: [string, string][] = [
    ['prelu(x)', 'leakyrelu(x,0.25)'],
    ['prelu(x)', 'prelu(x,0.3)'],
    ['param(1)*x', 'x'],
    ['x+0*param(1)', 'x'],
    ['param(1)*x', 'exp(param(0))*x'],
    ['param(2)*param(0.5)*x', 'param(0.5)*2*x'],
    ['0.5*param(2)*x', 'param(1)*x'],
    // The same derivatives at the initial values.
    ['x*exp(param(0)*x)', 'x*(1+param(0)*x)'],
    ['param(0)*param(0)*x', '0*param(0)*x+0*param(0)'],
    // Shared or not.
    ['param(1)*x+param(1)*tanh(x)', 'param(1,"a")*x+param(1,"a")*tanh(x)'],
    ['param(1)*x+param(1)*x', 'param(1,"a")*x+param(1,"a")*x'],
    // Which part a parameter changes.
    ['param(1)*x+2*tanh(x)', 'x+param(2)*tanh(x)'],
  ]
  for (const [a, b] of differ) assert.notEqual(identify(a).id, identify(b).id, `${a} and ${b}`)
  const same: [string, string][] = [
    ['prelu(x)', 'max(x,param(0.25,"slope")*x)'],
    ['prelu(x)', 'relu(x)-param(0.25)*relu(-x)'],
    ['x*sigmoid(param(1)*x)', 'x*sigmoid(param(1,"beta")*x)'],
    ['param(1)*x+param(2)*tanh(x)', 'param(2)*tanh(x)+param(1)*x'],
    ['param(1,"a")*x+param(2,"b")*tanh(x)', 'param(1,"b")*x+param(2,"a")*tanh(x)'],
    ['param(1,"a")*x+param(1,"a")*x', '2*param(1)*x'],
  ]
  for (const [a, b] of same) assert.equal(identify(a).id, identify(b).id, `${a} and ${b}`)
  assert.deepEqual({ ...identify('prelu(x)'), id: '' }, { ...identify('leakyrelu(x,0.25)'), id: '' })
  assert.ok(identify('param(2)').isConstant)
})
