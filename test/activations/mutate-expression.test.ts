import assert from 'node:assert/strict'
import test from 'node:test'
import { formatExpression } from '../../src/activations/expression.js'
import { countEditSteps, matchesSchema, mutateExpression } from '../../src/activations/mutate-expression.js'
import { type Arity, OPERATORS } from '../../src/activations/operators.js'
import { parseExpression } from '../../src/activations/parse-expression.js'
import { ACT_BENCH_SCHEMAS, countExpressions, expressionAt, parseSchema } from '../../src/activations/search-space.js'
import { createRandomStream } from '../../src/numeric/random.js'

const SCHEMAS = [...ACT_BENCH_SCHEMAS, 'n-ary(unary(x),x,unary(x))', 'max(unary(x),binary(x,tanh(x)))'].map((text) =>
  parseSchema(text),
)

test('a mutant stays within the schemas, whatever its parent is', () => {
  const { uniform, integer } = createRandomStream(1)
  for (let round = 0; round < 4000; round++) {
    const schema = SCHEMAS[integer(SCHEMAS.length)]
    const parent =
      round % 5 === 0 ? parseExpression('relu(x)') : expressionAt(schema, integer(countExpressions(schema)))
    const mutant = mutateExpression(SCHEMAS, parent, uniform)
    assert.ok(mutant)
    assert.ok(
      SCHEMAS.some(({ tree }) => matchesSchema(tree, mutant)),
      formatExpression(mutant),
    )
  }
})

test('mutations reach one-operator neighbours, exchanged operands and other schemas', () => {
  const parent = parseExpression('max(relu(x),tanh(x))')
  const { uniform } = createRandomStream(2)
  const reached = new Map<string, number>()
  for (let round = 0; round < 6000; round++) {
    const mutant = mutateExpression(SCHEMAS, parent, uniform)
    if (mutant) reached.set(formatExpression(mutant), countEditSteps(parent, mutant))
  }
  assert.ok(reached.has('max(tanh(x),relu(x))'))
  assert.ok(reached.has('min(relu(x),tanh(x))'))
  assert.ok(reached.has('max(relu(x),erf(x))'))
  assert.ok([...reached.keys()].some((text) => /^\w+\((relu|tanh)\(x\)\)$/.test(text)))
  assert.ok([...reached.keys()].some((text) => /_n\(/.test(text)))
  const others = (arity: Arity) =>
    OPERATORS.filter((operator) => operator.fillsPlaceholders && operator.arity === arity).length - 1
  // Each other unary operator on either side, and each other binary operator.
  assert.equal(
    [...reached].filter(([text, steps]) => steps === 1 && /^\w+\(\w+\(x\),\w+\(x\)\)$/.test(text)).length,
    2 * others('UNARY') + others('BINARY'),
  )
})

test('a schema without placeholders has no mutants', () => {
  const { uniform } = createRandomStream(3)
  assert.equal(mutateExpression([parseSchema('relu(x)')], parseExpression('relu(x)'), uniform), null)
})

test('an expression matches the schemas to which it belongs', () => {
  const matches = (schema: string, text: string) => matchesSchema(parseSchema(schema).tree, parseExpression(text))
  assert.equal(matches('binary(unary(x),unary(x))', 'max(relu(x),tanh(x))'), true)
  assert.equal(matches('binary(unary(x),unary(x))', 'max(x,tanh(x))'), false)
  assert.equal(matches('binary(unary(x),unary(x))', 'max_n(relu(x),tanh(x))'), false)
  assert.equal(matches('n-ary(unary(x),x)', 'sum_n(relu(x),x)'), true)
  assert.equal(matches('n-ary(unary(x),x)', 'sum_n(relu(x),x,x)'), false)
  assert.equal(matches('relu(unary(x))', 'tanh(relu(x))'), false)
  assert.equal(matches('unary(x)', 'sin(x)'), false)
  assert.equal(matches('sin(unary(x))', 'sin(relu(x))'), true)
  assert.equal(matches('unary(x)', 'relu(0.5)'), false)
})

test('edit steps are symmetric, and 0 only for equal expressions', () => {
  const steps = (left: string, right: string) => countEditSteps(parseExpression(left), parseExpression(right))
  assert.equal(steps('max(relu(x),tanh(x))', 'max(relu(x),tanh(x))'), 0)
  assert.equal(steps('max(relu(x),tanh(x))', 'min(relu(x),erf(x))'), 2)
  assert.equal(steps('relu(x)', 'max(relu(x),tanh(x))'), 3)
  assert.equal(steps('sum_n(x)', 'sum_n(x,x)'), 1)
  assert.equal(steps('x', 'max(relu(x),tanh(x))'), 3)
  assert.equal(steps('mul(0.5,x)', 'mul(0.25,x)'), 1)
  assert.equal(steps('mul(0.5,x)', 'mul(x,0.5)'), 2)
  const texts = [
    'x',
    'relu(x)',
    'tanh(relu(x))',
    'max(relu(x),tanh(x))',
    'sum_n(x,x,relu(tanh(x)))',
    'max(x,tanh(relu(x)))',
    'max(0.5,tanh(relu(x)))',
    '0.5',
    '-0',
    '0',
  ]
  for (const a of texts) {
    for (const b of texts) {
      assert.equal(steps(a, b), steps(b, a))
      assert.equal(steps(a, b) === 0, a === b)
    }
  }
})
