import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SubscribePayload } from 'graphql-ws'
import { DEFAULT_LIMITS } from '../../src/limits.js'
import { type ClientError, openTestApi } from '../support/api.js'
import { openTestSocket } from '../support/sockets/web-socket.js'

const api = await openTestApi()
const socket = await openTestSocket(api)
const repeat = (count: number, toText: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => toText(index)).join(' ')

interface Attack {
  readonly query: string
  readonly variables?: Record<string, unknown>
  readonly code: string
  readonly cost?: number
  readonly limit?: number
}

const L = DEFAULT_LIMITS
const nested = (depth: number): string =>
  `${repeat(depth, () => 'evaluations { activation {')} id ${repeat(depth, () => '} }')}`
const beyond = (
  name: keyof typeof L,
  query: string,
  cost = L[name] + 1,
  variables?: Record<string, unknown>,
): Attack => ({
  query,
  variables,
  code: 'QUERY_TOO_COMPLEX',
  cost,
  limit: L[name],
})
let deepList: unknown = 1
for (let level = 0; level < 3000; level++) deepList = [deepList]

/** Operations of an attacker, with the expected answers. */
const ATTACKS: Readonly<Record<string, Attack>> = {
  'fields within fields': beyond('depth', `{ activation(expression: "x") { ${nested(10)} } }`, 22),
  'fields within fields by a chain of fragments': beyond(
    'depth',
    `{ activation(expression: "x") { ...f0 } } ${repeat(10, (i) => `fragment f${i} on Activation { evaluations { activation { ...f${i + 1} } } }`)} fragment f10 on Activation { id }`,
    22,
  ),
  'a schema within the schema': beyond(
    'introspectionDepth',
    `{ __schema { types { ${repeat(30, () => 'ofType {')} name ${repeat(30, () => '}')} } } }`,
    33,
  ),
  'root fields by aliases': beyond('rootFields', `{ ${repeat(60, (i) => `a${i}: service { name }`)} }`, 60),
  'root fields by a fragment': beyond(
    'rootFields',
    `{ ...F } fragment F on Query { ${repeat(60, (i) => `a${i}: service { name }`)} }`,
    60,
  ),
  aliases: beyond('aliases', `{ service { ${repeat(101, (i) => `a${i}: name`)} } }`),
  'the same field again and again': beyond('fields', `{ service { ${repeat(3000, () => 'name')} } }`, 3001),
  'the same object again and again': beyond('fields', `{ ${repeat(990, () => 'service { name }')} }`, 1980),
  'empty fragments within each other': beyond(
    'fields',
    `{ ${repeat(900, () => '... {')} service { name } ${repeat(900, () => '}')} }`,
    902,
  ),
  fragments: beyond(
    'fragments',
    `{ service { name } } ${repeat(51, (i) => `fragment F${i} on Query { service { name } }`)}`,
  ),
  operations: beyond(
    'operations',
    repeat(21, (i) => `query Q${i} { service { name } }`),
  ),
  directives: beyond('directives', `{ service { name ${repeat(51, () => '@include(if: true)')} } }`),
  'variables that are declared': beyond(
    'variables',
    `query (${repeat(101, (i) => `$v${i}: Int`)}) { service { name } }`,
  ),
  'lists within lists in the document': beyond(
    'valueDepth',
    `{ predict(dataset: "d", expressions: ${'['.repeat(1500)}"x"${']'.repeat(1500)}) { mean } }`,
  ),
  'a long list in the document': beyond(
    'list',
    `{ predict(dataset: "d", expressions: [${repeat(1001, () => '"x"')}]) { mean } }`,
  ),
  'a long list in a variable': beyond(
    'list',
    'query ($e: [String!]!) { predict(dataset: "d", expressions: $e) { mean } }',
    100_000,
    { e: Array(100_000).fill('x') },
  ),
  'lists within lists in a variable': beyond(
    'valueDepth',
    'query ($e: [String!]!) { predict(dataset: "d", expressions: $e) { mean } }',
    L.valueDepth + 1,
    { e: deepList },
  ),
  'many values in variables that nobody declared': beyond('values', '{ service { name } }', L.values + 1, {
    ...Object.fromEntries(Array.from({ length: L.values / 1000 }, (_, i) => [`list${i}`, Array(1000).fill(0)])),
    more: 0,
  }),
  tokens: { query: `{ service { ${repeat(5000, () => 'name')} } }`, code: 'GRAPHQL_PARSE_FAILED' },
  'a cycle of fragments': {
    query:
      '{ activation(expression: "x") { ...A } } fragment A on Activation { evaluations { activation { ...B } } } fragment B on Activation { evaluations { activation { ...A } } }',
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  'fragments that double at each link': {
    query: `{ activation(expression: "x") { ...f0 } } ${repeat(6, (i) => `fragment f${i} on Activation { a: evaluations { activation { ...f${i + 1} } } b: evaluations { activation { ...f${i + 1} } } }`)} fragment f6 on Activation { neighbours { distance } }`,
    code: 'QUERY_TOO_COMPLEX',
    limit: L.cost,
  },
  'pages within pages': {
    query: '{ datasets(first: 200) { nodes { leaderboard(first: 200) { nodes { expression } } } } }',
    code: 'QUERY_TOO_COMPLEX',
    limit: L.cost,
  },
  'pages within pages, by variables': {
    query: 'query ($n: Int) { datasets(first: $n) { nodes { leaderboard(first: $n) { nodes { expression } } } } }',
    variables: { n: 200 },
    code: 'QUERY_TOO_COMPLEX',
    limit: L.cost,
  },
  'neighbours of neighbours of neighbours': {
    query:
      '{ activation(expression: "x") { neighbours(first: 100) { activation { neighbours(first: 100) { activation { id } } } } } }',
    code: 'QUERY_TOO_COMPLEX',
    limit: L.cost,
  },
  'all spectra': {
    query: '{ activations(first: 200) { nodes { fisherSpectrum(dataset: "d") { values } } } }',
    code: 'QUERY_TOO_COMPLEX',
    limit: L.cost,
  },
}

function check(name: string, attack: Attack, { message, extensions }: ClientError): void {
  assert.equal(extensions.code, attack.code, `${name}: ${message}`)
  if (attack.limit !== undefined) assert.equal(extensions.limit, attack.limit, name)
  if (attack.cost !== undefined) assert.equal(extensions.cost, attack.cost, name)
  if (attack.limit !== undefined) assert.ok(Number(extensions.cost) > attack.limit, name)
}

for (const [name, attack] of Object.entries(ATTACKS)) {
  test(`over HTTP and over a web socket: ${name}`, async (t) => {
    const { data, errors } = await api.ask(attack.query, attack.variables)
    assert.equal(data, undefined)
    check(name, attack, errors[0])
    const answers: unknown[] = []
    const stream = socket.client.iterate({ query: attack.query, variables: attack.variables } as SubscribePayload)
    try {
      for await (const each of stream) answers.push(each)
    } catch (refusal) {
      check(name, attack, (refusal as ClientError[])[0])
      t.diagnostic(errors[0].message.slice(0, 120))
      return
    }
    assert.fail(`it ran: ${JSON.stringify(answers)}`)
  })
}

test('none of these attacks made the service fail', () => {
  assert.deepEqual(api.log, [])
})

test('the limits can be set', async (t) => {
  const strict = await openTestApi(t, undefined, { limits: { cost: 100, aliases: 0, depth: 4 } })
  const codes = async (query: string) => (await strict.ask(query)).errors.map(({ extensions }) => extensions)
  assert.deepEqual(await codes('{ service { name } }'), [])
  assert.deepEqual(await codes('{ a: service { name } }'), [{ code: 'QUERY_TOO_COMPLEX', cost: 1, limit: 0 }])
  const [{ code, limit }] = await codes('{ activations(first: 200) { nodes { id } } }')
  assert.deepEqual([code, limit], ['QUERY_TOO_COMPLEX', 100])
})

test('an operation may cost no more than the whole budget', async (t) => {
  const { ask } = await openTestApi(t, undefined, { rateLimit: 50 })
  const { errors } = await ask('{ activations(first: 200) { nodes { __typename } } }')
  assert.deepEqual(errors[0].extensions, { code: 'QUERY_TOO_COMPLEX', cost: 203, limit: 50 })
})

test('a document that is too deep to be parsed reveals no message of the runtime', async () => {
  for (const tokens of [DEFAULT_LIMITS.tokens, 100_000]) {
    const { app } =
      tokens === DEFAULT_LIMITS.tokens ? api : await openTestApi(undefined, undefined, { limits: { tokens } })
    for (const levels of [1900, 30_000, 100_000]) {
      const query = '{ a '.repeat(levels) + '}'.repeat(levels)
      const answer = await app.http.inject({ method: 'POST', url: '/graphql', payload: { query } })
      const [{ message, extensions }] = answer.json().errors
      assert.match(extensions.code, /^(QUERY_TOO_COMPLEX|GRAPHQL_PARSE_FAILED)$/)
      assert.doesNotMatch(message, /stack/)
    }
  }
})
