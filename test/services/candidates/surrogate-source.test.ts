import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeActivation } from '../../../src/services/activations/describe-activation.js'
import { BASELINE_EXPRESSIONS } from '../../../src/surrogate/strategies/search-strategy.js'
import { accuracyOf, identify, openSearchFixture } from '../../support/fixtures/search-fixture.js'

const {
  database,
  functions,
  measured: measuredFunctions,
  fitted,
  surrogate,
  begin,
  ask,
  tell,
  run,
} = await openSearchFixture()
const identityOf = new Map(functions.map(({ activationId, described }) => [activationId, described.identityHex]))
const measured = new Set(measuredFunctions.map(({ described }) => described.identityHex))

test('a search by SURROGATE tries the unmeasured baselines first, then what is predicted best', async () => {
  const search = await begin({})
  const { suggestions } = await ask(search.id, { count: 30 })
  const baselines = BASELINE_EXPRESSIONS.filter((expression) => !measured.has(identify(expression)))
  assert.ok(baselines.length > 0)
  assert.deepEqual(
    suggestions.slice(0, baselines.length).map(({ expression }) => expression),
    baselines,
  )
  const means = suggestions.slice(baselines.length).map(({ predictedMean }) => predictedMean ?? Number.NaN)
  assert.deepEqual(
    means,
    [...means].sort((a, b) => b - a),
  )
  assert.ok(suggestions.slice(baselines.length).every(({ surrogateId }) => surrogateId === surrogate.id))
  assert.ok(suggestions.every(({ expression }) => !measured.has(identify(expression))))
})

test('it finds better functions than a search at RANDOM', async () => {
  const mean = (expressions: string[]) =>
    expressions.reduce((sum, expression) => sum + accuracyOf(expression), 0) / expressions.length
  const guided = (await run({ algorithm: 'SURROGATE' }, 24)).slice(8)
  const random = (await run({ algorithm: 'RANDOM' }, 24)).slice(8)
  assert.ok(mean(guided) > mean(random) + 0.1, `${mean(guided)} against ${mean(random)}`)
})

test('reports to a search steer it, even if the dataset does not change', async () => {
  const mean = (suggestions: readonly { predictedMean: number | null }[]) =>
    suggestions.reduce((sum, { predictedMean }) => sum + (predictedMean ?? 0) / suggestions.length, 0)
  const untouched = await begin({})
  await ask(untouched.id, { count: 30 })
  const usual = (await ask(untouched.id, { worker: 'two', count: 30 })).suggestions
  const search = await begin({})
  for (const { id } of (await ask(search.id, { count: 30 })).suggestions) await tell(id, 0)
  const { suggestions } = await ask(search.id, { worker: 'two', count: 30 })
  assert.ok(mean(suggestions) < mean(usual) - 0.01, `${mean(suggestions)} against ${mean(usual)}`)
  assert.equal(await database.prisma.evaluation.count({ where: { datasetId: fitted.id } }), 150)
})

test('equal seeds give equal searches and others do not', async () => {
  for (const algorithm of ['SURROGATE', 'RANDOM'] as const) {
    const first = await run({ algorithm, seed: 5 }, 12)
    assert.deepEqual(await run({ algorithm, seed: 5 }, 12), first)
    assert.equal(new Set(first.map(identify)).size, 12)
  }
  assert.notDeepEqual(await run({ algorithm: 'RANDOM', seed: 6 }, 12), await run({ algorithm: 'RANDOM', seed: 5 }, 12))
})

test('wide schemas lead to functions that nobody stored', async () => {
  const search = await begin({ schemas: ['n-ary(unary(unary(x)),unary(x),unary(x))'] })
  const { suggestions } = await ask(search.id, { count: 40 })
  const sampled = suggestions.filter(({ expression }) => /^(sum|prod|max|min)_n\(/.test(expression))
  assert.ok(sampled.length >= 10, `${sampled.length} sampled`)
  for (const { activationId, expression } of sampled) {
    assert.ok(!identityOf.has(activationId))
    assert.equal(describeActivation(expression).isFinite, true)
  }
})

test('samples of the schemas join the stored functions during the search, the same at each run', async () => {
  const wide = { schemas: ['unary(unary(x))', 'binary(unary(x),unary(x))', 'n-ary(unary(x),unary(x),unary(x))'] }
  const found = await run({ ...wide, seed: 3 }, 50)
  assert.ok(found.some((expression) => /^(sum|prod|max|min)_n\(/.test(expression)))
  assert.deepEqual(await run({ ...wide, seed: 3 }, 50), found)
})

test('only functions of the schemas are suggested, the baselines apart', async () => {
  const search = await begin({ schemas: ['max(unary(x),unary(x))'] })
  const { suggestions } = await ask(search.id, { count: 30 })
  const spellings = await database.prisma.expression.findMany({
    where: { activationId: { in: suggestions.map(({ activationId }) => activationId) } },
  })
  for (const { expression, activationId } of suggestions) {
    if (BASELINE_EXPRESSIONS.includes(expression)) continue
    const own = spellings.filter((spelling) => spelling.activationId === activationId).map(({ text }) => text)
    assert.ok(
      [expression, ...own].some((text) => /^max\(\w+\(x\),\w+\(x\)\)$/.test(text)),
      expression,
    )
  }
})
