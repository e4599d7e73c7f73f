import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApi } from '../support/api.js'
import { createBenchmark, fitBenchmark } from '../support/benchmark.js'

const api = await openTestApi()
const { dataset } = await createBenchmark(api.database)
const surrogateId = await fitBenchmark(api.database, { dataset })

const PART = `{ operator functions lowestPrediction highestPrediction meanPrediction meanMeasured measuredQuartiles bias
  meanAbsoluteError intervalCoverage }`

async function ask(fields: string) {
  const { data, errors } = await api.ask(`{ dataset(name: "synthetic") { surrogate(version: 1) { ${fields} } } }`)
  assert.deepEqual(errors, [])
  return data.dataset.surrogate
}

interface Row {
  readonly expression: string
  readonly mean: number
  readonly standardDeviation: number
  readonly measured: number
}

const { predictions } = await ask('predictions(first: 5000) { nodes { expression mean standardDeviation } }')
const { rows } = await api.database.pool.query(
  `SELECT a.expression, t.measured FROM surrogate_points t JOIN activations a ON a.id = t.activation_id
   WHERE t.surrogate_id = $1 AND t.measured IS NOT NULL`,
  [surrogateId],
)
const measuredOf = new Map<string, number>(rows.map((row) => [row.expression, row.measured]))
/** The measured functions, the lowest prediction first. */
const measured: Row[] = predictions.nodes
  .filter(({ expression }: Row) => measuredOf.has(expression))
  .map((row: Row) => ({ ...row, measured: measuredOf.get(row.expression) }))
  .reverse()

const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const near = (actual: number, expected: number, what: string) =>
  assert.ok(Math.abs(actual - expected) < 1e-9, `${what}: ${actual} instead of ${expected}`)

function assertPart(part: Record<string, never>, members: readonly Row[]) {
  assert.equal(part.functions, members.length)
  const means = members.map(({ mean }) => mean)
  near(part.lowestPrediction, Math.min(...means), 'lowest')
  near(part.highestPrediction, Math.max(...means), 'highest')
  near(part.meanPrediction, average(means), 'mean prediction')
  near(part.meanMeasured, average(members.map((each) => each.measured)), 'mean measured')
  near(part.bias, average(members.map(({ mean, measured: value }) => mean - value)), 'bias')
  near(part.meanAbsoluteError, average(members.map(({ mean, measured: value }) => Math.abs(mean - value))), 'error')
  const inside = members.map(({ mean, standardDeviation, measured: value }) =>
    Number(Math.abs(value - mean) <= 1.645 * standardDeviation),
  )
  near(part.intervalCoverage, average(inside), 'coverage')
  const sorted = members.map((each) => each.measured).sort((a, b) => a - b)
  const [low, middle, high] = part.measuredQuartiles as number[]
  assert.ok(sorted[0] <= low && low <= middle && middle <= high && high <= (sorted.at(-1) as number))
  if (sorted.length % 2 === 1) near(middle, sorted[(sorted.length - 1) / 2], 'median')
}

test('calibration splits the measured functions by their predictions', async () => {
  const { quarters, one, many } = await ask(
    `quarters: calibration ${PART} one: calibration(parts: 1) ${PART} many: calibration(parts: 100) ${PART}`,
  )
  assert.equal(quarters.length, 4)
  let from = 0
  for (const part of quarters) {
    assert.equal(part.operator, null)
    assertPart(part, measured.slice(from, from + part.functions))
    from += part.functions
  }
  assert.equal(from, measured.length)
  assertPart(one[0], measured)
  assert.equal(many.length, measured.length)
})

test('errors by operator are the largest first', async () => {
  const { errorsByOperator: all, few } = await ask(
    `errorsByOperator(first: 100) ${PART} few: errorsByOperator(first: 2) { operator }`,
  )
  assert.ok(all.length > 2)
  for (const part of all) {
    const members = measured.filter(({ expression }) => new RegExp(`\\b${part.operator}\\(`).test(expression))
    assert.ok(members.length >= 5)
    assertPart(part, members)
  }
  const errors = all.map((part: { meanAbsoluteError: number }) => part.meanAbsoluteError)
  assert.deepEqual(
    errors,
    [...errors].sort((a, b) => b - a),
  )
  assert.deepEqual(
    few,
    all.slice(0, 2).map(({ operator }: { operator: string }) => ({ operator })),
  )
})

test('the largest errors are predictions with all that these have', async () => {
  const { largestErrors } = await ask(
    'largestErrors(first: 3) { expression mean measured features activation { expression } basedOn { id } surrogate { version } }',
  )
  const worst = [...measured].sort((a, b) => Math.abs(b.mean - b.measured) - Math.abs(a.mean - a.measured))
  assert.deepEqual(
    largestErrors.map(({ mean, measured: value }: Row) => Math.abs(mean - value)),
    worst.slice(0, 3).map(({ mean, measured: value }) => Math.abs(mean - value)),
  )
  for (const each of largestErrors) {
    assert.equal(each.activation.expression, each.expression)
    assert.equal(each.basedOn.length, 3)
    assert.equal(each.surrogate.version, 1)
  }
})

test('a surrogate that is not READY has no calibration, and wrong numbers are refused', async () => {
  await api.database.prisma.surrogate.create({ data: { datasetId: dataset.id, version: 2, algorithm: 'UMAP_KNN' } })
  const { data } = await api.ask(`{ dataset(name: "synthetic") { surrogate(version: 2) {
    calibration { functions } errorsByOperator { functions } largestErrors { mean } } } }`)
  assert.deepEqual(data.dataset.surrogate, { calibration: [], errorsByOperator: [], largestErrors: [] })
  for (const [field, argument] of [
    ['calibration(parts: 0) { functions }', 'parts'],
    ['calibration(parts: 101) { functions }', 'parts'],
    ['errorsByOperator(first: 0) { functions }', 'first'],
    ['largestErrors(first: -1) { mean }', 'first'],
  ]) {
    const { errors } = await api.ask(`{ dataset(name: "synthetic") { surrogate(version: 1) { ${field} } } }`)
    assert.match(errors[0].message, new RegExp(`^${argument}: expected a whole number from 1 to 100, got `))
  }
})
