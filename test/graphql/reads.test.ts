import assert from 'node:assert/strict'
import { test } from 'node:test'
import { computeStatistics } from '../../src/db/evaluations/metric-statistics.js'
import { describeActivation } from '../../src/services/activations/describe-activation.js'
import { openTestApi } from '../support/api.js'
import { createBenchmark } from '../support/benchmark.js'

const api = await openTestApi()
const { dataset } = await createBenchmark(api.database)
const stored = await api.database.prisma.evaluation.findMany({
  where: { datasetId: dataset.id },
  include: { activation: { include: { expressions: true } } },
})

async function ask(query: string, variables?: Record<string, unknown>) {
  const { data, errors } = await api.ask(query, variables)
  assert.deepEqual(errors, [], query)
  return data
}

test('the id of an activation is the same for every spelling, stored or not, and node finds it', async () => {
  const query = 'query ($e: String!) { activation(expression: $e) { id expression equivalents { nodes totalCount } } }'
  const spellings = ['relu(x)', ' relu( x ) ', 'max(zero(x),x)', 'max_n(relu(x),relu(x))']
  const found = await Promise.all(spellings.map((e) => ask(query, { e })))
  assert.equal(new Set(found.map(({ activation }) => activation.id)).size, 1)
  const { id, expression, equivalents } = found[2].activation
  assert.equal(equivalents.nodes[0], expression)
  assert.ok(equivalents.nodes.includes('max_n(relu(x),relu(x))'))
  assert.equal(equivalents.totalCount, equivalents.nodes.length)
  assert.deepEqual((await ask('query ($id: ID!) { node(id: $id) { __typename id } }', { id })).node, {
    __typename: 'Activation',
    id,
  })
  const unknown = (await ask(query, { e: 'cosh(gelu(mish(x)))' })).activation
  assert.deepEqual(unknown.equivalents, { nodes: ['cosh(gelu(mish(x)))'], totalCount: 1 })
  assert.deepEqual((await ask('query ($id: ID!) { node(id: $id) { id } }', { id: unknown.id })).node, {
    id: unknown.id,
  })
})

test('an activation that is not stored has every field that follows from its expression', async () => {
  const { activation } = await ask(`{ activation(expression: "cosh(gelu(mish(x)))") {
    operators depth isFinite isConstant gaussianMean outputs { length values(offset: 998) } evaluations { id }
    evaluation(dataset: "synthetic") { id } fisherSpectrum(dataset: "synthetic") { length }
    curve(from: 0, to: 1, points: 2) { x y derivative } neighbours(first: 3) { distance }
  } }`)
  const described = describeActivation('cosh(gelu(mish(x)))')
  assert.deepEqual(activation.operators, ['cosh', 'gelu', 'mish'])
  assert.deepEqual([activation.depth, activation.isFinite, activation.isConstant], [3, true, false])
  assert.deepEqual(activation.outputs, { length: 1000, values: [...described.outputs.slice(998)] })
  assert.deepEqual([activation.evaluations, activation.evaluation, activation.fisherSpectrum], [[], null, null])
  assert.deepEqual(activation.curve[0], { x: 0, y: 1, derivative: 0 })
  const distances = activation.neighbours.map((each: { distance: number }) => each.distance)
  assert.deepEqual(
    distances,
    [...distances].sort((a, b) => a - b),
  )
})

test('a function that is not finite has null for its missing values', async () => {
  const { activation } = await ask(`{ activation(expression: "reciprocal(zero(x))") {
    isFinite gaussianMean gaussianStandardDeviation outputs { values(limit: 2) } curve(points: 3) { y derivative }
  } }`)
  assert.equal(activation.isFinite, false)
  assert.deepEqual([activation.gaussianMean, activation.gaussianStandardDeviation], [null, null])
  assert.deepEqual(activation.outputs.values, [null, null])
  assert.ok(activation.curve.every(({ y }: { y: number | null }) => y === null))
})

test('vectors, in parts and as base64, equal the stored bytes', async () => {
  const { activation } = await ask(`{ activation(expression: "relu(x)") {
    outputs { base64 values part: values(offset: 10, limit: 5) beyond: values(offset: 999, limit: 5) none: values(offset: 5000) }
  } }`)
  const { outputs } = activation
  const bytes = Buffer.from(outputs.base64, 'base64')
  const decoded = Array.from({ length: 1000 }, (_, index) => bytes.readFloatLE(4 * index))
  assert.deepEqual(outputs.values, decoded)
  assert.deepEqual(outputs.part, decoded.slice(10, 15))
  assert.deepEqual(outputs.beyond, decoded.slice(999))
  assert.deepEqual(outputs.none, [])
})

