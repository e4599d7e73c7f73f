import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../../src/numeric/random.js'
import { openTestApi } from '../support/api.js'
import { createBenchmark, fitBenchmark } from '../support/benchmark.js'

const api = await openTestApi()
const { dataset } = await createBenchmark(api.database)
const random = createRandom('comparisons')

interface Row {
  readonly id: number
  readonly expression: string
  readonly value: number
}

/** Gives every run a value around a level of its function, and every evaluation the median. Returns them, best first. */
async function measure(spread: number): Promise<Row[]> {
  const { pool, prisma } = api.database
  const evaluations = await prisma.evaluation.findMany({ where: { datasetId: dataset.id }, orderBy: { id: 'asc' } })
  const rows: Row[] = []
  for (const [i, { id, expression }] of evaluations.entries()) {
    const level = 0.9 - 0.2 * (i % 3)
    const values = [0, 1, 2].map((seed) => level + 0.01 * seed + spread * random.normal())
    const value = [...values].sort((a, b) => a - b)[1]
    for (const [seed, each] of values.entries())
      await pool.query('update runs set validation_accuracy = $1 where evaluation_id = $2 and seed = $3', [
        each,
        id,
        seed,
      ])
    await pool.query('update evaluations set validation_accuracy = $1 where id = $2', [value, id])
    rows.push({ id, expression, value })
  }
  return rows.sort((a, b) => b.value - a.value)
}

const COMPARISON = `{ metric difference standardError degreesOfFreedom pValue adjustedPValue commonSeeds verdict
  evaluation { expression } other { expression } }`

async function compare(expression: string, other: string, metric = 'VALIDATION_ACCURACY') {
  return api.ask(
    `query ($expression: String!, $other: String!, $metric: Metric) { dataset(name: "synthetic") {
      evaluation(expression: $expression) { comparedWith(expression: $other, metric: $metric) ${COMPARISON} } } }`,
    { expression, other, metric },
  )
}

test('comparisons and ties follow from the runs', async (t) => {
  const rows = await measure(0.005)
  const [best, second] = rows
  const worse = rows[20]

  await t.test('a function is better than one of a lower level, and that one is worse', async () => {
    const { data } = await compare(best.expression, worse.expression)
    const found = data.dataset.evaluation.comparedWith
    assert.equal(found.verdict, 'BETTER')
    assert.equal(found.commonSeeds, 3)
    assert.ok(found.difference > 0.15 && found.standardError > 0.001 && found.standardError < 0.02)
    assert.ok(found.pValue < 1e-6 && found.adjustedPValue >= found.pValue && found.adjustedPValue < 0.05)
    assert.deepEqual([found.evaluation.expression, found.other.expression], [best.expression, worse.expression])
    const reverse = (await compare(worse.expression, best.expression)).data.dataset.evaluation.comparedWith
    assert.equal(reverse.verdict, 'WORSE')
    assert.equal(reverse.difference, -found.difference)
    assert.equal(reverse.pValue, found.pValue)
  })

  await t.test('neighbours are tied, and every function with itself', async () => {
    const { data } = await compare(second.expression, best.expression)
    assert.equal(data.dataset.evaluation.comparedWith.verdict, 'TIED')
    const own = (await compare(best.expression, best.expression)).data.dataset.evaluation.comparedWith
    assert.deepEqual(
      [own.difference, own.standardError, own.pValue, own.adjustedPValue, own.verdict],
      [0, 0, 1, 1, 'TIED'],
    )
  })

  await t.test('each level is a tie group, and its members are tied with its best after the correction', async () => {
    const { data, errors } = await api.ask(
      `query ($best: String!) { dataset(name: "synthetic") { leaderboard(first: 200) { nodes {
        expression validationAccuracy tieGroup comparedWith(expression: $best) { adjustedPValue } } } } }`,
      { best: best.expression },
    )
    assert.deepEqual(errors, [])
    const { nodes } = data.dataset.leaderboard
    assert.equal(nodes.length, rows.length)
    for (const { validationAccuracy, tieGroup, comparedWith } of nodes) {
      assert.equal(tieGroup, validationAccuracy > 0.8 ? 1 : validationAccuracy > 0.6 ? 2 : 3)
      assert.equal(comparedWith.adjustedPValue >= 0.05, tieGroup === 1)
    }
  })

  await t.test('a run of an earlier version of the dataset does not count', async () => {
    const { pool } = api.database
    const key = [worse.id]
    await pool.query(`update runs set dataset_version = 'old' where evaluation_id = $1 and seed > 0`, key)
    const { data } = await compare(best.expression, worse.expression)
    assert.equal(data.dataset.evaluation.comparedWith.commonSeeds, 1)
    const values = await chosen(worse.expression, 'of: SEED, seed: 2')
    assert.equal(values.data.dataset.evaluation.value, null)
    await pool.query(`update runs set dataset_version = '1' where evaluation_id = $1`, key)
  })

  await t.test('errors name the argument', async () => {
    const unknown = await compare(best.expression, 'tanh(tanh(tanh(x)))')
    assert.deepEqual([unknown.errors[0].extensions.code, unknown.data.dataset.evaluation], ['NOT_FOUND', null])
    assert.match(unknown.errors[0].message, /^expression: /)
    assert.equal((await compare(best.expression, 'tanh(')).errors[0].extensions.code, 'INVALID_EXPRESSION')
    await api.database.pool.query('update evaluations set test_loss = null where id = $1', [best.id])
    const missing = await compare(worse.expression, best.expression, 'TEST_LOSS')
    assert.equal(missing.errors[0].extensions.code, 'NOT_FOUND')
    assert.match(missing.errors[0].message, /^metric: /)
  })

  await t.test('a metric without a second run cannot be compared beyond its difference', async () => {
    const measured = rows.slice(1)
    const { pool } = api.database
    await pool.query('update evaluations set test_loss = id where dataset_id = $1', [dataset.id])
    const { data, errors } = await compare(measured[0].expression, measured[1].expression, 'TEST_LOSS')
    assert.deepEqual(errors, [])
    const { difference, verdict, standardError, pValue, adjustedPValue } = data.dataset.evaluation.comparedWith
    assert.equal(difference, measured[0].id - measured[1].id)
    assert.deepEqual([verdict, standardError, pValue, adjustedPValue], ['UNKNOWN', null, null, null])
  })

  await t.test('lower losses are better, and the difference keeps its sign', async () => {
    const { pool } = api.database
    await pool.query('update evaluations set validation_loss = 1 - validation_accuracy where dataset_id = $1', [
      dataset.id,
    ])
    await pool.query('update runs set validation_loss = 1 - validation_accuracy where dataset_id = $1', [dataset.id])
    const { data } = await compare(best.expression, worse.expression, 'VALIDATION_LOSS')
    const found = data.dataset.evaluation.comparedWith
    assert.equal(found.verdict, 'BETTER')
    assert.ok(found.difference < -0.15)
  })
})

