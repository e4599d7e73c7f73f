import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { parse, validate } from 'graphql'
import { createSchema } from '../../src/graphql/schema.js'
import { openTestApi } from '../support/api.js'
import { createBenchmark, fitBenchmark } from '../support/benchmark.js'
import { createTrainable } from '../support/fixtures/training-fixture.js'
import { checkAnswer, FUZZ_RUNS, openFuzzer } from '../support/fuzz.js'

const api = await openTestApi(undefined, undefined, { rateLimit: 0 })
const benchmark = await createBenchmark(api.database, 30, 20)
await fitBenchmark(api.database, benchmark)
await createTrainable(api.database)
const secret = await api.createKey('ADMIN')
const fuzzer = await openFuzzer(api, secret)
after(() => {
  fuzzer.close()
  console.log(`answers: ${[...fuzzer.codes].map(([code, count]) => `${code} ${count}`).join(', ')}`)
})

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 100 }),
  fc.string({ unit: 'grapheme', maxLength: 100 }),
  fc.constantFrom(
    '\0',
    '\ud800',
    'a\udfff',
    '\u202e',
    '%00',
    "';--",
    '__proto__',
    'constructor',
    '../../etc/passwd',
    '1e400',
  ),
  fc.string({ unit: fc.constantFrom(...'x()+,relu maxsqer_n0123456789.-'), maxLength: 200 }),
)
const anyNumber = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -0, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 53, 1e308, -1e308, 5e-324, 0.1 + 0.2),
)
const anyValue = fc.oneof(
  anyText,
  anyNumber,
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.oneof(anyText, anyNumber), { maxLength: 5 }),
  fc.dictionary(anyText, fc.oneof(anyText, anyNumber), { maxKeys: 3 }),
)
const goodExpression = fc.constantFrom('relu(x)', 'mish(x)', 'tanh(erf(x))', 'max(x,relu(x))')
const runs = { numRuns: FUZZ_RUNS }
const schema = createSchema()
const fuzz = (name: string, query: string, variables: fc.Arbitrary<Record<string, unknown>>) =>
  test(name, async () => {
    assert.deepEqual(validate(schema, parse(query)), [], 'the query of the test does not fit the schema')
    await fc.assert(
      fc.asyncProperty(variables, async (given) => void (await fuzzer.ask(query, given))),
      runs,
    )
  })
/** Draws good values three times out of four, so that the later steps of an operation are reached. */
const or = <Value>(good: fc.Arbitrary<Value>, any: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ arbitrary: good as fc.Arbitrary<unknown>, weight: 3 }, { arbitrary: any, weight: 1 })

