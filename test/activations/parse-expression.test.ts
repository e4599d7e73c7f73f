import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatExpression } from '../../src/activations/expression.js'
import { parseExpression } from '../../src/activations/parse-expression.js'
import { MAX_EXPRESSION_DEPTH, MAX_EXPRESSION_LENGTH, MAX_EXPRESSION_NODES } from '../../src/activations/parse-tree.js'
import { ActbenchError } from '../../src/errors.js'
import { arbitraryExpression } from './arbitrary-expression.js'

/** The error for a text; fails if there is no error or another kind of error. */
function errorOf(text: string): ActbenchError & { extensions: { position: number; expected: string } } {
  try {
    parseExpression(text)
  } catch (error) {
    assert.ok(error instanceof ActbenchError)
    assert.equal(error.code, 'INVALID_EXPRESSION')
    const { position, expected } = error.extensions
    assert.ok(typeof position === 'number' && position >= 0 && position <= text.length)
    assert.ok(typeof expected === 'string' && expected.length > 0)
    return error as ActbenchError & { extensions: { position: number; expected: string } }
  }
  assert.fail(`${text} parses`)
}

test('a formatted expression parses to the same expression, with spaces anywhere', () => {
  fc.assert(
    fc.property(arbitraryExpression, fc.infiniteStream(fc.constantFrom('', '', ' ', '\n\t')), (expression, spaces) => {
      const text = formatExpression(expression)
      assert.deepEqual(parseExpression(text), expression)
      const spaced = [...text].map((letter) => letter + spaces.next().value).join('')
      assert.deepEqual(parseExpression(spaced), expression)
    }),
    { numRuns: 300 },
  )
})

test('garbage is refused with a position inside the text', () => {
  const letters = fc.constantFrom(...'x(),_ nary\0\u{1F600}\ud800é', 'relu', 'max', 'sum_n(', 'x)')
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(letters).map((parts) => parts.join('')),
      ),
      (text) => {
        try {
          parseExpression(text)
        } catch {
          errorOf(text)
        }
      },
    ),
    { numRuns: 2000 },
  )
})

test('a changed letter in a valid text never crashes the parser', () => {
  fc.assert(
    fc.property(arbitraryExpression, fc.nat(), fc.string({ maxLength: 2 }), (expression, seed, inserted) => {
      const text = formatExpression(expression)
      const at = seed % text.length
      const broken = text.slice(0, at) + inserted + text.slice(at + 1)
      try {
        parseExpression(broken)
      } catch {
        errorOf(broken)
      }
    }),
    { numRuns: 500 },
  )
})

test('errors have the position and the expected text', () => {
  const cases: [string, number, RegExp][] = [
    ['', 0, /x or the name of an operator/],
    ['relu', 4, /"\(" after relu/],
    ['rellu(x)', 0, /name of an operator/],
    ['tanh(rellu(x))', 5, /name of an operator/],
    ['relu(x', 6, /^"\)" after argument 1 of relu$/],
    ['relu(x,x)', 6, /^"\)" after argument 1 of relu$/],
    ['max(x)', 5, /^"," after argument 1 of max$/],
    ['max(x,x,x)', 7, /^"\)" after argument 2 of max$/],
    ['sum_n(x,)', 8, /x or the name/],
    ['sum_n(x(', 7, /^"," or "\)" after argument 1 of sum_n$/],
    ['x)', 1, /end of the expression/],
    ['relu(x)relu(x)', 7, /end of the expression/],
    ['relu()', 5, /x or the name/],
    ['Relu(x)', 0, /name of an operator/],
    ['relu(х)', 5, /x or the name/],
    ['relu\u00a0(x)', 4, /"\(" after relu/],
  ]
  for (const [text, position, expected] of cases) {
    const error = errorOf(text)
    assert.equal(error.extensions.position, position, text)
    assert.match(error.extensions.expected, expected)
    assert.match(error.message, new RegExp(`position ${position}`))
  }
})

test('limits are exact', () => {
  const nest = (depth: number) => `${'relu('.repeat(depth)}x${')'.repeat(depth)}`
  assert.equal(formatExpression(parseExpression(nest(MAX_EXPRESSION_DEPTH))), nest(MAX_EXPRESSION_DEPTH))
  assert.match(errorOf(nest(MAX_EXPRESSION_DEPTH + 1)).extensions.expected, /nested/)
  const wide = (count: number) => `sum_n(${new Array(count).fill('x').join(',')})`
  assert.equal(parseExpression(wide(MAX_EXPRESSION_NODES - 1)).kind, 'APPLICATION')
  assert.match(errorOf(wide(MAX_EXPRESSION_NODES)).extensions.expected, /operators and inputs/)
  assert.equal(parseExpression('x'.padEnd(MAX_EXPRESSION_LENGTH)).kind, 'INPUT')
  assert.match(errorOf('x'.padEnd(MAX_EXPRESSION_LENGTH + 1)).extensions.expected, /characters/)
})

test('limits refuse hostile texts before the stack overflows', () => {
  for (const text of [
    '('.repeat(100_000),
    'relu('.repeat(100_000),
    `${'relu('.repeat(100_000)}x${')'.repeat(100_000)}`,
  ]) {
    errorOf(text)
  }
  errorOf('a'.repeat(10_000_000))
  errorOf('relu('.repeat(800))
})

test('messages quote only a short, escaped part of the text', () => {
  const error = errorOf(`relu(\0\ud800${'y'.repeat(1000)})`)
  assert.ok(error.message.length < 200)
  assert.ok(!error.message.includes('\0'))
  assert.doesNotThrow(() => encodeURIComponent(error.message))
})
