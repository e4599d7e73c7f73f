import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApi } from '../../support/api.js'

const api = await openTestApi()

async function ask(query: string, variables?: Record<string, unknown>) {
  const { data, errors } = await api.ask(query, variables)
  assert.deepEqual(errors, [], query)
  return data
}

const names = ({ knownFunctions }: { knownFunctions: { nodes: { name: string }[] } }) =>
  knownFunctions.nodes.map(({ name }) => name)

test('pages of known functions follow each other in both directions, without gaps and repetitions', async () => {
  const query = `query ($first: Int, $after: String, $last: Int, $before: String) {
    knownFunctions(first: $first, after: $after, last: $last, before: $before) {
      nodes { name } edges { cursor node { name } } totalCount
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }`
  const all = (await ask(query, { first: 200 })).knownFunctions
  assert.equal(all.nodes.length, all.totalCount)
  assert.ok(all.totalCount >= 150)
  const forward: string[] = []
  for (let after: string | null = null, more = true; more; ) {
    const page: typeof all = (await ask(query, { first: 7, after })).knownFunctions
    assert.equal(page.pageInfo.hasPreviousPage, after !== null)
    forward.push(...page.nodes.map(({ name }: { name: string }) => name))
    more = page.pageInfo.hasNextPage
    after = page.pageInfo.endCursor
  }
  const expected = all.nodes.map(({ name }: { name: string }) => name)
  assert.deepEqual(forward, expected)
  const backward: string[] = []
  for (let before: string | null = null, more = true; more; ) {
    const page: typeof all = (await ask(query, { last: 40, before })).knownFunctions
    assert.equal(page.pageInfo.hasNextPage, before !== null)
    backward.unshift(...page.nodes.map(({ name }: { name: string }) => name))
    more = page.pageInfo.hasPreviousPage
    before = page.pageInfo.startCursor
  }
  assert.deepEqual(backward, expected)
  const { edges } = all
  const between = (await ask(query, { first: 200, after: edges[2].cursor, before: edges[5].cursor })).knownFunctions
  assert.deepEqual(
    between.nodes.map(({ name }: { name: string }) => name),
    expected.slice(3, 5),
  )
  const crossed = (await ask(query, { first: 5, after: edges[5].cursor, before: edges[2].cursor })).knownFunctions
  assert.deepEqual(crossed.nodes, [])
})

test('a known function has its facts and its activation, stored or not', async () => {
  const { knownFunctions } = await ask(`{ knownFunctions(search: "gompertz linear") { totalCount nodes {
    name aliases expression year reference activation { id names expression }
  } } }`)
  assert.equal(knownFunctions.totalCount, 1)
  const { activation, ...facts } = knownFunctions.nodes[0]
  assert.deepEqual(facts, {
    name: 'GoLU',
    aliases: ['Gompertz linear unit', 'ExpExpish'],
    expression: 'mul(x,exp(negative(exp(negative(x)))))',
    year: 2025,
    reference: 'arXiv:2502.03654',
  })
  assert.deepEqual(activation.names, ['GoLU', ...facts.aliases])
  const other = await ask(
    '{ activation(expression: "x*exp(-1*exp(-x))") { id } named: activation(expression: "GoLU") { id } }',
  )
  assert.deepEqual([other.activation.id, other.named.id], [activation.id, activation.id])
})

test('a search without text lists all, and one without a match lists none', async () => {
  const count = async (search: string | null) => {
    const query = 'query ($search: String) { knownFunctions(search: $search) { totalCount nodes { name } } }'
    const data = await ask(query, { search })
    return [data.knownFunctions.totalCount, names(data).length]
  }
  const all = await count(null)
  assert.deepEqual(await count(''), all)
  assert.deepEqual(await count('  '), all)
  assert.deepEqual(await count("'; drop table activations"), [0, 0])
  assert.equal((await count('SWISH'))[0] > 5, true)
})

test('wrong arguments of known functions name the argument', async () => {
  const cases: [string, string][] = [
    ['first: 0', 'first'],
    ['first: 201', 'first'],
    ['first: 1, last: 1', 'last'],
    ['after: "nonsense"', 'after'],
    [`search: "${'a'.repeat(201)}"`, 'search'],
    ['search: "a\\u0000b"', 'search'],
  ]
  for (const [given, argument] of cases) {
    const { errors } = await api.ask(`{ knownFunctions(${given}) { totalCount } }`)
    assert.equal(errors[0]?.extensions.code, 'BAD_USER_INPUT', given)
    assert.equal(errors[0]?.extensions.argument, argument, given)
  }
})

test('a function without a name in the literature has no names', async () => {
  const { activation } = await ask('{ activation(expression: "cosh(gelu(mish(x)))") { names } }')
  assert.deepEqual(activation.names, [])
})
