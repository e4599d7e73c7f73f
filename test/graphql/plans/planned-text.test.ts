import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parse, print } from 'graphql'
import { keepCounts } from '../../../src/db/evaluations/keep-counts.js'
import { createPlanner } from '../../../src/graphql/plans/plan-operation.js'
import { createSchema } from '../../../src/graphql/schema.js'
import { openTestApi, type TestApi } from '../../support/api.js'
import { createBenchmark } from '../../support/benchmark.js'
import { interceptStatements } from '../../support/intercept-statements.js'

// The planner leaves alone a selection with a directive, so that the same values come both ways: as kept text, and executed.

const api = await openTestApi(undefined, undefined, { rateLimit: 0 })
const { dataset } = await createBenchmark(api.database)
const DIRECTIVE = '@include(if: true)'

/** The body of an answer as it was sent, without the ids of requests. */
async function send({ app }: TestApi, query: string, variables?: Record<string, unknown>): Promise<string> {
  const response = await app.http.inject({ method: 'POST', url: '/graphql', payload: { query, variables } })
  return response.body.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')
}

/** Asks a query, whose `#` are replaced by directives that keep everything. Returns its text, which both ways must have. */
async function compareWays(query: string, variables?: Record<string, unknown>): Promise<string> {
  // As long, so that errors have the same places.
  const plain = query.replaceAll('#', ' '.repeat(DIRECTIVE.length))
  const first = await send(api, plain, variables)
  const executed = await send(api, query.replaceAll('#', DIRECTIVE), variables)
  assert.equal(first, executed, plain)
  assert.equal(await send(api, plain, variables), executed, `again: ${plain}`)
  return executed
}

const STATISTICS = `__typename metric count # minimum maximum mean standardDeviation quartiles
  histogram { __typename from to count }`
const inDataset = (selection: string) => `{ dataset(name: "synthetic") { ${selection} } }`

test('statistics and groups have every field as text as they have it executed', async () => {
  const groups = (by: string) => `groups(by: ${by}) { __typename # key statistics { ${STATISTICS} } }`
  const text = await compareWays(inDataset(`name statistics { ${STATISTICS} } ${groups('OPERATOR')}`))
  const { data } = JSON.parse(text)
  assert.equal(data.dataset.statistics.histogram.length, 50)
  assert.deepEqual(Object.keys(data.dataset), ['name', 'statistics', 'groups'])
  for (const by of ['ROOT_OPERATOR', 'DEPTH', 'IS_EVEN', 'SYMMETRY']) await compareWays(inDataset(groups(by)))
})

test('random selections, arguments, aliases and fragments are the same both ways', async () => {
  const alias = fc.constantFrom('', '', 'a: ', 'b: ', 'count: ')
  const leaf = fc.constantFrom('__typename', 'metric', 'count', 'minimum', 'maximum', 'mean', 'quartiles')
  const bin = fc.array(fc.tuple(alias, fc.constantFrom('__typename', 'from', 'to', 'count')), {
    minLength: 1,
    maxLength: 4,
  })
  const bins = fc.tuple(alias, bin).map(([name, fields]) => `${name}histogram { ${toText(fields)} }`)
  const inner = fc.array(fc.oneof({ weight: 3, arbitrary: fc.tuple(alias, leaf).map((each) => each.join('')) }, bins), {
    minLength: 1,
    maxLength: 6,
  })
  const wrapped = fc
    .tuple(
      inner,
      fc.constantFrom(
        '@',
        '... { @ }',
        '... on MetricStatistics { @ } count',
        'mean ... on MetricStatistics { ... { @ } }',
      ),
    )
    .map(([fields, form]) => form.replace('@', fields.join(' ')))
  const filter = fc.constantFrom(
    '',
    'filter: null',
    'filter: { validationAccuracy: { min: 2 } }',
    'filter: { activation: { operators: ["relu"] } }',
    'filter: { minRuns: 3 }',
  )
  const metric = fc.constantFrom('', 'metric: TEST_LOSS', 'metric: RUNTIME', 'metric: null')
  const size = fc.constantFrom('', 'bins: 1', 'bins: 7', 'bins: 500', 'bins: 501', 'bins: 0')
  const toArguments = (given: string) => (given.trim() === '' ? '' : `(${given})`)
  const statistics = fc
    .tuple(metric, filter, size, wrapped)
    .map(([a, b, c, fields]) => `statistics${toArguments(`${a} ${b} ${c}`)} # { count # ${fields} }`)
  const groups = fc
    .tuple(fc.constantFrom('OPERATOR', 'DEPTH', 'IS_ODD'), metric, filter, wrapped)
    .map(([by, a, b, fields]) => `groups(by: ${by} ${a} ${b}) { key # statistics { ${fields} } key }`)
  const field = fc.tuple(alias, fc.oneof(statistics, groups)).map((each) => each.join(''))
  await fc.assert(
    fc.asyncProperty(fc.array(field, { minLength: 1, maxLength: 3 }), async (fields) => {
      await compareWays(inDataset(`id ${fields.join(' ')} name`))
    }),
    { numRuns: 60 },
  )
})