fuzz(
  'expressions',
  'query ($e: String!) { activation(expression: $e) { id expression depth gaussianMean curve(points: 3) { y } } }',
  fc.record({ e: or(goodExpression, anyText) }),
)
fuzz(
  'lists of expressions and names',
  `query ($e: [String!]!, $d: String!) {
    predict(dataset: $d, expressions: $e) { mean } compare(expressions: $e, datasets: [$d]) { expression }
  }`,
  fc.record({
    e: fc.array(fc.oneof(anyText, fc.constant('relu(x)')), { maxLength: 6 }),
    d: fc.oneof(anyText, fc.constant('synthetic')),
  }),
)
fuzz(
  'cursors and page sizes',
  `query ($after: String, $first: Int, $before: String, $last: Int) {
    activations(first: $first, after: $after, last: $last, before: $before) { totalCount nodes { id } }
    dataset(name: "synthetic") { leaderboard(first: $first, after: $after) { nodes { id } } surrogate { embedding(first: $first, after: $after) { nodes { x } } } }
  }`,
  fc.record({
    after: anyCursor(),
    first: fc.option(fc.oneof(fc.integer(), fc.nat(250))),
    before: anyCursor(),
    last: fc.option(fc.nat(250)),
  }),
)
fuzz(
  'ids',
  'query ($id: ID!) { node(id: $id) { __typename id } trainingJob(id: $id) { id } search(id: $id) { id } }',
  fc.record({
    id: fc.oneof(
      anyText,
      fc
        .tuple(
          fc.constantFrom('Run', 'Dataset', 'Activation', 'Search', 'ApiKey', 'Suggestion', 'Worker', 'Nothing'),
          anyText,
        )
        .map(([type, key]) => Buffer.from(`${type}:${key}`).toString('base64url')),
      fc
        .tuple(fc.constantFrom('Run', 'TrainingJob', 'Evaluation'), fc.bigInt())
        .map(([type, key]) => Buffer.from(`${type}:${key}`).toString('base64url')),
    ),
  }),
)
fuzz(
  'filters',
  `query ($filter: ActivationFilter, $evaluations: EvaluationFilter) {
    activations(first: 3, filter: $filter) { totalCount }
    dataset(name: "synthetic") { leaderboard(first: 3, filter: $evaluations) { totalCount } }
  }`,
  fc.record({
    filter: fc.record(
      {
        contains: fc.option(anyText),
        operators: fc.option(fc.array(anyText, { maxLength: 3 })),
        maxDepth: fc.option(fc.integer()),
        evaluatedIn: fc.option(anyText),
      },
      { requiredKeys: [] },
    ),
    evaluations: fc.record(
      { validationAccuracy: fc.record({ min: fc.option(anyNumber), max: fc.option(anyNumber) }, { requiredKeys: [] }) },
      { requiredKeys: [] },
    ),
  }),
)
const goodText = fc.constantFrom('text', 'a', 'ünï¢ode', "it's", '100%')
const goodName = fc.stringMatching(/^[a-z0-9]{1,3}$/)
const metric = fc.option(or(fc.double({ min: 0, max: 1, noNaN: true }), anyNumber))
fuzz(
  'new and deleted datasets',
  `mutation ($name: String!, $text: String!, $license: String) {
    createDataset(input: { name: $name, title: $text, description: $text, architecture: $text, task: $text, license: $license }) { dataset { id title } }
    deleteDataset(name: $name) { name }
  }`,
  fc.record({ name: or(goodName, anyText), text: or(goodText, anyText), license: fc.option(or(goodText, anyText)) }),
)
fuzz(
  'new evaluations',
  `mutation ($e: String!, $a: Float, $b: Float, $seed: Int) {
    createDataset(input: { name: "fuzzed", title: "t", description: "d", architecture: "a", task: "t" }) { dataset { id } }
    addEvaluation(input: { dataset: "fuzzed", expression: $e, testLoss: $a, testAccuracy: $b, runtimeSeconds: $a, seed: $seed }) {
      evaluation { id expression testLoss rank runs { seed testLoss } activation { expression gaussianMean } }
    }
  }`,
  fc.record({ e: or(goodExpression, anyText), a: metric, b: metric, seed: fc.option(fc.integer()) }),
)
fuzz(
  'new searches',
  `mutation ($name: String, $budget: Int, $schemas: [String!], $seed: Int, $algorithm: SearchAlgorithm) {
    createSearch(input: { dataset: "synthetic", name: $name, budget: $budget, schemas: $schemas, seed: $seed, algorithm: $algorithm }) {
      search { id name budget }
    }
  }`,
  fc.record({
    name: fc.option(or(goodText, anyText)),
    budget: or(fc.integer({ min: 1, max: 50 }), fc.integer()),
    schemas: fc.option(fc.array(or(fc.constantFrom('unary(x)', 'binary(unary(x),x)'), anyText), { maxLength: 3 })),
    seed: fc.option(fc.integer()),
    algorithm: fc.constantFrom('RANDOM', 'SURROGATE', 'REGULARIZED_EVOLUTION', 'EXPECTED_IMPROVEMENT'),
  }),
)
fuzz(
  'new trainings and keys',
  `mutation ($e: String!, $seeds: [Int!], $key: String, $name: String!, $expires: DateTime) {
    trainActivation(input: { dataset: "mini-cnn", expression: $e, seeds: $seeds, idempotencyKey: $key }) { jobs { id seed } }
    createApiKey(input: { name: $name, scopes: [TRAIN], expiresAt: $expires }) { apiKey { id name } }
  }`,
  fc.record({
    e: or(goodExpression, anyText),
    seeds: fc.option(fc.array(or(fc.nat(3), fc.integer()), { maxLength: 3 })),
    key: fc.option(or(goodName, anyText)),
    name: or(goodText, anyText),
    expires: fc.option(
      or(
        fc.constant('2100-01-01T00:00:00Z'),
        fc.oneof(
          anyText,
          fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
        ),
      ),
    ),
  }),
)
fuzz(
  'values of any type for any variable',
  `query ($a: String!, $b: Int, $c: ID!, $d: [String!]!, $e: ActivationFilter) {
    activation(expression: $a) { id } activations(first: $b, filter: $e) { totalCount } node(id: $c) { id } predict(dataset: "synthetic", expressions: $d) { mean }
  }`,
  fc.record({ a: anyValue, b: anyValue, c: anyValue, d: anyValue, e: anyValue }),
)

