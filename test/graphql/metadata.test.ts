import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApi } from '../support/api.js'

const api = await openTestApi()
const secret = await api.createKey('DATASET')
const described = { title: 't', description: 'd', architecture: 'a', task: 't' }
const create = 'mutation ($input: CreateDatasetInput!) { createDataset(input: $input) { dataset { id } } }'
await api.ask(create, { input: { name: 'mine', ...described } }, secret)

const ADD =
  'mutation ($input: AddEvaluationInput!) { addEvaluation(input: $input) { evaluation { runs { metadata } } } }'
const add = (metadata: unknown, expression = 'relu(x)') =>
  api.ask(ADD, { input: { dataset: 'mine', expression, validationAccuracy: 0.5, metadata } }, secret)
const addLiteral = (metadata: string, declared = '', variables = {}) =>
  api.ask(
    `mutation ${declared} { addEvaluation(input: { dataset: "mine", expression: "tanh(x)", testLoss: 1, metadata: ${metadata} }) {
      evaluation { runs { metadata } }
    } }`,
    variables,
    secret,
  )

test('metadata comes back as it was sent, in a variable or in the document', async () => {
  const metadata = { b: 1, a: { list: [1.5, 'two', null, true, {}] }, '': 'é\n"', 'a.b': -1e-9, constructor: 'c' }
  const { data, errors } = await add(metadata)
  assert.deepEqual(errors, [])
  assert.deepEqual(data.addEvaluation.evaluation.runs[0].metadata, metadata)
  // The order of the fields is kept.
  assert.deepEqual(Object.keys(data.addEvaluation.evaluation.runs[0].metadata)[0], 'b')
  const literal = await addLiteral('{ lr: 0.1, tags: ["x", $tag], deep: { on: true, off: null } }', '($tag: String)', {
    tag: 'y',
  })
  assert.deepEqual(literal.errors, [])
  const expected = { lr: 0.1, tags: ['x', 'y'], deep: { on: true, off: null } }
  assert.deepEqual(literal.data.addEvaluation.evaluation.runs[0].metadata, expected)
})

test('without metadata, or with null, a run has none', async () => {
  const { data } = await add(null, 'elu(x)')
  assert.deepEqual(data.addEvaluation.evaluation.runs, [{ metadata: null }])
})

test('metadata that is no small JSON object is refused, and the error names it', async () => {
  const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) })
  const cases: [unknown, string][] = [
    [[1], 'metadata'],
    ['text', 'metadata'],
    [7, 'metadata'],
    [true, 'metadata'],
    [{ text: 'x'.repeat(8192) }, 'metadata'],
    [{ text: 'é'.repeat(4097) }, 'metadata'],
    [nested(7), 'metadata.a.a.a.a.a.a'],
    [{ list: [{ text: 'a\0' }] }, 'metadata.list[0].text'],
    [{ 'a\0': 1 }, 'metadata'],
    [{ lone: '\ud800' }, 'metadata.lone'],
  ]
  for (const [metadata, argument] of cases) {
    const { errors } = await add(metadata)
    assert.equal(errors[0]?.extensions.code, 'BAD_USER_INPUT', JSON.stringify(metadata).slice(0, 60))
    assert.equal(errors[0].extensions.argument, argument)
  }
  assert.deepEqual((await add(nested(6))).errors, [])
  assert.deepEqual((await add({ text: 'x'.repeat(8192 - '{"text":""}'.length) })).errors, [])
  const literals: [string, string][] = [
    ['{ __proto__: { admin: true } }', 'BAD_USER_INPUT'],
    ['{ a: [{ __proto__: 1 }] }', 'BAD_USER_INPUT'],
    ['{ a: 1e999 }', 'BAD_USER_INPUT'],
    ['{ a: NaN }', 'GRAPHQL_VALIDATION_FAILED'],
    ['[1]', 'BAD_USER_INPUT'],
    ['"text"', 'BAD_USER_INPUT'],
  ]
  for (const [literal, code] of literals) {
    assert.equal((await addLiteral(literal)).errors[0]?.extensions.code, code, literal)
  }
  const hostile = `{"query":${JSON.stringify(ADD)},"variables":{"input":{"dataset":"mine","expression":"x","testLoss":1,"metadata":{"__proto__":{"a":1}}}}}`
  const { statusCode } = await api.app.http.inject({
    method: 'POST',
    url: '/graphql',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    payload: hostile,
  })
  assert.equal(statusCode, 400)
  assert.equal(({} as { a?: unknown }).a, undefined)
})

test('the type says where its format is specified', async () => {
  const { data } = await api.ask('{ __type(name: "JSONObject") { specifiedByURL } }')
  assert.equal(data.__type.specifiedByURL, 'https://www.rfc-editor.org/rfc/rfc8259')
})

test('the database refuses metadata that is no small object, whoever writes it', async () => {
  for (const text of ['[1]', '"a"', 'null', `{"a":"${'x'.repeat(8192)}"}`]) {
    await assert.rejects(api.database.pool.query('update runs set metadata = $1', [text]), /metadata_is_a_small_object/)
  }
})