test('named fragments, variables and several parents are the same both ways', async () => {
  const query = `query ($bins: Int, $with: Boolean = true, $metric: Metric) {
      one: dataset(name: "synthetic") { ...Both }
      datasets { nodes { name statistics(bins: 2) { ...Values } } }
    }
    fragment Both on Dataset { statistics(bins: $bins, metric: $metric) @include(if: $with) { ...Values ...Values }
      groups(by: DEPTH) { statistics { ...Values } key } }
    fragment Values on MetricStatistics { mean # histogram { ...Bin } ... on MetricStatistics { count } }
    fragment Bin on HistogramBin { count to }`
  for (const variables of [
    {},
    { bins: 3 },
    { bins: null },
    { bins: 3, metric: 'TRAIN_LOSS' },
    { with: false },
    { bins: 900 },
  ]) {
    await compareWays(query, variables)
  }
})

test('only selections without directives below them are planned', () => {
  const planner = createPlanner(createSchema())
  const plan = (query: string) => {
    const planned = planner.plan(parse(query), null)
    return planned && print(planned).replace(/\s+/g, ' ')
  }
  assert.equal(
    plan(inDataset('name statistics(bins: 3) @skip(if: false) { mean } g: groups(by: DEPTH) { key }')),
    '{ dataset(name: "synthetic") { name statistics: plannedStatistics(bins: 3) @skip(if: false) g: plannedGroups(by: DEPTH) } }',
  )
  const fragment = 'fragment Values on MetricStatistics { mean'
  for (const query of [
    inDataset('statistics { mean @include(if: true) }'),
    inDataset('statistics { ... @include(if: true) { mean } }'),
    inDataset('groups(by: DEPTH) { statistics { histogram { to @skip(if: false) } } }'),
    `${inDataset('statistics { ...Values @skip(if: false) }')} ${fragment} }`,
    `${inDataset('statistics { ...Values }')} ${fragment} count @skip(if: false) }`,
    inDataset('statistics { mean } statistics { count }'),
  ]) {
    assert.equal(plan(query), null, query)
  }
})