test('documents with any characters', () =>
  fc.assert(
    fc.asyncProperty(
      fc.oneof(
        anyText,
        fc.string({ unit: fc.constantFrom(...'{}()[]:$!@"#.,\\ \nquerymutationfragmenton_0'), maxLength: 120 }),
        anyValue,
      ),
      async (query) => void (await fuzzer.ask(query)),
    ),
    runs,
  ))

test('bodies, headers and paths with any bytes', () =>
  fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH'),
      fc.oneof(
        fc.constantFrom('/graphql', '/graphql/ws', '/export/synthetic.json', '/metrics', '/readyz'),
        fc.webPath(),
        anyText.map((text) => `/export/${encodeURIComponent(text.replace(/\p{Surrogate}/gu, ''))}`),
        anyText.map((text) => `/graphql?query=${encodeURIComponent(text.replace(/\p{Surrogate}/gu, ''))}`),
        fc.string({ unit: fc.constantFrom(...'/%.?&=;0aF'), maxLength: 30 }).map((text) => `/${text}`),
      ),
      fc.constantFrom(
        'application/json',
        'text/plain',
        'application/graphql',
        'multipart/form-data',
        'application/json; charset=utf-7',
        '',
      ),
      fc.constantFrom('identity', 'gzip', 'deflate', 'br', 'x'),
      fc.stringMatching(/^[\x20-\x7e]{0,60}$/),
      fc.uint8Array({ maxLength: 300 }),
      async (method, path, type, encoding, header, bytes) => {
        const body = method === 'GET' || method === 'HEAD' ? '' : Buffer.from(bytes)
        const headers: Record<string, string> = { 'x-request-id': header, 'x-forwarded-for': header, accept: header }
        if (type) headers['content-type'] = type
        if (body) headers['content-encoding'] = encoding
        const answer = await fuzzer.send(method, path, headers, body)
        assert.ok(answer.status < 500, `${method} ${path} ${JSON.stringify(headers)}: ${answer.status} ${answer.text}`)
        if (answer.status >= 400 && method !== 'HEAD') checkAnswer(answer, `${method} ${path}`)
      },
    ),
    runs,
  ))

test('no input caused an unexpected failure', () => {
  assert.deepEqual(api.log, [])
})

function anyCursor() {
  const forged = fc
    .array(fc.oneof(anyText, anyNumber, fc.constant(null)), { maxLength: 4 })
    .map((parts) => Buffer.from(JSON.stringify(parts)).toString('base64url'))
  return fc.option(fc.oneof(anyText, forged))
}
