import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isLongerThan } from '../../src/operation-limits/measure-answer.js'
import { openTestApi } from '../support/api.js'
import { createTrainable } from '../support/fixtures/training-fixture.js'
import { openTestSocket } from '../support/sockets/web-socket.js'

const LIMIT = 100_000
const aliases = Array.from({ length: 90 }, (_, i) => `a${i}: expression`).join(' ')
/** A text of 2,000 characters that is one expression. */
const expression = `sum_n(${Array(200).fill('elish(x)').join(',')})`
const QUERY = `query ($expressions: [String!]!) {
  compare(expressions: $expressions, datasets: ["mini-cnn"]) { ${aliases} }
}`

test('an answer that is too long is QUERY_TOO_COMPLEX over HTTP and web sockets, and no cache keeps it', async (t) => {
  const api = await openTestApi(t, undefined, { limits: { answerBytes: LIMIT } })
  await createTrainable(api.database)
  const some = await api.ask(QUERY, { expressions: ['x', 'relu(x)'] })
  assert.equal(some.data.compare.length, 2)

  const many = { expressions: Array(10).fill(expression) }
  const { status, data, errors } = await api.ask(QUERY, many)
  assert.deepEqual([status, data, errors.length], [400, undefined, 1])
  assert.deepEqual(errors[0].extensions, { code: 'QUERY_TOO_COMPLEX', cost: LIMIT + 1, limit: LIMIT })

  const query = { query: QUERY, variables: JSON.stringify(many) }
  const cached = await api.app.http.inject({ url: '/graphql', query })
  assert.equal(cached.statusCode, 400)
  assert.equal(cached.headers['cache-control'], 'private, no-store')

  const socket = await openTestSocket(api)
  t.after(() => socket.close())
  const answers = []
  for await (const answer of socket.open(QUERY, many)) answers.push(answer)
  assert.equal(answers[0].errors?.[0].extensions?.code, 'QUERY_TOO_COMPLEX')
  assert.equal(answers[0].data, undefined)
  assert.deepEqual(api.log, [])
})

test('the length of an answer is that of its JSON, except for escapes and the length of numbers', () => {
  const leaf = fc.oneof(
    fc.string({ unit: 'grapheme-ascii' }),
    fc.float({ noNaN: true }),
    fc.integer(),
    fc.constant(null),
    fc.boolean(),
  )
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      leaf,
      fc.array(tie('value')),
      fc.dictionary(fc.stringMatching(/^\w{1,8}$/), tie('value')),
    ),
  })).value
  fc.assert(
    fc.property(value, (answer) => {
      const { length } = JSON.stringify(answer)
      assert.ok(!isLongerThan(answer, 8 * length + 16), 'not much longer')
      assert.ok(length < 64 || isLongerThan(answer, length / 8), 'not much shorter')
    }),
  )
})