test('filters of activations return exactly the rows that match', async () => {
  const all = await api.database.prisma.activation.findMany({ include: { expressions: true, evaluations: true } })
  type Row = (typeof all)[number]
  const cases: [Record<string, unknown>, (row: Row) => boolean][] = [
    [{ operators: ['max'] }, (row) => row.operators.includes('max')],
    [{ operators: ['max', 'relu'] }, (row) => ['max', 'relu'].every((name) => row.operators.includes(name))],
    [{ withoutOperators: ['max', 'min'] }, (row) => !row.operators.some((name) => ['max', 'min'].includes(name))],
    [{ contains: 'max_n( relu' }, (row) => row.expressions.some(({ text }) => text.includes('max_n(relu'))],
    [{ contains: 'MAX' }, () => false],
    [{ contains: '_%' }, () => false],
    [{ contains: '' }, () => true],
    [{ maxDepth: 1 }, (row) => row.depth <= 1],
    [{ isFinite: false }, (row) => !row.isFinite],
    [{ evaluatedIn: 'synthetic' }, (row) => row.evaluations.length > 0],
    [{ notEvaluatedIn: 'synthetic' }, (row) => row.evaluations.length === 0],
    [
      {
        operators: ['exp'],
        withoutOperators: ['add'],
        maxDepth: 2,
        isFinite: true,
        evaluatedIn: 'synthetic',
        contains: 'x',
      },
      (row) => row.operators.includes('exp') && !row.operators.includes('add') && row.evaluations.length > 0,
    ],
    [{ operators: [], contains: null, isFinite: null }, () => true],
  ]
  for (const [filter, holds] of cases) {
    const { activations } = await ask(
      'query ($filter: ActivationFilter) { activations(filter: $filter, first: 200) { totalCount nodes { expression } } }',
      { filter },
    )
    const expected = all.filter(holds).map((row) => row.expression)
    assert.deepEqual(
      new Set(activations.nodes.map((node: { expression: string }) => node.expression)),
      new Set(expected),
    )
    assert.equal(activations.totalCount, expected.length)
  }
})

test('filters of evaluations return exactly the rows that match, in every field that has them', async () => {
  type Row = (typeof stored)[number]
  const within = (value: number | null, min: number, max: number) => value !== null && value >= min && value <= max
  const cases: [Record<string, unknown>, (row: Row) => boolean][] = [
    [{ testAccuracy: { min: 0.3, max: 0.7 } }, (row) => within(row.testAccuracy, 0.3, 0.7)],
    [{ trainAccuracy: { min: 0.5 } }, (row) => within(row.trainAccuracy, 0.5, 1)],
    [{ runtimeSeconds: { max: 11 } }, (row) => within(row.runtimeSeconds, 0, 11)],
    [{ validationAccuracy: { min: 0.2, max: 0.2 } }, (row) => within(row.validationAccuracy, 0.2, 0.2)],
    [{ validationAccuracy: {} }, () => true],
    [{ activation: { maxDepth: 1 } }, (row) => row.activation.depth <= 1],
    [
      { activation: { operators: ['mul'] }, testAccuracy: { min: 0.1 } },
      (row) => row.activation.operators.includes('mul') && within(row.testAccuracy, 0.1, 1),
    ],
  ]
  for (const [filter, holds] of cases) {
    const { dataset: found } = await ask(
      `query ($filter: EvaluationFilter) { dataset(name: "synthetic") {
        leaderboard(filter: $filter, first: 200) { totalCount nodes { expression } }
        evaluations(filter: $filter, first: 200) { nodes { expression } }
        statistics(filter: $filter) { count }
      } }`,
      { filter },
    )
    const expected = stored.filter(holds)
    const names = (page: { nodes: { expression: string }[] }) => page.nodes.map((node) => node.expression).sort()
    assert.deepEqual(names(found.leaderboard), expected.map((row) => row.expression).sort())
    assert.deepEqual(names(found.evaluations), names(found.leaderboard))
    assert.equal(found.leaderboard.totalCount, expected.length)
    assert.equal(found.statistics.count, expected.filter((row) => row.validationAccuracy !== null).length)
  }
})

test('for every metric, a rank counts the better evaluations, and equal ones share it', async () => {
  const metrics = {
    TRAIN_ACCURACY: ['trainAccuracy', 1],
    VALIDATION_ACCURACY: ['validationAccuracy', 1],
    TEST_ACCURACY: ['testAccuracy', 1],
    TRAIN_LOSS: ['trainLoss', -1],
    VALIDATION_LOSS: ['validationLoss', -1],
    TEST_LOSS: ['testLoss', -1],
    RUNTIME: ['runtimeSeconds', -1],
  } as const
  for (const [metric, [property, sign]] of Object.entries(metrics)) {
    const { dataset: found } = await ask(
      `query ($metric: Metric) { dataset(name: "synthetic") {
        leaderboard(metric: $metric, first: 200) { nodes { rank(metric: $metric) expression } }
      } }`,
      { metric },
    )
    let last = 0
    for (const { rank, expression } of found.leaderboard.nodes) {
      const own = stored.find((row) => row.expression === expression)?.[property] ?? null
      const better = stored.filter(
        (row) => row[property] !== null && own !== null && sign * (row[property] ?? 0) > sign * own,
      )
      assert.equal(rank, own === null ? null : better.length + 1)
      assert.ok((rank ?? Number.POSITIVE_INFINITY) >= last, 'the leaderboard is in the order of the ranks')
      last = rank ?? Number.POSITIVE_INFINITY
    }
  }
})

