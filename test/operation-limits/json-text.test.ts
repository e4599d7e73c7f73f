import assert from 'node:assert/strict'
import { test } from 'node:test'
import { JsonText, stringifyAnswer } from '../../src/operation-limits/json-text.js'
import { isLongerThan } from '../../src/operation-limits/measure-answer.js'

test('texts are copied into an answer in their places, as they are', () => {
  const answer = {
    errors: undefined,
    data: { a: new JsonText('[{"x":1e-05}]', 1), b: [new JsonText('[]', 0), 'x', new JsonText('"$& $1"', 1)], c: null },
  }
  assert.equal(stringifyAnswer(answer), '{"data":{"a":[{"x":1e-05}],"b":[[],"x","$& $1"],"c":null}}\n')
})

test('an answer without texts is its JSON and a line end', () => {
  assert.equal(stringifyAnswer({ data: { a: [1, 'é'] } }), '{"data":{"a":[1,"é"]}}\n')
})

test('elsewhere a text stands for its value, also after an answer could not be written', () => {
  assert.throws(() => stringifyAnswer({ a: new JsonText('1', 1), b: 1n }), TypeError)
  assert.equal(JSON.stringify({ a: new JsonText('[1]', 1) }), '{"a":[1]}')
})

test('a text counts with its length in the size of an answer', () => {
  const answer = { a: new JsonText(`["${'x'.repeat(996)}"]`, 1) }
  assert.equal(isLongerThan(answer, 990), true)
  assert.equal(isLongerThan(answer, 1010), false)
})
