import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDatabase } from '../../../src/db/connection/client.js'
import { suggest } from '../../../src/services/searches/suggest.js'
import { updateSurrogate as requestSurrogate } from '../../../src/services/surrogates/update-surrogate.js'
import { BASELINE_EXPRESSIONS } from '../../../src/surrogate/strategies/search-strategy.js'
import { updateSurrogate } from '../../../src/tasks/update-surrogate.js'
import { accuracyOf, identify, openSearchFixture } from '../../support/fixtures/search-fixture.js'

const { database, viewer, measured: measuredFunctions, begin, ask, tell, run } = await openSearchFixture()
const algorithm = 'EXPECTED_IMPROVEMENT'
const { id } = await requestSurrogate(database, viewer, { dataset: 'fitted', algorithm: 'GAUSSIAN_PROCESS' })
await updateSurrogate(database, { surrogateId: id })
const measured = new Set(measuredFunctions.map(({ described }) => described.identityHex))

test('it tries the unmeasured baselines first, then what the process promises, never what is measured', async () => {
  const { suggestions } = await ask((await begin({ algorithm })).id, { count: 30 })
  const baselines = BASELINE_EXPRESSIONS.filter((expression) => !measured.has(identify(expression)))
  assert.deepEqual(
    suggestions.slice(0, baselines.length).map(({ expression }) => expression),
    baselines,
  )
  assert.equal(suggestions.length, 30)
  assert.ok(suggestions.slice(baselines.length).every(({ surrogateId }) => surrogateId === id))
  assert.ok(suggestions.every(({ expression }) => !measured.has(identify(expression))))
})

test('equal seeds give equal searches, and better functions than RANDOM', async () => {
  // It also tries functions that nobody knows anything about, so only the best one that it finds matters.
  const meanOfBest = (expressions: string[]) =>
    expressions
      .slice(8)
      .map(accuracyOf)
      .sort((a, b) => b - a)
      .slice(0, 3)
      .reduce((sum, accuracy) => sum + accuracy / 3, 0)
  const first = await run({ algorithm, seed: 5 }, 24)
  assert.deepEqual(await run({ algorithm, seed: 5 }, 24), first)
  assert.equal(new Set(first.map(identify)).size, 24)
  const random = await run({ algorithm: 'RANDOM', seed: 5 }, 24)
  assert.ok(meanOfBest(first) > meanOfBest(random), `${meanOfBest(first)} against ${meanOfBest(random)}`)
})

test('two clients that ask at once get different functions', async () => {
  const search = await begin({ algorithm })
  const answers = await Promise.all(['a', 'b', 'c'].map((worker) => ask(search.id, { worker, count: 6 })))
  const given = answers.flatMap(({ suggestions }) => suggestions.map(({ activationId }) => activationId))
  assert.equal(given.length, 18)
  assert.equal(new Set(given).size, 18)
})

test('a small space is handed out to its last function', async () => {
  const idsOf = async (search: { id: number }) =>
    new Set((await ask(search.id, { count: 100 })).suggestions.map(({ activationId }) => activationId))
  const space = { schemas: ['unary(x)'], budget: 200 }
  const promised = await idsOf(await begin({ algorithm, ...space }))
  const random = await idsOf(await begin({ algorithm: 'RANDOM', ...space }))
  assert.ok(random.size > 10)
  for (const each of random) assert.ok(promised.has(each))
})

test('a server that has just started suggests what the one that drew up its lists ahead would have', async () => {
  const goOn = async () => {
    const search = await begin({ algorithm, seed: 7 })
    for (let batch = 0; batch < 7; batch++) {
      const { suggestions } = await ask(search.id, { count: 10 })
      for (const { id, expression } of suggestions) await tell(id, accuracyOf(expression))
    }
    return search.id
  }
  const [first, second] = [await goOn(), await goOn()]
  const { suggestions: expected } = await ask(first, { count: 3 })
  const restarted = openDatabase(database.url)
  try {
    const { suggestions } = await suggest(restarted, viewer, { searchId: second, worker: 'one', count: 3 })
    assert.deepEqual(
      suggestions.map(({ expression, predictedMean }) => [expression, predictedMean]),
      expected.map(({ expression, predictedMean }) => [expression, predictedMean]),
    )
  } finally {
    await restarted.close()
  }
})