test('statistics and groups need one statement, which finds the dataset by its name', async () => {
  const statementsOf = async (query: string) => {
    const texts: string[] = []
    const stop = interceptStatements(api.database.pool, (text, run) => {
      texts.push(text)
      return run()
    })
    const answer = JSON.parse(await send(api, query))
    stop()
    return { texts, answer }
  }
  const fields = 'statistics(bins: 3) { mean } groups(by: DEPTH) { key } '
  await keepCounts(api.database.kysely, dataset.id)
  const one = inDataset(`name ${fields}`)
  await send(api, one)
  const { texts, answer } = await statementsOf(one)
  assert.equal(texts.filter((text) => /\bdatasets\b/.test(text)).length, 1, texts.join('\n'))
  const read = await statementsOf(inDataset(`id name ${fields}`))
  assert.equal(read.texts.filter((text) => /\bdatasets\b/.test(text)).length, 2)
  const { id, ...same } = read.answer.data.dataset
  assert.deepEqual([answer.data.dataset, typeof id], [same, 'string'])
  const wrong = await statementsOf(`{ a: dataset(name: "missing") { ${fields} } b: dataset(name: "synthetic") {
    statistics(bins: 0) { mean } } c: dataset(name: "synthetic") { ${fields} } }`)
  assert.deepEqual(
    wrong.answer.errors.map(({ path, extensions }: { path: string[]; extensions: { code: string } }) => [
      path.join('.'),
      extensions.code,
    ]),
    [
      ['a', 'NOT_FOUND'],
      ['b.statistics', 'BAD_USER_INPUT'],
    ],
  )
  assert.deepEqual(wrong.answer.data.c, { statistics: same.statistics, groups: same.groups })
})

test('a condition below a planned field is still decided by its variable', async () => {
  const query = `query ($mean: Boolean!) { dataset(name: "synthetic") { statistics { count mean @include(if: $mean) } } }`
  const keys = async (mean: boolean) =>
    Object.keys(JSON.parse(await send(api, query, { mean })).data.dataset.statistics)
  assert.deepEqual(
    [await keys(true), await keys(false), await keys(true)],
    [['count', 'mean'], ['count'], ['count', 'mean']],
  )
})

test('a text is written again when an evaluation changed', async () => {
  const query = inDataset('statistics(bins: 1, metric: TEST_LOSS) { maximum histogram { to } }')
  await send(api, query)
  const [{ id }] = await api.database.prisma.evaluation.findMany({ where: { datasetId: dataset.id }, take: 1 })
  for (const value of [77, 78]) {
    await api.database.pool.query('UPDATE evaluations SET test_loss = $2 WHERE id = $1', [id, value])
    const { statistics } = JSON.parse(await send(api, query)).data.dataset
    assert.deepEqual(statistics, { maximum: value, histogram: [{ to: value }] })
  }
})

test('values that a field may not have, and errors beside a text, are those of graphql-js', async () => {
  const [{ id }] = await api.database.prisma.evaluation.findMany({ where: { datasetId: dataset.id }, take: 1 })
  await api.database.pool.query(
    'UPDATE evaluations SET train_loss = CASE WHEN id = $1 THEN 1.7976931348623157e308 ELSE -1.7e308 END WHERE dataset_id = $2',
    [id, dataset.id],
  )
  await compareWays(inDataset('statistics(metric: TRAIN_LOSS) { count # mean standardDeviation } name'))
  const text = await compareWays(`{ good: dataset(name: "synthetic") { statistics { count # mean } }
    bad: dataset(name: "missing") { statistics { count # } } }`)
  const { data, errors } = JSON.parse(text)
  assert.deepEqual([data.good.statistics.count > 0, data.bad, errors.length], [true, null, 1])
})

test('the limit of an answer counts a text as it counts its values', async (t) => {
  const selection =
    'statistics(bins: 20) { quartiles histogram { from to count } } groups(by: DEPTH) { key statistics { mean # } }'
  const isAnswered = async (answerBytes: number, query: string) => {
    const limited = await openTestApi(t, api.database, { limits: { answerBytes }, rateLimit: 0 })
    return (await send(limited, query)).startsWith('{"data"')
  }
  let [low, high] = [100, 20_000]
  const plain = inDataset(selection.replaceAll('#', ''))
  const executed = inDataset(selection.replaceAll('#', DIRECTIVE).replace('quartiles', `quartiles ${DIRECTIVE}`))
  while (low < high) {
    const middle = (low + high) >> 1
    if (await isAnswered(middle, executed)) high = middle
    else low = middle + 1
  }
  assert.deepEqual([await isAnswered(low, plain), await isAnswered(low - 1, plain)], [true, false])
})

function toText(fields: readonly (readonly string[])[]): string {
  return fields.map((each) => each.join('')).join(' ')
}
