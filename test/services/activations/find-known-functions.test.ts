import assert from 'node:assert/strict'
import { test } from 'node:test'
import { computeIdentity } from '../../../src/activations/identity.js'
import { KNOWN_FUNCTIONS } from '../../../src/activations/known-functions/known-functions.js'
import { parseExpression } from '../../../src/activations/parse-expression.js'
import { findKnownFunctions, namesOf } from '../../../src/services/activations/find-known-functions.js'

const search = (text: string) => findKnownFunctions(text).map(({ name }) => name)
const namesOfText = async (text: string) => await namesOf(computeIdentity(parseExpression(text)).id)

test('a function has its names whatever its spelling, usual names first', async () => {
  // Both of the first requests wait for the same work.
  assert.deepEqual(await Promise.all([namesOfText('mish(x)'), namesOfText('Mish')]), [['Mish'], ['Mish']])
  const names = ['SiLU', 'swish', 'Swish-1', 'sigmoid linear unit']
  for (const text of ['swish(x)', 'x/(1+exp(-x))', 'mul(x,sigmoid(x))', 'F.silu(x)']) {
    assert.deepEqual((await namesOfText(text)).slice(0, names.length), names, text)
  }
  assert.deepEqual((await namesOfText('where(x<0,tanh(x),x)')).slice(0, 2), ['MaxTanh', 'SigLU'])
  assert.deepEqual(await namesOfText('mul(erf(x),cosh(x))'), [])
  // These differ from relu only beyond 6, and by their parameters.
  assert.deepEqual(await namesOfText('max(0,x)'), ['ReLU', 'rectified linear unit', 'ramp'])
  assert.deepEqual(await namesOfText('min(max(0,x),6)'), ['ReLU6'])
  assert.deepEqual(await namesOfText('x*sigmoid(param(1)*x)'), ['Swish (learnable beta)', 'parametric swish', 'PSwish'])
})

test('a search looks into names, other names and formulas, without capital letters, spaces, hyphens and underscores', () => {
  assert.deepEqual(search('h-swish'), ['Hardswish'])
  assert.deepEqual(search('HARD SWISH'), ['Hardswish'])
  assert.ok(search('gelu').includes('Quick GELU') && search('gelu').includes('GELU (tanh)'))
  assert.deepEqual(search('x * tanh( exp(x) )'), ['TanhExp'])
  assert.deepEqual(search('mul(x,tanh(exp(x)))'), ['TanhExp'])
  assert.deepEqual(search('Gompertz linear'), ['GoLU'])
  assert.deepEqual(search('no such function'), [])
  assert.deepEqual(
    search(''),
    findKnownFunctions(null).map(({ name }) => name),
  )
  assert.deepEqual(
    findKnownFunctions(null).map(({ name }) => name),
    KNOWN_FUNCTIONS.map(({ name }) => name),
  )
})

test('formulas in answers are canonical', () => {
  assert.equal(findKnownFunctions('Logish')[0]?.expression, 'mul(x,log1p(sigmoid(x)))')
})
