import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApi } from '../support/api.js'
import { createBenchmark, fitBenchmark } from '../support/benchmark.js'
import { createTrainable } from '../support/fixtures/training-fixture.js'

const api = await openTestApi()
await createBenchmark(api.database, 60, 48).then((benchmark) => fitBenchmark(api.database, benchmark))
await createTrainable(api.database)
const secret = await api.createKey('ADMIN')

const ID = (text: string) => Buffer.from(text).toString('base64url')
const cursorOf = async (field: string) => {
  const { data } = await api.ask(`{ dataset(name: "synthetic") { page: ${field} { pageInfo { endCursor } } } }`)
  return data.dataset.page.pageInfo.endCursor as string
}
const byAccuracy = await cursorOf('leaderboard(first: 2)')
const inDataset = (field: string) => `{ dataset(name: "synthetic") { ${field} } }`
const ofRelu = (field: string) => `{ activation(expression: "relu(x)") { ${field} } }`
const mutation = (field: string) => `mutation { ${field} }`

/** The query, the expected code and, after `=`, the expected extension `argument`. */
const CASES: readonly (readonly [query: string, code: string, argument?: string])[] = [
  // Pages.
  ['{ datasets(first: 0) { totalCount } }', 'BAD_USER_INPUT', 'first'],
  ['{ datasets(first: -1) { totalCount } }', 'BAD_USER_INPUT', 'first'],
  ['{ datasets(first: 201) { totalCount } }', 'BAD_USER_INPUT', 'first'],
  ['{ datasets(first: 1000000000) { totalCount } }', 'BAD_USER_INPUT', 'first'],
  ['{ activations(first: 1, last: 1) { totalCount } }', 'BAD_USER_INPUT', 'last'],
  ['{ activations(last: 0) { totalCount } }', 'BAD_USER_INPUT', 'last'],
  ['{ activations(last: -1) { totalCount } }', 'BAD_USER_INPUT', 'last'],
  ['{ activations(first: 1e9) { totalCount } }', 'GRAPHQL_VALIDATION_FAILED'],
  [ofRelu('equivalents(first: -1) { totalCount }'), 'BAD_USER_INPUT', 'first'],
  [inDataset('evaluations(last: -1) { totalCount }'), 'BAD_USER_INPUT', 'last'],
  [inDataset('surrogate { embedding(first: -1) { totalCount } }'), 'BAD_USER_INPUT', 'first'],
  ['{ trainingJobs(first: -1) { totalCount } }', 'BAD_USER_INPUT', 'first'],
  ['{ searches(first: -1) { totalCount } }', 'BAD_USER_INPUT', 'first'],
  ['{ activations(last: 201) { totalCount } }', 'BAD_USER_INPUT', 'last'],
  ['{ activations(after: "nonsense") { totalCount } }', 'BAD_USER_INPUT', 'after'],
  ['{ activations(after: "") { totalCount } }', 'BAD_USER_INPUT', 'after'],
  [`{ activations(before: "${byAccuracy}") { totalCount } }`, 'BAD_USER_INPUT', 'before'],
  [inDataset(`leaderboard(metric: TEST_LOSS, after: "${byAccuracy}") { totalCount }`), 'BAD_USER_INPUT', 'after'],
  [
    inDataset(
      `evaluations(orderBy: { metric: VALIDATION_ACCURACY, direction: ASCENDING }, after: "${byAccuracy}") { totalCount }`,
    ),
    'BAD_USER_INPUT',
    'after',
  ],
  [`{ datasets(after: "${byAccuracy}") { totalCount } }`, 'BAD_USER_INPUT', 'after'],
  [`{ trainingJobs(after: "${byAccuracy}") { totalCount } }`, 'BAD_USER_INPUT', 'after'],
  [`{ searches(after: "${byAccuracy}") { totalCount } }`, 'BAD_USER_INPUT', 'after'],
  [inDataset(`surrogate { predictions(after: "${byAccuracy}") { totalCount } }`), 'BAD_USER_INPUT', 'after'],
  [inDataset(`surrogate { embedding(after: "${byAccuracy}") { totalCount } }`), 'BAD_USER_INPUT', 'after'],
  [ofRelu(`equivalents(after: "${byAccuracy}") { totalCount }`), 'BAD_USER_INPUT', 'after'],
  [inDataset(`leaderboard(before: "${byAccuracy}\\u0000") { totalCount }`), 'BAD_USER_INPUT', 'before'],
  [inDataset(`surrogate { embedding(first: 5001) { totalCount } }`), 'BAD_USER_INPUT', 'first'],
  [inDataset(`surrogate { predictions(first: 5001) { totalCount } }`), 'BAD_USER_INPUT', 'first'],
  ['{ datasets(first: 1.5) { totalCount } }', 'GRAPHQL_VALIDATION_FAILED'],
  // Bounds.
  [ofRelu('curve(points: 1) { x }'), 'BAD_USER_INPUT', 'points'],
  [ofRelu('curve(points: 2002) { x }'), 'BAD_USER_INPUT', 'points'],
  [ofRelu('curve(from: 1, to: 1) { x }'), 'BAD_USER_INPUT', 'to'],
  [ofRelu('curve(from: 1e999) { x }'), 'BAD_USER_INPUT', 'from'],
  [ofRelu('curve(from: -1.7e308, to: 1.7e308) { x }'), 'BAD_USER_INPUT', 'to'],
  [ofRelu('neighbours(first: 0) { distance }'), 'BAD_USER_INPUT', 'first'],
  [ofRelu('neighbours(first: 101) { distance }'), 'BAD_USER_INPUT', 'first'],
  [ofRelu('neighbours(space: EMBEDDING) { distance }'), 'BAD_USER_INPUT', 'dataset'],
  [ofRelu('neighbours(space: FISHER_SPECTRUM, dataset: "nope") { distance }'), 'NOT_FOUND', 'dataset'],
  [ofRelu('neighbours(space: EMBEDDING, dataset: "mini-cnn") { distance }'), 'SURROGATE_UNAVAILABLE'],
  [ofRelu('outputs { values(offset: -1) }'), 'BAD_USER_INPUT', 'offset'],
  [ofRelu('outputs { values(limit: -1) }'), 'BAD_USER_INPUT', 'limit'],
  [inDataset('statistics(bins: 0) { count }'), 'BAD_USER_INPUT', 'bins'],
  [inDataset('statistics(bins: 501) { count }'), 'BAD_USER_INPUT', 'bins'],
  ['{ predict(dataset: "synthetic", expressions: []) { mean } }', 'BAD_USER_INPUT', 'expressions'],
  ['{ compare(expressions: [], datasets: ["synthetic"]) { expression } }', 'BAD_USER_INPUT', 'expressions'],
  ['{ compare(expressions: ["x"], datasets: []) { expression } }', 'BAD_USER_INPUT', 'datasets'],
  // Filters.
  [inDataset('leaderboard(filter: { minRuns: -1 }) { totalCount }'), 'BAD_USER_INPUT', 'filter.minRuns'],
  [inDataset('runs(seed: -1) { totalCount }'), 'BAD_USER_INPUT', 'seed'],
  ['{ activations(filter: { maxDepth: -1 }) { totalCount } }', 'BAD_USER_INPUT', 'filter.maxDepth'],
  ['{ activations(filter: { operators: ["sine"] }) { totalCount } }', 'BAD_USER_INPUT', 'filter.operators'],
  ['{ activations(filter: { evaluatedIn: "nope" }) { totalCount } }', 'NOT_FOUND', 'filter.evaluatedIn'],
  [
    inDataset('leaderboard(filter: { activation: { notEvaluatedIn: "nope" } }) { totalCount }'),
    'NOT_FOUND',
    'filter.activation.notEvaluatedIn',
  ],
  [
    inDataset('leaderboard(filter: { testAccuracy: { min: 1, max: 0 } }) { totalCount }'),
    'BAD_USER_INPUT',
    'filter.testAccuracy',
  ],
  [
    inDataset('leaderboard(filter: { testAccuracy: { min: -1e999 } }) { totalCount }'),
    'BAD_USER_INPUT',
    'filter.testAccuracy.min',
  ],
  ...['trainAccuracy', 'validationAccuracy', 'testAccuracy', 'runtimeSeconds'].flatMap((field) => [
    [
      inDataset(`leaderboard(filter: { ${field}: { min: 0.6, max: 0.5 } }) { totalCount }`),
      'BAD_USER_INPUT',
      `filter.${field}`,
    ] as const,
    [
      inDataset(`groups(by: DEPTH, filter: { ${field}: { max: 1e999 } }) { key }`),
      'BAD_USER_INPUT',
      `filter.${field}.max`,
    ] as const,
    [inDataset(`statistics(filter: { ${field}: { min: NaN } }) { count }`), 'GRAPHQL_VALIDATION_FAILED'] as const,
  ]),
  // Names, ids and expressions.
  ['{ dataset(name: "nope") { id } }', 'NOT_FOUND', 'name'],
  [ofRelu('fisherSpectrum(dataset: "nope") { length }'), 'NOT_FOUND', 'dataset'],
  [ofRelu('evaluation(dataset: "nope") { id }'), 'NOT_FOUND', 'dataset'],
  ['{ trainingJobs(dataset: "nope") { totalCount } }', 'NOT_FOUND', 'dataset'],
  ['{ searches(dataset: "nope") { totalCount } }', 'NOT_FOUND', 'dataset'],
  ['{ predict(dataset: "nope", expressions: ["x"]) { mean } }', 'NOT_FOUND', 'dataset'],
  ['{ predict(dataset: "mini-cnn", expressions: ["x"]) { mean } }', 'SURROGATE_UNAVAILABLE'],
  ['{ compare(expressions: ["x"], datasets: ["nope"]) { expression } }', 'NOT_FOUND', 'datasets'],
  ['{ compare(expressions: ["(x"], datasets: ["synthetic"]) { expression } }', 'INVALID_EXPRESSION'],
  ['{ node(id: "") { id } }', 'BAD_USER_INPUT', 'id'],
  ['{ node(id: "nonsense") { id } }', 'BAD_USER_INPUT', 'id'],
  [`{ node(id: "${ID('Query:1')}") { id } }`, 'BAD_USER_INPUT', 'id'],
  [`{ node(id: "${ID('Run:0x1')}") { id } }`, 'BAD_USER_INPUT', 'id'],
  [`{ node(id: "${ID('Run:99999999999')}") { id } }`, 'BAD_USER_INPUT', 'id'],
  [`{ trainingJob(id: "${ID('Run:1')}") { id } }`, 'BAD_USER_INPUT', 'id'],
  [`{ search(id: "${ID('Dataset:1')}") { id } }`, 'BAD_USER_INPUT', 'id'],
  ['{ activation(expression: "") { id } }', 'INVALID_EXPRESSION'],
  ['{ activation(expression: "sine(x)") { id } }', 'INVALID_EXPRESSION'],
  ['{ activation(expression: "relu(x") { id } }', 'INVALID_EXPRESSION'],
  [inDataset('evaluation(expression: "relu(x") { id }'), 'INVALID_EXPRESSION'],
  // Texts that cannot be stored.
  ['{ activation(expression: "relu(x)\\u0000") { id } }', 'BAD_USER_INPUT', 'expression'],
  ['{ dataset(name: "a\\u0000") { id } }', 'BAD_USER_INPUT', 'name'],
  ['{ activations(filter: { contains: "\\u0000" }) { totalCount } }', 'BAD_USER_INPUT', 'filter.contains'],
  ['{ activations(filter: { operators: ["relu\\u0000"] }) { totalCount } }', 'BAD_USER_INPUT', 'filter.operators'],
  ['{ activations(filter: { evaluatedIn: "a\\u0000" }) { totalCount } }', 'BAD_USER_INPUT', 'filter.evaluatedIn'],
  ['{ trainingJobs(dataset: "\\u0000") { totalCount } }', 'BAD_USER_INPUT', 'dataset'],
  ['{ node(id: "\\u0000") { id } }', 'BAD_USER_INPUT', 'id'],
  ['{ activations(filter: { contains: "\\uD800" }) { totalCount } }', 'GRAPHQL_PARSE_FAILED'],
  // Mutations.
  [mutation('trainActivation(input: { dataset: "nope", expression: "x" }) { jobs { id } }'), 'NOT_FOUND', 'dataset'],
  [mutation('updateSurrogate(input: { dataset: "nope" }) { surrogate { id } }'), 'NOT_FOUND', 'dataset'],
  [mutation('createSearch(input: { dataset: "nope" }) { search { id } }'), 'NOT_FOUND', 'dataset'],
  [
    mutation('addEvaluation(input: { dataset: "nope", expression: "x", testLoss: 1 }) { evaluation { id } }'),
    'NOT_FOUND',
    'dataset',
  ],
  [
    mutation('trainActivation(input: { dataset: "mini-cnn", expression: "sine(x)" }) { jobs { id } }'),
    'INVALID_EXPRESSION',
  ],
  [
    mutation('trainActivation(input: { dataset: "mini-cnn", expression: "reciprocal(zero(x))" }) { jobs { id } }'),
    'NOT_FINITE',
  ],
  [
    mutation('trainActivation(input: { dataset: "mini-cnn", expression: "x", seeds: [] }) { jobs { id } }'),
    'BAD_USER_INPUT',
    'seeds',
  ],
  [mutation(`cancelTraining(id: "${ID('TrainingJob:999')}") { job { id } }`), 'NOT_FOUND'],
  [mutation('updateSurrogate(input: { dataset: "mini-cnn" }) { surrogate { id } }'), 'SURROGATE_UNAVAILABLE'],
  [mutation('createSearch(input: { dataset: "synthetic", budget: 0 }) { search { id } }'), 'BAD_USER_INPUT', 'budget'],
  [
    mutation('createSearch(input: { dataset: "synthetic", budget: 10001 }) { search { id } }'),
    'BAD_USER_INPUT',
    'budget',
  ],
  [mutation(`suggest(input: { searchId: "${ID('Search:999')}", worker: "w" }) { search { id } }`), 'NOT_FOUND'],
  [
    mutation(`suggest(input: { searchId: "${ID('Search:999')}", worker: "w", count: 101 }) { search { id } }`),
    'BAD_USER_INPUT',
    'count',
  ],
  [
    mutation(`suggest(input: { searchId: "${ID('Search:999')}", worker: "w", leaseSeconds: 0 }) { search { id } }`),
    'BAD_USER_INPUT',
    'leaseSeconds',
  ],
  [
    mutation(`suggest(input: { searchId: "${ID('Run:1')}", worker: "w" }) { search { id } }`),
    'BAD_USER_INPUT',
    'searchId',
  ],
  [mutation(`renewLease(suggestionId: "${ID('Suggestion:999')}") { suggestion { id } }`), 'NOT_FOUND'],
  [
    mutation(`renewLease(suggestionId: "${ID('Suggestion:9')}", leaseSeconds: 604801) { suggestion { id } }`),
    'BAD_USER_INPUT',
    'leaseSeconds',
  ],
  [
    mutation(
      `reportEvaluation(input: { suggestionId: "${ID('Suggestion:999')}", validationAccuracy: 0.5 }) { search { id } }`,
    ),
    'NOT_FOUND',
  ],
  [
    mutation(
      `reportEvaluation(input: { suggestionId: "${ID('Suggestion:999')}", validationAccuracy: 1.5 }) { search { id } }`,
    ),
    'BAD_USER_INPUT',
    'validationAccuracy',
  ],
  [mutation(`stopSearch(id: "${ID('Search:999')}") { search { id } }`), 'NOT_FOUND'],
  [
    mutation('addEvaluation(input: { dataset: "synthetic", expression: "x", testLoss: 1 }) { evaluation { id } }'),
    'FORBIDDEN',
  ],
  [mutation('deleteDataset(name: "nope") { name }'), 'NOT_FOUND', 'name'],
  [mutation('createApiKey(input: { name: "", scopes: [TRAIN] }) { secret }'), 'BAD_USER_INPUT', 'name'],
  [mutation('createApiKey(input: { name: "k", scopes: [] }) { secret }'), 'BAD_USER_INPUT', 'scopes'],
  [
    mutation('createApiKey(input: { name: "k", scopes: [TRAIN], expiresAt: "2020-02-31T00:00:00Z" }) { secret }'),
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [mutation(`revokeApiKey(id: "${ID('ApiKey:999')}") { apiKey { id } }`), 'NOT_FOUND'],
  // Documents.
  ['{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
  ['{ datasets', 'GRAPHQL_PARSE_FAILED'],
  ['', 'BAD_REQUEST'],
  ['query a { viewer { name } } query b { viewer { name } }', 'BAD_REQUEST'],
  [`{ datasets { totalCount ${'viewer: totalCount '.repeat(4000)} } }`, 'GRAPHQL_PARSE_FAILED'],
  [ofRelu(nestedNeighbours(16)), 'QUERY_TOO_COMPLEX'],
]

for (const [query, code, argument] of CASES) {
  test(`${query.slice(0, 150)} is ${code}${argument ? ` of ${argument}` : ''}`, async () => {
    const { errors } = await api.ask(query, undefined, secret)
    assert.equal(errors.length, 1, JSON.stringify(errors))
    const [{ message, extensions }] = errors
    assert.equal(extensions.code, code, message)
    if (argument) assert.equal(extensions.argument, argument)
    assert.doesNotMatch(JSON.stringify(errors), /at \/|node_modules|prisma|select |\.ts|\.js|stack/i)
  })
}

test('an error in a variable names the argument that uses it', async () => {
  const cases: [string, Record<string, unknown>, string][] = [
    ['query ($first: Int) { datasets(first: $first) { totalCount } }', { first: 'x' }, 'first'],
    ['query ($first: Int) { datasets(first: $first) { totalCount } }', { first: 2 ** 31 }, 'first'],
    ['query ($id: ID!) { node(id: $id) { id } }', {}, 'id'],
    [
      'mutation ($input: TrainActivationInput!) { trainActivation(input: $input) { jobs { id } } }',
      { input: { dataset: 'mini-cnn', expression: 'x', seeds: [0, 'one'] } },
      'seeds[1]',
    ],
    [
      'query ($filter: ActivationFilter) { activations(filter: $filter) { totalCount } }',
      { filter: { contains: '\0' } },
      'filter.contains',
    ],
    ['query ($e: String!) { activation(expression: $e) { id } }', { e: 'relu(\ud800)' }, 'e'],
    ['query ($n: String!) { dataset(name: $n) { id } }', { n: 'a\udfff' }, 'n'],
    ['query ($a: String) { datasets(after: $a) { totalCount } }', { a: '\ud800' }, 'a'],
    [
      'query ($filter: EvaluationFilter) { dataset(name: "synthetic") { leaderboard(filter: $filter) { totalCount } } }',
      { filter: { activation: { withoutOperators: ['relu', '\ud800'] } } },
      'filter.activation.withoutOperators',
    ],
    [
      'query ($filter: EvaluationFilter) { dataset(name: "synthetic") { leaderboard(filter: $filter) { totalCount } } }',
      { filter: { testAccuracy: { min: 'NaN' } } },
      'filter.testAccuracy.min',
    ],
    [
      'query ($e: [String!]!) { predict(dataset: "synthetic", expressions: $e) { mean } }',
      { e: Array(101).fill('x') },
      'expressions',
    ],
  ]
  for (const [query, variables, argument] of cases) {
    const { errors } = await api.ask(query, variables, secret)
    assert.equal(errors[0]?.extensions.code, 'BAD_USER_INPUT', query)
    assert.equal(errors[0].extensions.argument, argument, query)
  }
})

test('a syntax error states its position and the expected text, also in an expression with 100,000 parentheses', async () => {
  const [short] = (await api.ask('{ activation(expression: "max(x,relu(y))") { id } }')).errors
  assert.equal(short.extensions.position, 11)
  assert.match(String(short.extensions.expected), /x or the name of an operator/)
  const hostile = '('.repeat(100_000)
  const query = 'query ($e: String!) { activation(expression: $e) { id } }'
  for (const expression of [hostile, 'relu('.repeat(100_000)]) {
    const [long] = (await api.ask(query, { e: expression })).errors
    assert.equal(long.extensions.code, 'INVALID_EXPRESSION')
    assert.equal(typeof long.extensions.position, 'number')
    assert.equal(typeof long.extensions.expected, 'string')
  }
})

test('the error for a function that is not finite names the sample', async () => {
  const { errors } = await api.ask(
    'mutation { trainActivation(input: { dataset: "mini-cnn", expression: "reciprocal(zero(x))" }) { jobs { id } } }',
    {},
    secret,
  )
  assert.equal(errors[0].extensions.code, 'NOT_FINITE')
  assert.equal(typeof errors[0].extensions.x, 'number')
  assert.ok('value' in errors[0].extensions)
})

test('an expression without a prediction gives null and an error with its position', async () => {
  const { data, errors } = await api.ask(
    '{ predict(dataset: "synthetic", expressions: ["mish(x)", "sine(x)", "reciprocal(zero(x))", "tanh( x )"]) { expression mean } }',
  )
  assert.deepEqual(
    data.predict.map((each: { expression: string } | null) => each?.expression ?? null),
    ['mish(x)', null, null, 'tanh( x )'],
  )
  assert.deepEqual(
    errors.map(({ path, extensions }) => [path, extensions.code]),
    [
      [['predict', 1], 'INVALID_EXPRESSION'],
      [['predict', 2], 'NOT_FINITE'],
    ],
  )
})

test('no input caused an unexpected failure', () => {
  assert.deepEqual(api.log, [])
})

function nestedNeighbours(depth: number): string {
  return depth === 0 ? 'id' : `neighbours(first: 1) { activation { ${nestedNeighbours(depth - 1)} } }`
}
