import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeActivation } from '../../../src/services/activations/describe-activation.js'
import { openTestApi } from '../../support/api.js'
import { createBenchmark, fitBenchmark } from '../../support/benchmark.js'

const api = await openTestApi()
const benchmark = await createBenchmark(api.database)
await fitBenchmark(api.database, benchmark)

async function ask(query: string, variables?: Record<string, unknown>) {
  const { data, errors } = await api.ask(query, variables)
  assert.deepEqual(errors, [], query)
  return data
}

const NODE = 'query ($id: ID!) { node(id: $id) { __typename id ...on Activation { expression depth isFinite } } }'

async function count() {
  const { rows } = await api.database.pool.query(`SELECT (SELECT count(*)::int FROM activations) AS stored,
    (SELECT count(*)::int FROM expressions) AS spellings, (SELECT count(*)::int FROM described_activations) AS described`)
  return rows[0]
}

test('node finds every function whose id a query gave, on another server too, and no list shows it', async (t) => {
  const before = await count()
  const text = 'cosh(mul(x,elish(softsign(x))))'
  const { activation } = await ask('query ($e: String!) { activation(expression: $e) { id } }', { e: text })
  const { compare } =
    await ask(`{ compare(expressions: ["cosh( erf(mish(x)) )", "cosh(erf(gelu(x)))"], datasets: ["synthetic"]) {
    activation { id } } }`)
  const { predict } = await ask(
    '{ predict(dataset: "synthetic", expressions: ["tanh(erf(mish(x)))"]) { activation { id } } }',
  )
  const { dataset } =
    await ask(`{ dataset(name: "synthetic") { surrogate { prediction(expression: "erf(tanh(mish(x)))") {
    activation { id } } } } }`)
  const { infinite } = await ask('{ infinite: activation(expression: "reciprocal(zero(erf(x)))") { id isFinite } }')
  const other = await openTestApi(t, api.database)
  const given = [
    [activation.id, text],
    [compare[0].activation.id, 'cosh(erf(mish(x)))'],
    [compare[1].activation.id, 'cosh(erf(gelu(x)))'],
    [predict[0].activation.id, 'tanh(erf(mish(x)))'],
    [dataset.surrogate.prediction.activation.id, 'erf(tanh(mish(x)))'],
    [infinite.id, 'reciprocal(zero(erf(x)))'],
  ]
  for (const [id, expression] of given) {
    const described = describeActivation(expression)
    const expected = { depth: described.depth, isFinite: described.isFinite }
    const { data, errors } = await other.ask(NODE, { id })
    assert.deepEqual([errors, data.node], [[], { __typename: 'Activation', id, expression, ...expected }])
  }
  const { nodes } = await ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: given.map(([id]) => id) })
  assert.deepEqual(
    nodes,
    given.map(([id]) => ({ id })),
  )
  assert.deepEqual(await count(), { ...before, described: before.described + given.length })
})

test('a query that does not select the id records nothing, and a repeated one nothing more', async () => {
  const before = await count()
  await ask(
    '{ activation(expression: "sinh(erf(erf(x)))") { expression evaluations { id } neighbours(first: 1) { distance } } }',
  )
  assert.deepEqual(await count(), before)
  const query =
    '{ a: activation(expression: "sinh(erf(erf(x)))") { id } b: activation(expression: "sinh(identity(erf(erf(x))))") { id } }'
  const { a, b } = await ask(query)
  assert.equal(a.id, b.id)
  await Promise.all([ask(query), ask(query)])
  assert.deepEqual(await count(), { ...before, described: before.described + 1 })
})

test('a function that is stored after its id was given keeps the id and gets the name of its first client', async () => {
  const { activation } = await ask('{ activation(expression: "erf(erf(erf(x)))") { id } }')
  const secret = await api.createKey('DATASET')
  const mutation = `mutation { createDataset(input: { name: "later", title: "t", description: "d", architecture: "a", task: "t" }) { dataset { id } }
    addEvaluation(input: { dataset: "later", expression: "identity(erf(erf(erf(x))))", validationAccuracy: 0.5 }) {
      evaluation { activation { id } } } }`
  const { data, errors } = await api.ask(mutation, {}, secret)
  assert.deepEqual([errors, data.addEvaluation.evaluation.activation.id], [[], activation.id])
  const { node } = await ask(NODE, { id: activation.id })
  assert.equal(node.expression, 'identity(erf(erf(erf(x))))')
})

test('nodes gives null for malformed ids and for objects that do not exist, in order, and refuses more than 100', async () => {
  const { dataset } = await ask('{ dataset(name: "synthetic") { id } }')
  const unknown = Buffer.from(`Activation:${'0'.repeat(64)}`).toString('base64url')
  const gone = Buffer.from('Dataset:999999').toString('base64url')
  const key = Buffer.from('ApiKey:1').toString('base64url')
  const ids = ['nonsense', dataset.id, '', unknown, gone, key, dataset.id]
  const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }'
  const found = { __typename: 'Dataset', id: dataset.id }
  assert.deepEqual((await ask(query, { ids })).nodes, [null, found, null, null, null, null, found])
  assert.deepEqual((await ask(query, { ids: [] })).nodes, [])
  const { errors } = await api.ask(query, { ids: Array.from({ length: 101 }, () => dataset.id) })
  assert.equal(errors[0].extensions.code, 'BAD_USER_INPUT')
  assert.equal(errors[0].extensions.argument, 'ids')
  const single = await api.ask(NODE, { id: 'nonsense' })
  assert.equal(single.errors[0].extensions.code, 'BAD_USER_INPUT')
})

test('a database that refuses the record of an id does not fail the query, and the log says so', async (t) => {
  await api.database.pool.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'read-only'; END $$`)
  await api.database.pool.query(
    'CREATE TRIGGER refuse BEFORE INSERT ON described_activations EXECUTE FUNCTION refuse()',
  )
  t.after(() => api.database.pool.query('DROP TRIGGER refuse ON described_activations'))
  const logged = api.log.length
  const { activation } = await ask('{ activation(expression: "tanh(sinh(erf(mish(x))))") { id } }')
  assert.match(activation.id, /^\w+$/)
  assert.match(api.log.slice(logged).join('\n'), /could not be recorded/)
})

test('an expression that is not valid fails only its own field', async () => {
  const { data, errors } = await api.ask(
    '{ dataset(name: "synthetic") { title } activation(expression: "swish(x") { id } }',
  )
  assert.deepEqual(data, { dataset: { title: 'Synthetic' }, activation: null })
  assert.deepEqual(
    errors.map(({ path, extensions }) => [path, extensions.code]),
    [[['activation'], 'INVALID_EXPRESSION']],
  )
})
