import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type GraphQLNamedInputType, getNamedType, isInputObjectType, isNonNullType, isObjectType } from 'graphql'
import { createSchema } from '../../src/graphql/schema.js'
import { openTestApi } from '../support/api.js'
import { createBenchmark, fitBenchmark } from '../support/benchmark.js'
import { openTestSocket } from '../support/sockets/web-socket.js'

const api = await openTestApi()
await fitBenchmark(api.database, await createBenchmark(api.database, 60, 48))
const secret = await api.createKey('ADMIN')

/** Fields with their nullable arguments as variables of these types. Each is asked for with null and without arguments. */
const FIELDS: readonly (readonly [field: string, types: Readonly<Record<string, string>>, path?: string])[] = [
  ['datasets(first: $f, after: $a) { nodes { name } }', { f: 'Int', a: 'String' }],
  [
    'activations(filter: $w, first: $f, after: $a, last: $l, before: $b) { nodes { id } }',
    { w: 'ActivationFilter', f: 'Int', a: 'String', l: 'Int', b: 'String' },
  ],
  [
    'trainingJobs(dataset: $d, state: $s, first: $f, after: $a) { nodes { id } }',
    { d: 'String', s: 'TrainingState', f: 'Int', a: 'String' },
  ],
  [
    'searches(dataset: $d, state: $s, first: $f, after: $a) { nodes { id } }',
    { d: 'String', s: 'SearchState', f: 'Int', a: 'String' },
  ],
  ['curve(from: $x, to: $y, points: $p) { x y }', { x: 'Float', y: 'Float', p: 'Int' }, 'activation'],
  [
    'neighbours(dataset: $d, space: $s, first: $f) { distance }',
    { d: 'String', s: 'FeatureSpace', f: 'Int' },
    'activation',
  ],
  ['equivalents(first: $f, after: $a) { nodes }', { f: 'Int', a: 'String' }, 'activation'],
  ['outputs { values(offset: $o, limit: $l) }', { o: 'Int', l: 'Int' }, 'activation'],
  [
    'statistics(metric: $m, filter: $w, bins: $n) { metric count histogram { count } }',
    { m: 'Metric', w: 'EvaluationFilter', n: 'Int' },
    'dataset',
  ],
  [
    'groups(by: DEPTH, metric: $m, filter: $w) { key statistics { metric } }',
    { m: 'Metric', w: 'EvaluationFilter' },
    'dataset',
  ],
  [
    'leaderboard(metric: $m, filter: $w, first: $f, after: $a, last: $l, before: $b) { nodes { id } }',
    { m: 'Metric', w: 'EvaluationFilter', f: 'Int', a: 'String', l: 'Int', b: 'String' },
    'dataset',
  ],
  [
    'evaluations(filter: $w, orderBy: $o, first: $f) { nodes { id rank(metric: $m) } }',
    { w: 'EvaluationFilter', o: 'EvaluationOrder', f: 'Int', m: 'Metric' },
    'dataset',
  ],
  [
    'surrogate(version: $v) { version embedding(first: $f) { nodes { x } } predictions(evaluated: $e, first: $f) { nodes { mean } } }',
    { v: 'Int', f: 'Int', e: 'Boolean' },
    'dataset',
  ],
]

const PARENTS: Readonly<Record<string, string>> = {
  activation: 'activation(expression: "mish(x)")',
  dataset: 'dataset(name: "synthetic")',
}

const within = (field: string, path?: string) => (path ? `${PARENTS[path]} { ${field} }` : field)

for (const [field, types, path] of FIELDS) {
  test(`null counts as absent: ${field}`, async () => {
    const absent = await api.ask(`{ ${within(field.replace(/\([^()]*\$[^()]*\)/g, keepFixed), path)} }`)
    const names = Object.keys(types)
    const declared = names.map((name) => `$${name}: ${types[name]}`).join(', ')
    const nulls = Object.fromEntries(names.map((name) => [name, null]))
    const given = `query (${declared}) { ${within(field, path)} }`
    const literal = `{ ${within(field.replace(/\$\w+/g, 'null'), path)} }`
    assert.deepEqual(absent.errors, [])
    for (const answer of [await api.ask(given, nulls), await api.ask(literal), await api.ask(given)]) {
      assert.deepEqual(answer.errors, [])
      assert.deepEqual(answer.data, absent.data)
    }
  })
}

/** The arguments of a field without those that are variables. */
function keepFixed(text: string): string {
  const fixed = text
    .slice(1, -1)
    .split(', ')
    .filter((argument) => !argument.includes('$'))
  return fixed.length > 0 ? `(${fixed.join(', ')})` : ''
}

