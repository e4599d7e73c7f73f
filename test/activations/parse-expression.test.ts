import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatExpression } from '../../src/activations/expression.js'
import { parseExpression } from '../../src/activations/parse-expression.js'
import { MAX_EXPRESSION_DEPTH, MAX_EXPRESSION_LENGTH, MAX_EXPRESSION_NODES } from '../../src/activations/parse-tree.js'
import { ActbenchError } from '../../src/errors.js'
import { arbitraryExpression } from './arbitrary-expression.js'

/** The error for a text; fails without an error, or with another kind of error. */
function errorOf(
  text: string,
): ActbenchError & { extensions: { position: number; expected: string; suggestion?: string } } {
  try {
    parseExpression(text)
  } catch (error) {
    assert.ok(error instanceof ActbenchError)
    assert.equal(error.code, 'INVALID_EXPRESSION')
    const { position, expected } = error.extensions
    assert.ok(typeof position === 'number' && position >= 0 && position <= text.length)
    assert.ok(typeof expected === 'string' && expected.length > 0)
    return error as ActbenchError & { extensions: { position: number; expected: string; suggestion?: string } }
  }
  assert.fail(`${text} parses`)
}

test('a formatted expression parses to the same expression, with spaces anywhere', () => {
  fc.assert(
    fc.property(arbitraryExpression, fc.infiniteStream(fc.constantFrom('', '', ' ', '\n\t')), (expression, spaces) => {
      const text = formatExpression(expression)
      assert.deepEqual(parseExpression(text), expression)
      // Only numbers must not have spaces inside.
      const parts = text.match(/-?\d[\d.]*(?:e-?\d+)?(?=[,)]|$)|./g) ?? []
      const spaced = parts.map((part) => part + spaces.next().value).join('')
      assert.deepEqual(parseExpression(spaced), expression)
    }),
    { numRuns: 300 },
  )
})

test('a number reads back as the same float64 from its canonical text', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = formatExpression({ kind: 'NUMBER', value })
      const parsed = parseExpression(text)
      assert.ok(parsed.kind === 'NUMBER' && Object.is(parsed.value, value), text)
      assert.doesNotMatch(text, /\+|\s/)
    }),
    { numRuns: 2000 },
  )
})