async function chosen(expression: string, choice: string) {
  return api.ask(
    `query ($expression: String!) { dataset(name: "synthetic") { evaluation(expression: $expression) {
      validationAccuracy value(${choice}) runs { seed validationAccuracy } } } }`,
    { expression },
  )
}

test('a value by the median, the mean, the best run, or the run of a seed', async () => {
  const [{ expression }] = await measure(0.02)
  const evaluationBy = async (choice: string) => (await chosen(expression, choice)).data.dataset.evaluation
  const { validationAccuracy, runs, value } = await evaluationBy('of: MEDIAN')
  const values: number[] = runs.map((run: { validationAccuracy: number }) => run.validationAccuracy)
  assert.equal(value, validationAccuracy)
  assert.equal((await evaluationBy('metric: VALIDATION_ACCURACY')).value, validationAccuracy)
  assert.ok(Math.abs((await evaluationBy('of: MEAN')).value - (values[0] + values[1] + values[2]) / 3) < 1e-12)
  assert.equal((await evaluationBy('of: BEST')).value, Math.max(...values))
  assert.equal((await evaluationBy('of: BEST, metric: RUNTIME')).value, 12)
  for (const { seed, validationAccuracy } of runs)
    assert.equal((await evaluationBy(`of: SEED, seed: ${seed}`)).value, validationAccuracy)
  assert.equal((await evaluationBy('of: SEED, seed: 9')).value, null)
  const drawn: number[] = []
  for (let seed = 0; seed < 20; seed++) drawn.push((await evaluationBy(`of: RANDOM, seed: ${seed}`)).value)
  assert.deepEqual(new Set(drawn), new Set(values))
  assert.equal((await evaluationBy('of: RANDOM, seed: 7')).value, drawn[7])
  assert.equal((await evaluationBy('of: MEAN, metric: TEST_ACCURACY')).value, null)
})

test('a seed without SEED, and SEED without a seed, are refused', async () => {
  const { expression } = await api.database.prisma.evaluation.findFirstOrThrow({ where: { datasetId: dataset.id } })
  for (const choice of ['of: SEED', 'of: SEED, seed: null', 'of: RANDOM', 'of: MEAN, seed: 0', 'seed: 1']) {
    const { errors } = await chosen(expression, choice)
    assert.deepEqual([errors[0].extensions.code, errors[0].extensions.argument], ['BAD_USER_INPUT', 'seed'], choice)
  }
})

test('an estimate between measurement and prediction; without a surrogate, the reason', async () => {
  await measure(0.02)
  const ask = async () => {
    const { data, errors } = await api.ask(`{ dataset(name: "synthetic") { leaderboard(first: 200) { nodes {
      validationAccuracy prediction { mean } shrunk { value lowest highest weight reason } } } } }`)
    assert.deepEqual(errors, [])
    return data.dataset.leaderboard.nodes
  }
  for (const { shrunk } of await ask()) {
    assert.equal(shrunk.reason, 'the dataset has no surrogate')
    assert.deepEqual([shrunk.value, shrunk.lowest, shrunk.highest, shrunk.weight], [null, null, null, null])
  }
  await fitBenchmark(api.database, { dataset })
  const rows = await ask()
  let between = 0
  for (const { shrunk } of rows) {
    assert.equal(shrunk.reason, null)
    assert.ok(
      0 <= shrunk.lowest && shrunk.lowest <= shrunk.value && shrunk.value <= shrunk.highest && shrunk.highest <= 1,
    )
    assert.ok(shrunk.weight > 0 && shrunk.weight <= 1)
    if (shrunk.weight < 1) between++
  }
  assert.ok(between > rows.length / 2)
})
