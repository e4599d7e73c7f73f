import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isNonNullType, isObjectType } from 'graphql'
import { createSchema } from '../../src/graphql/schema.js'
import { openTestApi } from '../support/api.js'
import { createBenchmark } from '../support/benchmark.js'
import { openTestSocket } from '../support/sockets/web-socket.js'

const api = await openTestApi()
await createBenchmark(api.database, 40, 0)
const secret = await api.createKey('SEARCH', 'DATASET')

const SEARCH = (dataset: string) =>
  `createSearch(input: { dataset: "${dataset}", algorithm: RANDOM }) { search { id } }`
const DATASET = (name: string) =>
  `createDataset(input: { name: "${name}", title: "t", description: "d", architecture: "a", task: "t" }) { dataset { name } }`

test('a failed mutation is null with its error, and the results of the others stay in place', async () => {
  const { data, errors, status } = await api.ask(
    `mutation { a: ${SEARCH('synthetic')} b: ${SEARCH('nope')} c: ${SEARCH('synthetic')} }`,
    {},
    secret,
  )
  assert.equal(status, 200)
  assert.deepEqual(
    errors.map(({ path, extensions }) => [path, extensions.code, extensions.argument]),
    [[['b'], 'NOT_FOUND', 'dataset']],
  )
  assert.equal(data.b, null)
  const ids = [data.a.search.id, data.c.search.id]
  const { data: read } = await api.ask('{ searches(dataset: "synthetic") { nodes { id } } }')
  assert.deepEqual(read.searches.nodes.map(({ id }: { id: string }) => id).reverse(), ids)
})

test('the result of a mutation is nullable, whatever it is', () => {
  const mutations = createSchema().getMutationType()
  assert.ok(isObjectType(mutations))
  for (const { name, type } of Object.values(mutations.getFields())) assert.ok(!isNonNullType(type), name)
})

test('every mutation that fails is null, also if none succeeds, and later ones run', async () => {
  const { data, errors } = await api.ask(
    `mutation { ...first ... on Mutation { d: ${DATASET('partial')} } e: ${DATASET('partial')} ... @skip(if: true) { f: ${SEARCH('nope')} } }
     fragment first on Mutation { a: ${SEARCH('nope')} b: ${DATASET('No Name')} }`,
    {},
    secret,
  )
  assert.deepEqual(data, { a: null, b: null, d: { dataset: { name: 'partial' } }, e: null })
  assert.deepEqual(
    errors.map(({ path, extensions }) => [path?.join('.'), extensions.code]),
    [
      ['a', 'NOT_FOUND'],
      ['b', 'BAD_USER_INPUT'],
      ['e', 'CONFLICT'],
    ],
  )
})

test('a mutation that would not fit into the budget runs no mutation of its operation', async (t) => {
  const poor = await openTestApi(t, undefined, { rateLimit: 150 })
  await createBenchmark(poor.database, 5, 0)
  const key = await poor.createKey('SEARCH')
  const { data, errors } = await poor.ask(`mutation { a: ${SEARCH('synthetic')} b: ${SEARCH('nope')} }`, {}, key)
  assert.deepEqual([data, errors[0].extensions.code], [undefined, 'QUERY_TOO_COMPLEX'])
  assert.equal(await poor.database.prisma.search.count(), 0)
  // A failed mutation costs what it would have cost: 101 of 150 units.
  assert.equal((await poor.ask(`mutation { ${SEARCH('nope')} }`, {}, key)).errors[0].extensions.code, 'NOT_FOUND')
  assert.equal(
    (await poor.ask(`mutation { ${SEARCH('synthetic')} }`, {}, key)).errors[0].extensions.code,
    'RATE_LIMITED',
  )
})

test('partial results arrive over web sockets too', async (t) => {
  const socket = await openTestSocket(api, { Authorization: `Bearer ${secret}` })
  t.after(() => socket.close())
  const { value } = await socket.open(`mutation { a: ${SEARCH('synthetic')} b: ${SEARCH('nope')} }`).next()
  assert.ok(value?.data?.a)
  assert.equal(value?.data?.b, null)
  assert.deepEqual(value?.errors?.[0].path, ['b'])
})

test('compare gives null with an error at the place of an expression that does not parse', async () => {
  const { data, errors } = await api.ask(
    '{ compare(expressions: ["relu(x)", "relu(x", "sine(x)", "x"], datasets: ["synthetic"]) { expression } dataset(name: "synthetic") { name } }',
  )
  assert.deepEqual(data, {
    compare: [{ expression: 'relu(x)' }, null, null, { expression: 'x' }],
    dataset: { name: 'synthetic' },
  })
  assert.deepEqual(
    errors.map(({ path, extensions }) => [path, extensions.code, typeof extensions.position]),
    [
      [['compare', 1], 'INVALID_EXPRESSION', 'number'],
      [['compare', 2], 'INVALID_EXPRESSION', 'number'],
    ],
  )
})
