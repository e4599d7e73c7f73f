import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { evaluateExpression } from '../../src/activations/evaluate-expression.js'
import { formatExpression } from '../../src/activations/expression.js'
import { computeIdentity, identifyOutputs } from '../../src/activations/identity.js'
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
  ['x', '8617c9f9d08b6331d551039d7def9745527c765d26b0b0896e9de505aa7bcea0'],
  ['zero(x)', '668946bab9868b28489bb906205ee1026045c8bcd3ca62a1bdf733c65491351b'],
  ['relu(x)', '191f8e46843e466b3572e4cdf17c6623da28975d8a8296113f05bd6652cceaa4'],
  ['swish(x)', 'cde07c4d8b22b43db32e4e6070ea2ee9a699acb5075dfe9ff7431af9d0cbd80e'],
  ['gelu(x)', '4d01720ce30ca82515cc4ecff6b41325d7da1f4aef2076f632604615c3d502fd'],
  ['mish(x)', 'f4f2d290bb1c71ad723b940f685e004b27ef0924b908b65b135032fc943ac7ec'],
  ['bessel_i1e(erfc(x))', '1a735992e09efee4ee1616f3e2625e808ee47d8281c6472aa8d4ce4de024502e'],
  ['pow(softplus(x),arcsinh(x))', '3d3e4cb4c621213460ac43c08816315881c693a13d25684eb29f89b17f54f0d3'],
  ['exp(square(x))', '9c24397dce33a20ab901b631279cef25295275144c79cd6a0ec657e6e5a95ee9'],
  ['reciprocal(zero(x))', 'e7faa10b1c99c13b0e8c0ef814e51cd41f2a5ea5db4012383a0bdf3a44363cc2'],
  ['pow(x,sigmoid(x))', '3b0afbf6be7c6ecb1f2dbfba2301fe760fbbefad0e46b9651fb415c894719336'],
]

test('identities are the same on every engine', () => {
  for (const [text, id] of GOLDEN) assert.equal(identify(text).id, id, text)
  const all = [...identities.values()].map(({ id }) => id).join()
  assert.equal(
    createHash('sha256').update(all).digest('hex'),
    '1836fa4357d7bc25a4fc5ff1c8389ee3cb852e94178d0b9a178bcd9e5ddd6864',
  )
})

test('the Act-Bench space of 5,832 expressions has 3,213 classes, 2,830 of them finite', () => {
  const distinct = (isWanted: (text: string) => boolean) =>
    new Set([...identities].filter(([text]) => isWanted(text)).map(([, { id }]) => id)).size
  const samples = Float64Array.from(REFERENCE_SAMPLES)
  const isFinite64 = (text: string) => evaluateExpression(parseExpression(text), samples).every(Number.isFinite)
  assert.equal(identities.size, 5832)
  assert.equal(
    distinct(() => true),
    3213,
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
  const huge = identifyOutputs(new Float64Array(1000).fill(1e39))
  assert.deepEqual(huge.nonFinite, { x: REFERENCE_SAMPLES[0], value: Number.POSITIVE_INFINITY })
  assert.ok(!huge.isConstant)
})

test('constants are finite functions of one value', () => {
  for (const text of ['one(x)', 'erf(one(x))', 'sub(x,x)']) assert.ok(identify(text).isConstant, text)
  for (const text of ['relu(x)', 'div(zero(x),zero(x))']) assert.ok(!identify(text).isConstant, text)
})

test('stored outputs are the float32 values, not the rounded ones', () => {
  const { outputs } = identify('x')
  assert.deepEqual(outputs, REFERENCE_SAMPLES)
})