test('numbers have one canonical text', () => {
  const cases: [string, string][] = [
    ['1e-3', '0.001'],
    ['1E+3', '1000'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['0.0447150', '0.044715'],
    ['1e21', '1e21'],
    ['0.0000001', '1e-7'],
    ['-0.5', '-0.5'],
    ['- 0.5', '-0.5'],
    ['--0.5', '0.5'],
    ['+0.5', '0.5'],
    ['-(0.5)', '-0.5'],
    ['-0', '-0'],
    ['-0.0', '-0'],
    ['1.7976931348623157e308', '1.7976931348623157e308'],
    ['5e-324', '5e-324'],
    ['0e-999', '0'],
    ['pi', '3.141592653589793'],
    ['0.1000000000000000055511151231257827', '0.1'],
  ]
  for (const [text, canonical] of cases) assert.equal(formatExpression(parseExpression(text)), canonical)
})

test('infix notation has the usual precedence, mixes with calls and becomes calls', () => {
  const cases: [string, string][] = [
    ['1+2*x', 'add(1,mul(2,x))'],
    ['(1+2)*x', 'mul(add(1,2),x)'],
    ['x-1-2', 'sub(sub(x,1),2)'],
    ['x/2/3', 'div(div(x,2),3)'],
    ['x/2*3', 'mul(div(x,2),3)'],
    ['x**2**3', 'pow(x,pow(2,3))'],
    ['x^2^3', 'pow(x,pow(2,3))'],
    ['x^2**3', 'pow(x,pow(2,3))'],
    ['-x**2', 'negative(pow(x,2))'],
    ['-2**2', 'negative(pow(2,2))'],
    ['(-2)**2', 'pow(-2,2)'],
    ['(-x)**2', 'pow(negative(x),2)'],
    ['2**-1', 'pow(2,-1)'],
    ['2**-x**2', 'pow(2,negative(pow(x,2)))'],
    ['-x*2', 'mul(negative(x),2)'],
    ['x*-2', 'mul(x,-2)'],
    ['x - -2', 'sub(x,-2)'],
    ['x--x', 'sub(x,negative(x))'],
    ['-+-x', 'negative(negative(x))'],
    ['2-3', 'sub(2,3)'],
    ['tanh(x)*sigmoid(x+1)', 'mul(tanh(x),sigmoid(add(x,1)))'],
    ['max(x, 0.1*x)', 'max(x,mul(0.1,x))'],
    ['sum_n(x,-x,1-x)', 'sum_n(x,negative(x),sub(1,x))'],
    [
      '0.5*x*(1+tanh(0.79788456*(x+0.044715*x**3)))',
      'mul(mul(0.5,x),add(1,tanh(mul(0.79788456,add(x,mul(0.044715,pow(x,3)))))))',
    ],
    ['x / (1 + e**-x)', 'div(x,add(1,pow(2.718281828459045,negative(x))))'],
  ]
  for (const [text, canonical] of cases) {
    assert.equal(formatExpression(parseExpression(text)), canonical, text)
    assert.equal(formatExpression(parseExpression(canonical)), canonical)
  }
})

test('conditions become comparisons and where', () => {
  const cases: [string, string][] = [
    ['where(x > 0, x, 0.1*x)', 'where(greater(x,0),x,mul(0.1,x))'],
    ['where(x<=-1,0,1)', 'where(less_equal(x,-1),0,1)'],
    ['(x > 0)*x', 'mul(greater(x,0),x)'],
    ['x + 1 > 2*x', 'greater(add(x,1),mul(2,x))'],
    ['x if x >= 0 else exp(x)-1', 'where(greater_equal(x,0),x,sub(exp(x),1))'],
    ['0 if x < -1 else x if x < 1 else 1', 'where(less(x,-1),0,where(less(x,1),x,1))'],
    ['x > 0 ? x : 0.01*x', 'where(greater(x,0),x,mul(0.01,x))'],
    ['x<0 ? 0 : x>1 ? 1 : x', 'where(less(x,0),0,where(greater(x,1),1,x))'],
    ['-1 < x < 1', 'min(less(-1,x),less(x,1))'],
    ['x != 0 and x == x', 'min(not_equal(x,0),equal(x,x))'],
    ['(x > 0) & (x < 1)', 'min(greater(x,0),less(x,1))'],
    ['x<0 or x>1 and x<2', 'max(less(x,0),min(greater(x,1),less(x,2)))'],
    ['not x > 0', 'equal(greater(x,0),0)'],
    ['clip(x+3,0,6)', 'clip(add(x,3),0,6)'],
  ]
  for (const [text, canonical] of cases) {
    assert.equal(formatExpression(parseExpression(text)), canonical, text)
    assert.equal(formatExpression(parseExpression(canonical)), canonical)
  }
})

test('bad numbers and operators are refused with a position, what was expected and the nearest reading', () => {
  const cases: [string, number, RegExp, string | null][] = [
    ['1..2', 2, /one point/, '1.2'],
    ['0x10', 0, /decimal number/, '16'],
    ['0b101*x', 0, /decimal number/, '5*x'],
    ['1_000', 1, /without underscores/, '1000'],
    ['007', 0, /leading zeros/, '7'],
    ['1.2.3', 3, /number such as/, null],
    ['2x', 1, /operator such as "\*"/, '2*x'],
    ['0.5f*x', 3, /operator/, '0.5*x'],
    ['1e', 1, /number such as/, null],
    ['x x', 2, /the end of the expression/, 'x*x'],
    ['x(', 1, /the end of the expression/, 'x'],
    ['2(x+1)', 1, /the end of the expression/, '2*(x+1)'],
    ['(x+1)(x-1)', 5, /the end of the expression/, '(x+1)*(x-1)'],
    ['x+', 2, /a number, x or the name of an operator/, 'x'],
    ['*x', 0, /a number, x or the name/, 'x'],
    ['x***x', 3, /a number, x or the name/, 'x**x'],
    ['(x', 2, /^"\)"$/, '(x)'],
    ['()', 1, /a number, x or the name/, '(x)'],
    ['relu()', 5, /a number, x or the name/, 'relu(x)'],
    ['x)', 1, /the end/, 'x'],
    ['0,5*x', 1, /the end/, '0.5*x'],
    ['relu(1,5)', 6, /^"\)" after argument 1 of relu$/, 'relu(1.5)'],
    ['max(x,0,5)', 7, /^"\)" after argument 2 of max$/, 'max(x,0.5)'],
    ['x \u2212 1', 2, /the end/, 'x - 1'],
    ['2\u00d7x', 1, /the end/, '2*x'],
    ['x\u00b2', 1, /the end/, 'x**2'],
    ['1 000*x', 2, /the end/, '1000*x'],
    ['lambda x: x', 0, /name of an operator/, 'x'],
    ['f(x) = relu(x)', 0, /name of an operator/, 'relu(x)'],
    ['tanh(z)', 5, /name of an operator/, 'tanh(x)'],
    ["__import__('os')", 0, /name of an operator/, null],
    ['nan', 0, /^a finite number/, null],
    ['-np.inf', 1, /^a finite number/, null],
    ['clip(x,0)', 8, /^"," after argument 2 of clip$/, null],
    ['where(x>0,x)', 11, /^"," after argument 2 of where$/, null],
    ['x if x>0', 8, /^"else" after the condition$/, null],
    ['x>0 ? x', 7, /^":" after/, null],
    ['where(x=0,1,x)', 7, /^"," after argument 1 of where$/, 'where(x==0,1,x)'],
    ['where(x\u22650,1,x)', 7, /^"," after/, 'where(x>=0,1,x)'],
    ['1e400', 0, /at most 1\.79/, '1.7976931348623157e308'],
    ['1e-400', 0, /at least 5e-324/, '0'],
    [`0.${'3'.repeat(2000)}`, 0, /at most 100 digits/, '0.3333333333333333'],
    ['9'.repeat(2000), 0, /at most 100 digits/, '1.7976931348623157e308'],
  ]
  for (const [text, position, expected, suggestion] of cases) {
    const error = errorOf(text)
    assert.equal(error.extensions.position, position, text)
    assert.match(error.extensions.expected, expected, text)
    assert.equal(error.extensions.suggestion ?? null, suggestion, text)
    if (suggestion !== null) {
      parseExpression(suggestion)
      assert.match(error.message, /; did you mean .*\?$/)
    }
  }
})

test('garbage is refused with a position inside the text', () => {
  const letters = fc.constantFrom(...'x(),_ nary\0\u{1F600}\ud800é+-*/^.059e', 'relu', 'max', 'sum_n(', 'x)')
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
    ['max', 3, /"\(" after max/],
    ['relu+1', 4, /"\(" after relu/],
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
    '('.repeat(4000),
    `${'('.repeat(2000)}x${')'.repeat(2000)}`,
    `${'-'.repeat(100_000)}x`,
    `${'-'.repeat(4000)}x`,
    `x${'**x'.repeat(1300)}`,
    `2${'**-2'.repeat(1000)}`,
    `x${'+x'.repeat(2000)}`,
    '1'.repeat(4096),
    'a '.repeat(2048),
    'x '.repeat(2048),
    '1,'.repeat(2048),
    'z+'.repeat(2000),
    'not '.repeat(1000),
    'x?'.repeat(2000),
    'x if '.repeat(800),
    'x<'.repeat(2000),
    'where(x,'.repeat(500),
  ]) {
    errorOf(text)
  }
  assert.equal(formatExpression(parseExpression(`${'-'.repeat(4000)}2`)), '2')
  errorOf('a'.repeat(10_000_000))
  errorOf('relu('.repeat(800))
})

test('messages quote only a short, escaped part of the text', () => {
  const error = errorOf(`relu(\0\ud800${'y'.repeat(1000)})`)
  assert.ok(error.message.length < 200)
  assert.ok(!error.message.includes('\0'))
  assert.doesNotThrow(() => encodeURIComponent(error.message))
})
