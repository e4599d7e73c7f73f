import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApi } from '../../support/api.js'

const api = await openTestApi()

test('an expression that does not parse is refused with position, what was expected, and the nearest reading', async () => {
  const cases: [text: string, position: number, suggestion: string | undefined][] = [
    ['1..2', 2, '1.2'],
    ['0x10', 0, '16'],
    ['1_000', 1, '1000'],
    ['x x', 2, 'x*x'],
    ['x(', 1, 'x'],
    ['torch.nope(x)', 0, undefined],
    ['torch.nn.functional.rellu(x)', 0, 'relu(x)'],
    ['lambda x: x', 0, 'x'],
    ["__import__('os')", 0, undefined],
    ['1e309', 0, '1.7976931348623157e308'],
    ['-1e999*x', 1, '-1.7976931348623157e308*x'],
    ['1e-999', 0, '0'],
    [`0.${'1'.repeat(2000)}*x`, 0, '0.1111111111111111*x'],
    ['x \u2212 1', 2, 'x - 1'],
    ['0,5*x', 1, '0.5*x'],
    ['max(0,1*x, x)', 9, 'max(0.1*x, x)'],
    ['x\u00b2', 1, 'x**2'],
    ['\u03c3(x)', 0, 'sigmoid(x)'],
    ['', 0, 'x'],
    ['x'.repeat(5000), 4096, undefined],
  ]
  for (const [text, position, suggestion] of cases) {
    const { data, errors } = await api.ask('query ($text: String!) { activation(expression: $text) { expression } }', {
      text,
    })
    assert.equal(data?.activation ?? null, null, text)
    assert.equal(errors.length, 1, text)
    const { code, ...extensions } = errors[0].extensions
    assert.equal(code, 'INVALID_EXPRESSION')
    assert.equal(extensions.position, position, text)
    assert.match(String(extensions.expected), /\w/)
    assert.equal(extensions.suggestion, suggestion, text)
    if (suggestion !== undefined) assert.ok(errors[0].message.endsWith(`did you mean ${suggestion}?`))
  }
})
