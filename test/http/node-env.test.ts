import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ERROR_CODES } from '../../src/errors.js'
import { openTestDatabase } from '../support/database.js'
import { startServerProcess } from '../support/server-process.js'

const json = { 'content-type': 'application/json' }
const ask = (query: string, more = {}) => ({ method: 'POST', headers: json, body: JSON.stringify({ query, ...more }) })

/** Requests with errors of many kinds: in HTTP, in the document, in its variables, in its execution. */
const REQUESTS: readonly [string, RequestInit][] = [
  ['/nothing', {}],
  ['/graphql', {}],
  ['/graphql?query=mutation%7BdeleteDataset%7D', {}],
  ['/graphql', { method: 'POST', headers: json, body: '{' }],
  ['/graphql', { method: 'POST', headers: json, body: '[]' }],
  ['/graphql', { method: 'POST', body: 'query=x' }],
  ['/graphql', ask('{')],
  ['/graphql', ask('{ nothing }')],
  ['/graphql', ask('{ a: __typename } { b: __typename }')],
  ['/graphql', ask('query ($f: Int!) { activations(first: $f) { totalCount } }', { variables: { f: 'x' } })],
  ['/graphql', ask('{ activation(expression: "relu(") { id } }')],
  ['/graphql', ask('{ dataset(name: "none") { id } }')],
  ['/graphql', ask('mutation { deleteDataset(name: "x") { name } }')],
  ['/graphql', ask('subscription { evaluations(dataset: "x") { id } }')],
  ['/graphql', ask('', { extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } })],
  ['/export/none.csv', {}],
  ['/%', {}],
]

test('errors are the same and have only codes of the API, whatever NODE_ENV says', async (t) => {
  const { url } = await openTestDatabase(t)
  const answers: string[][] = []
  for (const NODE_ENV of ['production', 'development', 'test', '']) {
    const server = await startServerProcess(url, { NODE_ENV, ACTBENCH_RATE_LIMIT: '0' })
    t.after(() => server.child.kill('SIGKILL'))
    const own: string[] = []
    for (const [path, request] of REQUESTS) {
      const answer = await fetch(server.address + path, request)
      const text = await answer.text()
      const { errors } = JSON.parse(text)
      assert.ok(errors.length > 0, `${path}: ${text}`)
      for (const { extensions } of errors) {
        assert.ok(extensions.code in ERROR_CODES, text)
        assert.notEqual(extensions.code, 'INTERNAL_SERVER_ERROR', text)
        assert.ok(!('stacktrace' in extensions), text)
      }
      own.push(`${answer.status} ${text}`)
    }
    answers.push(own)
    server.child.kill('SIGKILL')
  }
  for (const own of answers) assert.deepEqual(own, answers[0])
})
