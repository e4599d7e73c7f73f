import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matchesSchema } from '../../../src/activations/mutate-expression.js'
import { parseExpression } from '../../../src/activations/parse-expression.js'
import { parseSchema } from '../../../src/activations/search-space.js'
import { reportEvaluation } from '../../../src/services/suggestions/report-evaluation.js'
import { BASELINE_EXPRESSIONS } from '../../../src/surrogate/strategies/search-strategy.js'
import { accuracyOf, identify, openSearchFixture } from '../../support/fixtures/search-fixture.js'

const { database, viewer, measured: measuredFunctions, begin, ask, tell, run } = await openSearchFixture()
const measured = new Set(measuredFunctions.map(({ described }) => described.identityHex))
const algorithm = 'REGULARIZED_EVOLUTION'

test('evolution tries the unmeasured baselines first and never what is measured', async () => {
  const { suggestions } = await ask((await begin({ algorithm })).id, { count: 30 })
  const baselines = BASELINE_EXPRESSIONS.filter((expression) => !measured.has(identify(expression)))
  assert.deepEqual(
    suggestions.slice(0, baselines.length).map(({ expression }) => expression),
    baselines,
  )
  assert.ok(suggestions.every(({ expression }) => !measured.has(identify(expression))))
})

test('its mutants are finite functions of the schemas, no two of them alike', async () => {
  const schemas = ['unary(unary(x))', 'max(unary(x),unary(x))']
  const expressions = await run({ algorithm, schemas, seed: 3 }, 40)
  assert.equal(new Set(expressions.map(identify)).size, 40)
  const trees = schemas.map((schema) => parseSchema(schema).tree)
  for (const expression of expressions.slice(8)) {
    assert.ok(Number.isFinite(accuracyOf(expression)))
    assert.ok(
      trees.some((tree) => matchesSchema(tree, parseExpression(expression))),
      expression,
    )
  }
})

test('equal seeds evolve equally, others otherwise', async () => {
  const first = await run({ algorithm, seed: 5 }, 35)
  assert.deepEqual(await run({ algorithm, seed: 5 }, 35), first)
  assert.notDeepEqual(await run({ algorithm, seed: 6 }, 35), first)
})

test('it finds better functions than searches at RANDOM, by the mean of two seeds', async () => {
  const mean = (expressions: string[]) =>
    expressions.slice(-60).reduce((sum, expression) => sum + accuracyOf(expression) / 60, 0)
  let advantage = 0
  for (const seed of [1, 2]) {
    const evolved = mean(await run({ algorithm, seed }, 120))
    const random = mean(await run({ algorithm: 'RANDOM', seed }, 68))
    advantage += (evolved - random) / 2
  }
  assert.ok(advantage > 0.04, `${advantage}`)
})

test('a small space is evolved through to its last function', async () => {
  const search = await begin({ algorithm, schemas: ['unary(x)'], dataset: 'unfitted', budget: 200 })
  const seen = new Set<number>()
  for (;;) {
    const { suggestions } = await ask(search.id, { count: 5 })
    if (suggestions.length === 0) break
    for (const { id, activationId, expression } of suggestions) {
      assert.ok(!seen.has(activationId))
      seen.add(activationId)
      await tell(id, accuracyOf(expression))
    }
  }
  const random = await begin({ algorithm: 'RANDOM', schemas: ['unary(x)'], dataset: 'unfitted', budget: 200 })
  const { suggestions } = await ask(random.id, { count: 100 })
  for (const { activationId } of suggestions) assert.ok(seen.has(activationId))
})

test('a replay evolves among the measured functions', async () => {
  const search = await begin({ algorithm, replay: true, budget: 60 })
  const seen: string[] = []
  for (const count of [30, 30]) {
    for (const { id, expression, predictedMean } of (await ask(search.id, { count })).suggestions) {
      assert.equal(predictedMean, null)
      seen.push(identify(expression))
      await reportEvaluation(database, viewer, { suggestionId: id })
    }
  }
  assert.equal(seen.length, 60)
  assert.equal(new Set(seen).size, 60)
  assert.ok(seen.every((identity) => measured.has(identity)))
})