test('statistics and groups are computed from the stored values', async () => {
  const { dataset: found } = await ask(`{ dataset(name: "synthetic") {
    statistics(metric: TEST_LOSS, bins: 7) { metric count minimum maximum mean standardDeviation quartiles histogram { from to count } }
    operators: groups(by: OPERATOR, metric: TEST_LOSS) { key statistics { count quartiles } }
    roots: groups(by: ROOT_OPERATOR) { key statistics { count metric } }
    depths: groups(by: DEPTH) { key statistics { count } }
  } }`)
  const values = (rows: typeof stored) =>
    rows.flatMap((row) => (row.testLoss === null ? [] : [row.testLoss])).sort((a, b) => a - b)
  assert.deepEqual(found.statistics, { metric: 'TEST_LOSS', ...computeStatistics(values(stored), 7) })
  const operators = new Set(stored.flatMap((row) => row.activation.operators))
  assert.deepEqual(new Set(found.operators.map((group: { key: string }) => group.key)), operators)
  let last = Number.NEGATIVE_INFINITY
  for (const { key, statistics } of found.operators) {
    const members = values(stored.filter((row) => row.activation.operators.includes(key)))
    assert.equal(statistics.count, members.length)
    const median = statistics.quartiles[1] ?? Number.POSITIVE_INFINITY
    assert.ok(median >= last, 'of a loss the smallest median comes first')
    last = median
  }
  const count = (groups: { statistics: { count: number } }[]) =>
    groups.reduce((sum, group) => sum + group.statistics.count, 0)
  const measured = stored.filter((row) => row.validationAccuracy !== null).length
  assert.deepEqual([count(found.roots), count(found.depths)], [measured, measured])
})

test('an evaluation is found by its function; a row with the same expression has precedence', async (t) => {
  const { expression, activationId } = stored[5]
  const find = async (text: string) => {
    const query = `query ($e: String!) { dataset(name: "synthetic") { evaluation(expression: $e) { expression } } }`
    return (await ask(query, { e: text })).dataset.evaluation?.expression ?? null
  }
  assert.equal(await find(`max_n(${expression})`), expression)
  await api.database.prisma.evaluation.create({
    data: { datasetId: dataset.id, activationId, expression: `max_n(${expression})`, origin: 'IMPORTED' },
  })
  t.after(() => api.database.prisma.evaluation.deleteMany({ where: { expression: `max_n(${expression})` } }))
  assert.equal(await find(` max_n( ${expression} )`), `max_n(${expression})`)
  assert.equal(await find(expression), expression)
  assert.equal(await find(`sum_n(${expression})`), expression)
  assert.equal(await find('cosh(gelu(mish(x)))'), null)
})

test('a comparison has the requested order, and null if nothing was measured', async () => {
  const [first, second] = stored.map((row) => row.expression)
  const expressions = [second, 'cosh(gelu(mish(x)))', ` ${first}`]
  const { compare } = await ask(
    `query ($expressions: [String!]!) { compare(expressions: $expressions, datasets: ["synthetic", "synthetic"]) {
      expression evaluations { expression } activation { expression }
    } }`,
    { expressions },
  )
  assert.deepEqual(
    compare.map((each: { expression: string }) => each.expression),
    expressions,
  )
  assert.deepEqual(compare[1].evaluations, [null, null])
  assert.deepEqual(compare[0].evaluations, [{ expression: second }, { expression: second }])
})

test('pages can be walked through the API in both directions, with the same rows', async () => {
  const page = (args: string) =>
    ask(
      `{ dataset(name: "synthetic") { leaderboard(${args}) { edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`,
    )
  const walk = async (size: string, cursor: string, next: 'endCursor' | 'startCursor', more: string) => {
    const ids: string[][] = []
    for (let args = `${size}: 7`; ; ) {
      const { leaderboard } = (await page(args)).dataset
      ids.push(leaderboard.edges.map((edge: { node: { id: string } }) => edge.node.id))
      if (!leaderboard.pageInfo[more]) return ids
      args = `${size}: 7, ${cursor}: "${leaderboard.pageInfo[next]}"`
    }
  }
  const forward = (await walk('first', 'after', 'endCursor', 'hasNextPage')).flat()
  const backward = (await walk('last', 'before', 'startCursor', 'hasPreviousPage')).reverse().flat()
  assert.deepEqual(forward, backward)
  assert.equal(new Set(forward).size, stored.length)
})
