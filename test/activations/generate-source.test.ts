import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { generateSource } from '../../src/activations/generate-source.js'
import { OPERATORS } from '../../src/activations/operators.js'
import { parseExpression } from '../../src/activations/parse-expression.js'

const generate = (text: string, derivative = false) =>
  generateSource(parseExpression(text), { derivative, careful: false })
const countCalls = (source: string, name: string) => source.split(`${name}(`).length - 1

test('a common subexpression is computed once, and so are parts that operators share', () => {
  assert.equal(countCalls(generate('mul(tanh(x),square(tanh(x)))', true).statements, 'expm1'), 1)
  assert.equal(countCalls(generate('add(swish(x),sigmoid(x))', true).statements, 'exp'), 1)
})

test('parts that do not depend on x are computed before the loop', () => {
  const source = generate('mul(x,exp(sigmoid(one(x))))', true)
  assert.equal(countCalls(source.statements, 'exp'), 0)
  assert.equal(countCalls(source.constants, 'exp'), 2)
})

test('the input and constants need no statements', () => {
  assert.deepEqual(generate('x', true), { constants: '', statements: '', value: 'x', derivative: '1' })
  assert.deepEqual(generate('one(exp(x))', true).derivative, '0')
})

test('two signs in a row are valid', () => {
  for (const text of [
    'negative(negative(x))',
    'negative(negative(one(x)))',
    'sub(x,negative(one(x)))',
    'negative(sub(zero(x),x))',
  ]) {
    const { constants, statements, value, derivative } = generate(text, true)
    const body = `${constants}\n${statements}\nreturn [${value}, ${derivative}]`
    const [y, slope] = new Function('x', body)(3) as [number, number]
    assert.ok(Number.isFinite(y) && [0, 1].includes(slope), text)
  }
})

test('the source of older functions with the first derivatives is the same to the byte, so their trainings are too', () => {
  const operands = { UNARY: 'tanh(x)', BINARY: 'x,tanh(x)', TERNARY: '', N_ARY: 'x,tanh(x),sigmoid(x)' }
  const older = OPERATORS.filter(({ fillsPlaceholders }) => fillsPlaceholders)
  const texts = [
    ...older.map(({ name, arity }) => `${name}(${operands[arity]})`),
    'max_n(tanh(x),relu(x),elu(x))',
    'mul(one(x),sub(zero(x),exp(negative(x))))',
  ]
  const hash = createHash('sha256')
  for (const text of texts) {
    for (const [derivative, careful] of [
      [false, false],
      [true, false],
      [true, true],
    ]) {
      hash.update(JSON.stringify(generateSource(parseExpression(text), { derivative, careful, forms: 'FIRST' })))
    }
  }
  // The digest of version 0.2.0.
  assert.equal(hash.digest('hex'), 'fbfb3c140b32eb0118f771bc8c62bed9ae63eabcf4cfba08b0f24ef347716b96')
})

test('values are the same with either form of the derivatives', () => {
  for (const { name, arity } of OPERATORS) {
    const text = `${name}(${{ UNARY: 'tanh(x)', BINARY: 'x,tanh(x)', TERNARY: 'x,tanh(x),1', N_ARY: 'x,tanh(x)' }[arity]})`
    const [exact, first] = (['EXACT', 'FIRST'] as const).map((forms) =>
      generateSource(parseExpression(text), { derivative: false, careful: false, forms }),
    )
    assert.deepEqual(exact, first)
  }
})