test('a null in a filter or an order counts as absent', async () => {
  const query = `query ($w: EvaluationFilter) { dataset(name: "synthetic") { leaderboard(filter: $w) { totalCount } } }`
  const count = async (w: unknown) => (await api.ask(query, { w })).data.dataset.leaderboard.totalCount
  const whole = await count(undefined)
  const activation = { operators: null, withoutOperators: null, contains: null, maxDepth: null, isFinite: null }
  for (const filter of [
    null,
    { activation: null, testAccuracy: null },
    { testAccuracy: { min: null, max: null } },
    { activation: { ...activation, evaluatedIn: null, notEvaluatedIn: null } },
  ]) {
    assert.equal(await count(filter), whole)
  }
  assert.ok((await count({ testAccuracy: { min: null, max: 0.5 } })) < whole)
})

test('null for the default of a variable counts as absent, and the default of the argument applies', async () => {
  const { data, errors } = await api.ask(
    'query ($p: Int = 7) { activation(expression: "mish(x)") { curve(points: $p) { x } } }',
    { p: null },
  )
  assert.deepEqual(errors, [])
  assert.equal(data.activation.curve.length, 201)
})

test('only one of first and last may have a value, and a null counts as none', async () => {
  const sizes = (first: number | null, last: number | null) =>
    api.ask('query ($f: Int, $l: Int) { activations(first: $f, last: $l) { nodes { id } } }', { f: first, l: last })
  assert.equal((await sizes(null, 3)).data.activations.nodes.length, 3)
  assert.equal((await sizes(3, null)).data.activations.nodes.length, 3)
  assert.equal((await sizes(3, 3)).errors[0].extensions.argument, 'last')
})

test('mutations take null for every optional field of their inputs', async () => {
  const search =
    'mutation ($input: CreateSearchInput!) { createSearch(input: $input) { search { id name algorithm budget replay } } }'
  const nulls = { name: null, algorithm: null, budget: null, schemas: null, seed: null, replay: null }
  const created = await api.ask(search, { input: { dataset: 'synthetic', ...nulls } }, secret)
  assert.deepEqual(created.errors, [])
  const { id, ...settings } = created.data.createSearch.search
  assert.deepEqual(settings, { name: null, algorithm: 'SURROGATE', budget: 100, replay: false })
  const ask = 'mutation ($input: SuggestInput!) { suggest(input: $input) { suggestions { id leaseExpiresAt } } }'
  const options = { count: null, leaseSeconds: null, train: null }
  const asked = await api.ask(ask, { input: { searchId: id, worker: 'w', ...options } }, secret)
  assert.deepEqual(asked.errors, [])
  const [suggestion] = asked.data.suggest.suggestions
  const renew = 'mutation ($id: ID!, $s: Int) { renewLease(suggestionId: $id, leaseSeconds: $s) { suggestion { id } } }'
  assert.deepEqual((await api.ask(renew, { id: suggestion.id, s: null }, secret)).errors, [])
  const update =
    'mutation ($input: UpdateSurrogateInput!) { updateSurrogate(input: $input) { surrogate { algorithm } } }'
  const updated = await api.ask(update, { input: { dataset: 'synthetic', algorithm: null } }, secret)
  assert.deepEqual(updated.data.updateSurrogate.surrogate, { algorithm: 'UMAP_KNN' })
  const key = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey { expiresAt } } }'
  const made = await api.ask(key, { input: { name: 'k', scopes: ['TRAIN'], expiresAt: null } }, secret)
  assert.deepEqual(made.data.createApiKey.apiKey, { expiresAt: null })
})

test('a subscription takes null for an optional argument', async (t) => {
  const socket = await openTestSocket(api)
  t.after(() => socket.close())
  const document = 'subscription ($since: DateTime) { evaluations(dataset: "synthetic", since: $since) { id } }'
  const events = socket.open(document, { since: null })
  const next = events.next()
  const { id } = (await api.database.prisma.evaluation.findFirst({ where: { dataset: { name: 'synthetic' } } })) as {
    id: number
  }
  for (let isOver = false; !isOver; ) {
    await api.database.pool.query('update evaluations set updated_at = now() where id = $1', [id])
    isOver = await Promise.race([next.then(() => true), new Promise<false>((done) => setTimeout(done, 100, false))])
  }
  assert.match(String((await next).value?.data?.evaluations), /object/)
})

test('no input field that has a default is required, so that null and absence always mean the same', () => {
  const inputs = new Set<GraphQLNamedInputType>()
  for (const type of Object.values(createSchema().getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const field of Object.values(type.getFields())) {
      for (const argument of field.args) {
        inputs.add(getNamedType(argument.type) as GraphQLNamedInputType)
        if (argument.defaultValue !== undefined) assert.ok(!isNonNullType(argument.type), `${type.name}.${field.name}`)
      }
    }
  }
  for (const type of inputs) {
    if (!isInputObjectType(type)) continue
    for (const field of Object.values(type.getFields())) {
      // The contract makes this one required.
      if (type.name === 'EvaluationOrder' && field.name === 'direction') continue
      if (field.defaultValue !== undefined) assert.ok(!isNonNullType(field.type), `${type.name}.${field.name}`)
    }
  }
})
