import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { completeText } from '../../../src/activations/completion/complete.js'
import { formatExpression } from '../../../src/activations/expression.js'
import { ExpressionError } from '../../../src/activations/language/expression-error.js'
import { parseText } from '../../../src/activations/language/parse-text.js'
import { arbitraryExpression } from '../arbitrary-expression.js'

/** Completes a text at the bar, or at its end. */
function complete(marked: string) {
  const bar = marked.indexOf('¦')
  return completeText(marked.replace('¦', ''), bar === -1 ? undefined : bar)
}

/** The position of the problem of a text; null if it is an expression. */
function problemOf(text: string): number | null {
  try {
    parseText(text)
    return null
  } catch (error) {
    assert.ok(error instanceof ExpressionError)
    return error.position
  }
}

const fragments = fc.constantFrom(
  ...[
    'x',
    'tanh',
    'sig',
    'max(',
    'leaky_relu(x, ',
    'F.',
    'torch.nn.',
    'nn.ReLU',
    'alpha=',
    '(',
    ')',
    ',',
    ' ',
    '+',
    '**',
  ],
  ...[
    '-',
    '0.5',
    '1e',
    '.',
    'x.',
    '"ta',
    "'",
    ' if ',
    ' else ',
    'param(',
    '=',
    '>',
    '\u00b2',
    '\u03b2',
    '\ud800',
    '\0',
    '\n',
  ],
)
const typed = fc.oneof(
  fc.array(fragments, { maxLength: 12 }).map((parts) => parts.join('')),
  arbitraryExpression.map(formatExpression),
  arbitraryExpression.chain((expression) => {
    const text = formatExpression(expression)
    return fc.nat(text.length).map((length) => text.slice(0, length))
  }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme-ascii', maxLength: 40 }),
)

test('no text is an error at any position, and each suggestion parses or has its problem further to the right', () => {
  fc.assert(
    fc.property(typed, fc.integer({ min: -2, max: 60 }), (text, position) => {
      const before = problemOf(text)
      const completion = completeText(text, position)
      assert.equal(completion.position, before)
      assert.equal(completion.problem === null, before === null)
      assert.equal(completion.expression, before === null ? formatExpression(parseText(text)) : null)
      assert.ok(completion.suggestions.length <= 20)
      const texts = completion.suggestions.map((suggestion) => suggestion.text)
      assert.equal(new Set(texts).size, texts.length)
      for (const { text: taken, label, detail } of completion.suggestions) {
        assert.notEqual(taken, text)
        assert.ok(label !== '' && detail !== '')
        const after = problemOf(taken)
        if (after === null) continue
        assert.ok(before !== null && after > before, `${JSON.stringify(text)} at ${position}: ${taken}`)
        assert.ok(taken.length - after <= text.length - before, `${JSON.stringify(text)} at ${position}: ${taken}`)
      }
    }),
    { numRuns: 400 },
  )
})

test('the first suggestion is what people mean', () => {
  const cases: [marked: string, text: string][] = [
    ['', 'x'],
    ['sig', 'sigmoid(x)'],
    ['tanh(sig', 'tanh(sigmoid(x))'],
    ['0.5*x*(1+ta', '0.5*x*(1+tanh(x))'],
    ['re', 'relu(x)'],
    ['Re', 'ReLU(x)'],
    ['relu', 'relu(x)'],
    ['swi', 'swish(x)'],
    ['sil', 'silu(x)'],
    ['hardsw', 'hardswish(x)'],
    ['hard_sw', 'hard_swish(x)'],
    ['lea', 'leakyrelu(x)'],
    ['maxi', 'maximum(x,1)'],
    ['max', 'max(x,0)'],
    ['whe', 'where(x>0,x,0)'],
    ['clip', 'clip(x,-1,1)'],
    ['max(si', 'max(sigmoid(x),0)'],
    ['max(x', 'max(x, 0)'],
    ['max(x,', 'max(x,0)'],
    ['tanh(x', 'tanh(x)'],
    ['leaky_relu(x, ', 'leaky_relu(x, negative_slope=0.01)'],
    ['leaky_relu(x, neg', 'leaky_relu(x, negative_slope=0.01)'],
    ['elu(x, al', 'elu(x, alpha=1)'],
    ['elu(x, alpha=', 'elu(x, alpha=1)'],
    ['gelu(x, approximate=', 'gelu(x, approximate="tanh")'],
    ['gelu(x, approximate="t', 'gelu(x, approximate="tanh")'],
    ['F.gel', 'F.gelu(x)'],
    ['nn.SiL', 'nn.SiLU()(x)'],
    ['torch.nn.functional.sil', 'torch.nn.functional.silu(x)'],
    ['torch.nn.fun', 'torch.nn.functional.relu(x)'],
    ['x.ta', 'x.tanh()'],
    ['tanh(x).re', 'tanh(x).relu()'],
    ['x', 'x*x'],
    ['x +', 'x +x'],
    ['x if x > 0', 'x if x > 0 else 0'],
    ['ta¦nh(x)', 'tan(x)'],
    ['max(ta¦, x)', 'max(tanh(x), x)'],
    ['sig¦(x)', 'sigmoid(x)'],
    ['rellu', 'relu(x)'],
    ['sigmiod', 'sigmoid(x)'],
    ['0,5*x', '0.5*x'],
    ['x\u00b2', 'x**2'],
    ['par', 'param(0.25)'],
    ['prelu(x', 'prelu(x)'],
  ]
  assert.deepEqual(
    cases.map(([marked]) => [marked, complete(marked).suggestions[0]?.text]),
    cases,
  )
})

test('suggestions say what they mean', () => {
  const detailOf = (marked: string, label: string) =>
    complete(marked).suggestions.find((suggestion) => suggestion.label === label)?.detail
  assert.equal(detailOf('sig', 'sigmoid'), '1 / (1 + e^-x)')
  assert.equal(detailOf('relu6', 'relu6'), 'clip(x,0,6)')
  assert.match(detailOf('sil', 'silu') ?? '', /^swish\(x\): x \/ \(1 \+ e\^-x\)/)
  assert.equal(detailOf('elu(x, al', 'alpha=1'), 'argument alpha of elu, usually 1')
  assert.equal(detailOf('tanh(x', ')'), 'closes tanh')
  assert.equal(detailOf('p', 'pi'), 'the number 3.141592653589793')
  // PyTorch's function is another one than Keras's.
  assert.equal(detailOf('F.hardsig', 'F.hardsigmoid'), 'clip(x/6+0.5,0,1)')
  assert.match(
    detailOf('keras.activations.hard_sig', 'keras.activations.hard_sigmoid') ?? '',
    /^hard_sigmoid\(x\): 0\.2/,
  )
})

test('a number argument gets no functions of x, and a call with too few arguments no parenthesis', () => {
  const texts = complete('leaky_relu(x, ').suggestions.map(({ text }) => text)
  assert.ok(texts.includes('leaky_relu(x, 0.5)'))
  assert.deepEqual(
    texts.filter((text) => problemOf(text) !== null),
    [],
  )
  assert.ok(!complete('threshold(x').suggestions.some(({ label }) => label === ')'))
  assert.ok(complete('threshold(x,0,0').suggestions.some(({ label }) => label === ')'))
})

test('a position counts UTF-16 units, and one outside of the text is its end', () => {
  const atEnd = completeText('tanh(sig', 8)
  for (const position of [9, 1000, -1, Number.NaN, 0.5]) assert.deepEqual(completeText('tanh(sig', position), atEnd)
  // A letter of two units before the name.
  assert.equal(completeText('\u{1d465}*ta', 5).position, 0)
  assert.deepEqual(completeText('x*ta\u{1d465}', 4).position, 2)
})

test('huge texts and texts beyond the limits get their problem and no suggestions', () => {
  for (const text of ['('.repeat(4096), 'tanh('.repeat(800), 'x+'.repeat(2048), '"'.repeat(4000), 'a'.repeat(4096)]) {
    const { problem, position } = completeText(text)
    assert.ok(problem !== null && position !== null && position <= text.length)
  }
  const { problem, position, suggestions } = completeText(`${'x'.repeat(1_000_000)}(`)
  assert.match(problem ?? '', /at most 4096 characters/)
  assert.deepEqual([position, suggestions], [4096, []])
})
