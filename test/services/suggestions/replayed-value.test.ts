import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CreateSearchInput, createSearch } from '../../../src/services/searches/create-search.js'
import { suggest } from '../../../src/services/searches/suggest.js'
import { reportEvaluation } from '../../../src/services/suggestions/report-evaluation.js'
import { loadStoredTable } from '../../../src/simulation/load-tabular-dataset.js'
import { chooseValues } from '../../../src/simulation/simulated-values.js'
import { openTestDatabase } from '../../support/database.js'
import { createSyntheticDataset, listFunctions, storeFunctions } from '../../support/fixtures/learning-fixture.js'
import { createViewer } from '../../support/fixtures/training-fixture.js'

const database = await openTestDatabase()
const viewer = await createViewer(database, 'searcher', ['SEARCH'])
const functions = await storeFunctions(database, listFunctions(40))

test('a replay sees the runs that it asked for, with all their metrics', async () => {
  const { id: datasetId, version } = await createSyntheticDataset(database, {
    name: 'repeated',
    measured: functions.slice(0, 3),
  })
  const evaluations = await database.prisma.evaluation.findMany({ where: { datasetId }, orderBy: { id: 'asc' } })
  const [single] = evaluations
  const own = (
    seed: number | null,
    validationAccuracy: number | null,
    testLoss: number | null,
    evaluation = evaluations[1],
  ) => ({
    ...{ evaluationId: evaluation.id, datasetId, activationId: evaluation.activationId, datasetVersion: version },
    ...{ seed, validationAccuracy, testLoss },
  })
  await database.prisma.run.createMany({
    data: [
      ...evaluations.slice(1).flatMap((each) => [own(2, 0.5, 4, each), own(0, 0.9, 1, each), own(1, 0.1, null, each)]),
      // A run without an accuracy, and one of an earlier version, are never seen.
      ...evaluations
        .slice(1)
        .flatMap((each) => [own(3, null, 7, each), { ...own(4, 0.99, 7, each), datasetVersion: 'old' }]),
    ],
  })
  const see = async (input: Partial<CreateSearchInput>) => {
    const search = await createSearch(database, viewer, {
      ...{ dataset: 'repeated', algorithm: 'RANDOM', replay: true, seed: 1, ...input },
    })
    const { suggestions } = await suggest(database, viewer, { searchId: search.id, worker: 'w', count: 3 })
    const seen = new Map<number, readonly (number | null)[]>()
    for (const { id } of suggestions) {
      const { suggestion } = await reportEvaluation(database, viewer, { suggestionId: id })
      seen.set(suggestion.activationId, [suggestion.validationAccuracy, suggestion.testLoss])
    }
    return evaluations.map(({ activationId }) => seen.get(activationId) as readonly (number | null)[])
  }
  const medians = evaluations.map(({ validationAccuracy, testLoss }) => [validationAccuracy, testLoss])
  assert.deepEqual(await see({}), medians)
  const all = (...values: (number | null)[]) => [medians[0], values, values]
  assert.deepEqual(await see({ replayValue: 'MEAN' }), all(0.5, 2.5))
  assert.deepEqual(await see({ replayValue: 'BEST' }), all(0.9, 1))
  assert.deepEqual(await see({ replayValue: 'SEED', replaySeed: 1 }), all(0.1, null))
  const random = await see({ replayValue: 'RANDOM', replaySeed: 5 })
  assert.deepEqual(random, await see({ replayValue: 'RANDOM', replaySeed: 5, seed: 9 }))
  // Without a seed of its own, the draw follows the seed of the search. Simulations draw the same runs.
  const table = await loadStoredTable(database, 'repeated')
  const drawn = chooseValues(table.measured, 'random', 5).metrics
  const identityOf = new Map(functions.map(({ activationId, described }) => [activationId, described.identityHex]))
  assert.deepEqual(
    (await see({ replayValue: 'RANDOM', seed: 5 })).map(([accuracy]) => accuracy),
    evaluations.map(({ activationId }) => drawn.get(identityOf.get(activationId) as string)),
  )
  assert.equal(drawn.get(identityOf.get(single.activationId) as string), single.validationAccuracy)
  const draws = await Promise.all([6, 7, 8, 9, 10].map((replaySeed) => see({ replayValue: 'RANDOM', replaySeed })))
  assert.ok(new Set(draws.map((draw) => JSON.stringify(draw))).size > 1)
})
