import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../../src/numeric/random.js'
import { poolNoise, toRankData } from '../../src/numeric/ranks/measured-function.js'
import { createRankModel } from '../../src/numeric/ranks/rank-model.js'
import { openTestApi } from '../support/api.js'
import { createBenchmark } from '../support/benchmark.js'

const api = await openTestApi()
const { dataset } = await createBenchmark(api.database)

interface Measured {
  expression: string
  value: number | null
  runs: { value: number | null }[]
}

async function ask(metric: string, property: string, more = '') {
  const { data, errors } = await api.ask(
    `query ($metric: Metric) { dataset(name: "synthetic") { seedNoise(metric: $metric) { standardDeviation evaluations runs }
      leaderboard(metric: $metric, first: 200) { nodes {
        expression value: ${property} runs { value: ${property} } ${more}
        rank(metric: $metric) standardDeviation(metric: $metric) rankInterval(metric: $metric) { best worst } } } } }`,
    { metric },
  )
  assert.deepEqual(errors, [])
  return data.dataset
}

/** The sum of the squared distances from the mean. */
function sumSquares(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2
}

function close(found: number | null, expected: number | null): void {
  if (found === null || expected === null) assert.equal(found, expected)
  else assert.ok(Math.abs(found - expected) < 1e-12, `${found} instead of ${expected}`)
}

test('without a second run, the noise is unknown', async () => {
  const { seedNoise, leaderboard } = await ask('TEST_ACCURACY', 'testAccuracy')
  assert.equal(seedNoise, null)
  for (const { rankInterval, standardDeviation } of leaderboard.nodes)
    assert.deepEqual([rankInterval, standardDeviation], [null, null])
})

for (const [metric, property, column, sign, spread] of [
  ['VALIDATION_ACCURACY', 'validationAccuracy', 'validation_accuracy', 1, 0.15],
  ['VALIDATION_LOSS', 'validationLoss', 'validation_loss', -1, 1],
] as const) {
  test(`noise and its effect on ranks are computed from the runs: ${metric}`, async () => {
    const random = createRandom(3, 'noise')
    const { database } = api
    const evaluations = await database.prisma.evaluation.findMany({
      where: { datasetId: dataset.id },
      include: { runs: true },
    })
    // For each function, a random number of its three runs have the metric, at random distances from the evaluation.
    for (const evaluation of evaluations) {
      for (const [i, run] of evaluation.runs.entries()) {
        const own = evaluation[property]
        const value = own === null || i < evaluation.id % 4 ? null : Math.abs(own + spread * (random.uniform() - 0.5))
        await database.pool.query(`update runs set ${column} = $1 where id = $2`, [value, run.id])
      }
    }
    const { seedNoise, leaderboard } = await ask(metric, property)
    const rows: (Measured & {
      rank: number
      standardDeviation: number
      rankInterval: { best: number; worst: number } | null
    })[] = leaderboard.nodes
    const measured = rows.flatMap((row) => row.value ?? [])
    const valuesOf = (row: Measured) => row.runs.flatMap(({ value }) => value ?? [])
    const repeated = rows.filter(
      (row) => row.value !== null && sign * row.value >= sign * median(measured) && valuesOf(row).length > 1,
    )
    const degrees = repeated.reduce((sum, row) => sum + valuesOf(row).length - 1, 0)
    const deviation = Math.sqrt(repeated.reduce((sum, row) => sum + sumSquares(valuesOf(row)), 0) / degrees)
    assert.ok(repeated.length > 5)
    assert.deepEqual([seedNoise.evaluations, seedNoise.runs], [repeated.length, degrees + repeated.length])
    close(seedNoise.standardDeviation, deviation)

    let widest = 0
    for (const row of rows) {
      const values = valuesOf(row)
      close(row.standardDeviation, values.length > 1 ? Math.sqrt(sumSquares(values) / (values.length - 1)) : null)
      if (row.value === null) {
        assert.equal(row.rankInterval, null)
        continue
      }
      assert.ok(row.rankInterval, row.expression)
      const { best, worst } = row.rankInterval
      assert.ok(1 <= best && best <= row.rank && row.rank <= worst && worst <= measured.length, row.expression)
      widest = Math.max(widest, worst - best)
    }
    assert.ok(widest > 3, 'the noise is worth places')

    // The same definitions, computed from the runs by the code that writes the documents.
    const functions = rows.flatMap((row) =>
      row.value === null ? [] : [{ value: sign * row.value, runs: valuesOf(row).map((value) => sign * value) }],
    )
    const pooled = poolNoise(functions)
    close(pooled?.deviation ?? null, seedNoise.standardDeviation)
    assert.deepEqual([pooled?.functions, pooled?.runs], [seedNoise.evaluations, seedNoise.runs])
    const model = createRankModel(toRankData(functions))
    for (const row of rows) {
      if (row.value === null || row.rankInterval === null) continue
      const runs = Math.max(1, valuesOf(row).length)
      const expected = model.intervalOf({ value: sign * row.value, runs, rank: row.rank })
      // The service sums up values that are closer than a 32nd of the noise.
      assert.ok(Math.abs(expected.best - row.rankInterval.best) <= 1, row.expression)
      assert.ok(Math.abs(expected.worst - row.rankInterval.worst) <= 1, row.expression)
    }
  })
}
