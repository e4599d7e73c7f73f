import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatExpression } from '../../src/activations/expression.js'
import { type Arity, OPERATORS } from '../../src/activations/operators.js'
import { parseExpression } from '../../src/activations/parse-expression.js'
import {
  ACT_BENCH_OPERATORS,
  ACT_BENCH_SCHEMAS,
  countExpressions,
  enumerateExpressions,
  expressionAt,
  PLACEHOLDER_OPERATORS,
  parseSchema,
} from '../../src/activations/search-space.js'
import { ActbenchError } from '../../src/errors.js'

const namesOf = (arity: Arity) =>
  OPERATORS.filter((operator) => operator.fillsPlaceholders && operator.arity === arity).map(({ name }) => name)
const countOf = (arity: Arity) => namesOf(arity).length
const lastOf = (arity: Arity) => namesOf(arity).at(-1)
const textsOf = (schema: string, operators?: readonly string[]) =>
  [...enumerateExpressions(parseSchema(schema), operators)].map(formatExpression)

test('the Act-Bench space has 729 and 5,103 expressions over 34 operators', () => {
  assert.equal(ACT_BENCH_OPERATORS.length, 34)
  const counts = ACT_BENCH_SCHEMAS.map((schema) => countExpressions(parseSchema(schema), ACT_BENCH_OPERATORS))
  assert.deepEqual(counts, [729, 5103])
  const all = ACT_BENCH_SCHEMAS.flatMap((schema) => textsOf(schema, ACT_BENCH_OPERATORS))
  assert.equal(new Set(all).size, 5832)
})

test('four schemas over all operators are counted without enumeration', () => {
  const schemas = [
    'n-ary(unary(x),unary(x),unary(x))',
    'unary(binary(unary(x),unary(x)))',
    'binary(unary(unary(x)),unary(x))',
    'binary(unary(x),unary(unary(x)))',
  ]
  const count = schemas.reduce((sum, schema) => sum + countExpressions(parseSchema(schema)), 0)
  const [unary, binary, nary] = [countOf('UNARY'), countOf('BINARY'), countOf('N_ARY')]
  assert.equal(count, (nary + 3 * binary) * unary ** 3)
})

test('the last placeholder changes fastest, and operators have the given order', () => {
  assert.deepEqual(textsOf('binary(unary(x),relu(unary(x)))', ['max', 'tanh', 'min', 'erf']), [
    'max(tanh(x),relu(tanh(x)))',
    'max(tanh(x),relu(erf(x)))',
    'max(erf(x),relu(tanh(x)))',
    'max(erf(x),relu(erf(x)))',
    'min(tanh(x),relu(tanh(x)))',
    'min(tanh(x),relu(erf(x)))',
    'min(erf(x),relu(tanh(x)))',
    'min(erf(x),relu(erf(x)))',
  ])
})

test('concrete schemas, the input and empty placeholders are counted correctly', () => {
  assert.deepEqual(textsOf('x'), ['x'])
  assert.deepEqual(textsOf('max(x, relu(x))'), ['max(x,relu(x))'])
  assert.deepEqual(textsOf('unary(x)', ['max']), [])
  assert.equal(countExpressions(parseSchema('n-ary(x)')), countOf('N_ARY'))
})

test('every expression can be built from its index', () => {
  const schema = parseSchema('binary(unary(unary(x)),unary(x))')
  const count = countExpressions(schema)
  fc.assert(
    fc.property(fc.nat({ max: count - 1 }), (index) => {
      const expression = expressionAt(schema, index)
      assert.deepEqual(parseExpression(formatExpression(expression)), expression)
    }),
    { numRuns: 200 },
  )
  const small = parseSchema('n-ary(unary(x),x)')
  const texts = textsOf('n-ary(unary(x),x)')
  texts.forEach((text, index) => {
    assert.equal(formatExpression(expressionAt(small, index)), text)
  })
  assert.equal(new Set(texts).size, texts.length)
})

test('a huge space can be streamed and sampled', () => {
  const schema = parseSchema('binary(binary(unary(unary(x)),unary(unary(x))),binary(unary(x),unary(unary(x))))')
  assert.equal(countExpressions(schema), countOf('BINARY') ** 3 * countOf('UNARY') ** 7)
  const stream = enumerateExpressions(schema)
  const first = stream.next()
  assert.equal(first.done, false)
  const last = formatExpression(expressionAt(schema, countExpressions(schema) - 1))
  const [a, b] = [lastOf('UNARY'), lastOf('BINARY')]
  assert.equal(last, `${b}(${b}(${a}(${a}(x)),${a}(${a}(x))),${b}(${a}(x),${a}(${a}(x))))`)
})

test('subtrees are shared between the expressions of an enumeration', () => {
  const [first, second] = enumerateExpressions(parseSchema('binary(unary(x),unary(x))'))
  assert.ok(first.kind === 'APPLICATION' && second.kind === 'APPLICATION')
  assert.equal(first.operands[0], second.operands[0])
})

test('bad schemas and operators name the argument', () => {
  const isBadInput = (argument: string) => (error: unknown) =>
    error instanceof ActbenchError && error.code === 'BAD_USER_INPUT' && error.extensions.argument === argument
  const texts = [
    '',
    'unary',
    'unary(x',
    'unary(x,x)',
    'binary(x)',
    'nary(x)',
    'relu(unary)',
    'n-ary()',
    '('.repeat(1e5),
  ]
  for (const text of texts) assert.throws(() => parseSchema(text), isBadInput('schemas'))
  assert.throws(() => parseSchema('unary(y)', 'searchSpace'), isBadInput('searchSpace'))
  assert.throws(() => countExpressions(parseSchema('unary(x)'), ['relu', 'rellu']), isBadInput('operators'))
  assert.throws(() => expressionAt(parseSchema('unary(x)'), countOf('UNARY')), isBadInput('index'))
  assert.throws(() => expressionAt(parseSchema('unary(x)'), 0.5), isBadInput('index'))
  const endless = `binary(${'unary('.repeat(20)}x${')'.repeat(20)},x)`
  assert.throws(() => countExpressions(parseSchema(endless)), isBadInput('schemas'))
})

test('placeholders do not stand for the operators of version 2, but schemas can name these', () => {
  assert.equal(PLACEHOLDER_OPERATORS.length, 42)
  assert.ok(!textsOf('unary(x)').includes('sin(x)'))
  assert.ok(!textsOf('binary(x,x)').includes('greater(x,x)'))
  assert.ok(textsOf('sin(unary(x))').includes('sin(relu(x))'))
  assert.equal(textsOf('where(unary(x),x,unary(x))').length, countOf('UNARY') ** 2)
})
