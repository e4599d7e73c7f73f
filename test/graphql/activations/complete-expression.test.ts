import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApi } from '../../support/api.js'

const api = await openTestApi()
const QUERY = `query ($text: String!, $position: Int) {
  completeExpression(text: $text, position: $position) { expression problem position suggestions { text label detail } }
}`

async function complete(text: string, position?: number | null) {
  const { data, errors, status } = await api.ask(QUERY, { text, position })
  assert.deepEqual(errors, [])
  assert.equal(status, 200)
  return data.completeExpression
}

test('a text that is being typed gets its problem and suggestions', async () => {
  const { suggestions, ...state } = await complete('tanh(sig')
  assert.equal(state.expression, null)
  assert.match(state.problem, /^invalid at position 5; expected a number, x or the name of an operator/)
  assert.equal(state.position, 5)
  assert.deepEqual(suggestions[0], { text: 'tanh(sigmoid(x))', label: 'sigmoid', detail: '1 / (1 + e^-x)' })
  assert.deepEqual(await complete('tanh(sig', 8), { suggestions, ...state })
  assert.deepEqual(await complete('tanh(sig', null), { suggestions, ...state })
})

test('an expression gets its canonical text, and suggestions that continue it', async () => {
  const { suggestions, ...state } = await complete('0.5*x')
  assert.deepEqual(state, { expression: 'mul(0.5,x)', problem: null, position: null })
  for (const { text } of suggestions) {
    const { data, errors } = await api.ask('query ($text: String!) { activation(expression: $text) { expression } }', {
      text,
    })
    assert.deepEqual(errors, [], text)
    assert.ok(data.activation.expression)
  }
})

test('no text and no position is an error', async () => {
  const texts = [
    '',
    ' ',
    '\0',
    '\ud800',
    '\u{1d465}',
    '((((',
    "__import__('os')",
    'lambda x: x',
    '"',
    'x'.repeat(100_000),
  ]
  for (const text of texts) {
    for (const position of [0, 3, -7, 2 ** 31 - 1]) await complete(text, position)
  }
})

test('a text that the database cannot store is refused if its variable has another use', async () => {
  const both = `query ($text: String!) { completeExpression(text: $text) { position } dataset(name: $text) { name } }`
  const { errors } = await api.ask(both, { text: '\0' })
  assert.deepEqual(
    errors.map(({ extensions }) => [extensions.code, extensions.argument]),
    [['BAD_USER_INPUT', 'text']],
  )
})
