import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatExpression, parametersOf } from '../../../src/activations/expression.js'
import { computeIdentity } from '../../../src/activations/identity.js'
import { identifiersOf, KNOWN_FUNCTIONS, orderOf } from '../../../src/activations/known-functions/known-functions.js'
import { parseText } from '../../../src/activations/language/parse-text.js'
import { compileParameters } from '../../../src/activations/parameters.js'
import { readJson } from '../reference-data.js'
import { PAPER_FORMULAS } from './paper-formulas.js'

/** Both tails, both sides of usual knees, and 0. */
const POINTS = [-8, -2.3, -1, -0.4, -1e-3, 0, 1e-3, 0.7, 1.5, 3.2, 8]

function compile(text: string): (x: number) => number {
  const { parameters, value } = compileParameters(parseText(text))
  const initial = parameters.map((parameter) => parameter.initial)
  return (x) => value(x, initial)
}

const identityOf = (text: string) => computeIdentity(parseText(text)).id

test('the list has at least 150 functions, in alphabetical order', () => {
  assert.ok(KNOWN_FUNCTIONS.length >= 150)
  const order = KNOWN_FUNCTIONS.map(orderOf)
  assert.deepEqual(order, [...order].sort())
})

test('no two functions share a name, whatever its capital letters, spaces and hyphens', () => {
  const owners = new Map<string, string>()
  for (const { name, aliases } of KNOWN_FUNCTIONS) {
    for (const each of [name, ...aliases].map((text) => text.toLowerCase().replace(/[\s-]/g, ''))) {
      assert.equal(owners.get(each), undefined, `${each} is ${owners.get(each)} and ${name}`)
      owners.set(each, name)
    }
  }
})

test('years and references have their forms, and the year of an arXiv number is not after the year', () => {
  for (const { name, year, reference } of KNOWN_FUNCTIONS) {
    assert.ok(year === null || (Number.isInteger(year) && year >= 1943 && year <= 2026), name)
    if (reference === null) continue
    const [, number] = /^arXiv:(\d{2})(?:0[1-9]|1[0-2])\.\d{4,5}$/.exec(reference) ?? []
    assert.ok(number !== undefined || /^10\.\d{4,}\/\S+$/.test(reference), `${name}: ${reference}`)
    if (number !== undefined) assert.equal(year, 2000 + Number(number), name)
  }
})

test('expressions have the values of the formulas of their papers', () => {
  assert.deepEqual(Object.keys(PAPER_FORMULAS).sort(), KNOWN_FUNCTIONS.map(({ name }) => name).sort())
  for (const { name, expression } of KNOWN_FUNCTIONS) {
    const value = compile(expression)
    // The operator selu has its constants with 9 digits.
    const tolerance = name === 'SELU' ? 1e-7 : 1e-10
    for (const x of POINTS) {
      const expected = PAPER_FORMULAS[name](x)
      assert.ok(Math.abs(value(x) - expected) <= tolerance * (1 + Math.abs(expected)), `${name} at ${x}: ${value(x)}`)
    }
  }
})

test('expressions have the values that PyTorch, JAX and the package torch-activation compute', () => {
  const { points, functions } = readJson<{
    points: number[]
    functions: Record<string, { source: string; values: number[] }>
  }>('known-function-values.json')
  const compared = KNOWN_FUNCTIONS.filter(({ name }) => name in functions)
  assert.equal(compared.length, Object.keys(functions).length)
  assert.ok(compared.length >= 110)
  for (const { name, expression } of compared) {
    const value = compile(expression)
    const { source, values } = functions[name]
    for (const [i, x] of points.entries()) {
      assert.ok(Math.abs(value(x) - values[i]) <= 2e-7 * (1 + Math.abs(values[i])), `${name} at ${x} in ${source}`)
    }
  }
})

test('canonical texts of expressions read back to themselves', () => {
  for (const { name, expression } of KNOWN_FUNCTIONS) {
    const tree = parseText(expression)
    assert.equal(formatExpression(parseText(formatExpression(tree))), formatExpression(tree), name)
    assert.ok(
      parametersOf(tree).every(({ initial }) => Number.isFinite(initial)),
      name,
    )
  }
})

test('each identifier of a function reads as the function, by itself, as a call, and with an inner function', () => {
  for (const known of KNOWN_FUNCTIONS) {
    const id = identityOf(known.expression)
    for (const identifier of identifiersOf(known)) {
      assert.equal(identityOf(`${identifier}(x)`), id, `${identifier} of ${known.name}`)
      assert.equal(formatExpression(parseText(identifier)), formatExpression(parseText(`${identifier}(x)`)))
    }
  }
  assert.equal(formatExpression(parseText('Serf')), 'mul(x,erf(softplus(x)))')
  assert.equal(formatExpression(parseText('serf(tanh(x))')), 'mul(tanh(x),erf(softplus(tanh(x))))')
  assert.equal(formatExpression(parseText(' SiLU\n')), 'swish(x)')
  assert.equal(formatExpression(parseText('Flatten_T_swish')), 'sub(mul(relu(x),sigmoid(x)),0.2)')
})

test('a name stands for the whole function only if it is the whole text and takes one argument', () => {
  assert.equal(formatExpression(parseText('nn.SiLU')), 'swish(x)')
  assert.equal(formatExpression(parseText('torch.sinc')), 'sinc(mul(3.141592653589793,x))')
  assert.equal(formatExpression(parseText('leaky_relu')), 'leakyrelu(x)')
  for (const text of ['max', 'SiLU+1', 'x*SiLU', 'threshold', 'clip', 'Nope', 'torch.nope', 'nope.silu']) {
    assert.throws(() => parseText(text), text)
  }
})
