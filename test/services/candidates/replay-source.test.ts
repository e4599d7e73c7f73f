import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toReplayTable } from '../../../src/services/candidates/replay-table.js'
import { simulateSearch } from '../../../src/simulation/simulate-search.js'
import { replayMap } from '../../../src/surrogate/replay/map-replay.js'
import { FIT_SEED } from '../../../src/surrogate/surrogate-method.js'
import { fitUmapKnn } from '../../../src/surrogate/umap/umap-knn.js'
import { computeSyntheticSpectrum } from '../../support/fixtures/learning-fixture.js'
import { accuracyOf, identify, openSearchFixture } from '../../support/fixtures/search-fixture.js'

const { database, measured: measuredFunctions, fitted, run, begin, ask } = await openSearchFixture()
const measured = new Set(measuredFunctions.map(({ described }) => described.identityHex))

test('a replay by EXPECTED_IMPROVEMENT needs no surrogate: it predicts from its completed evaluations', async () => {
  const algorithm = 'EXPECTED_IMPROVEMENT'
  const found = await run({ replay: true, algorithm, seed: 2 }, 40)
  assert.equal(new Set(found.map(identify)).size, 40)
  assert.ok(found.every((expression) => measured.has(identify(expression))))
  assert.deepEqual(await run({ replay: true, algorithm, seed: 2 }, 40), found)
  const predicted = await database.prisma.suggestion.findMany({
    where: { search: { algorithm, seed: 2 }, predictedMean: { not: null }, state: 'COMPLETED' },
  })
  assert.ok(predicted.length >= 60, `${predicted.length}`)
  const accuracies = predicted.map(({ validationAccuracy }) => validationAccuracy as number)
  const mean = accuracies.reduce((sum, accuracy) => sum + accuracy / accuracies.length, 0)
  const errorOf = (guess: (place: number) => number) =>
    accuracies.reduce((sum, accuracy, place) => sum + Math.abs(accuracy - guess(place)), 0)
  assert.ok(errorOf((place) => predicted[place].predictedMean as number) < errorOf(() => mean))
})

test('clients that ask at once in a replay by EXPECTED_IMPROVEMENT get different functions', async () => {
  const search = await begin({ replay: true, algorithm: 'EXPECTED_IMPROVEMENT' })
  const answers = await Promise.all(['a', 'b', 'c', 'd'].map((worker) => ask(search.id, { worker, count: 5 })))
  const given = answers.flatMap(({ suggestions }) => suggestions.map(({ activationId }) => activationId))
  assert.equal(new Set(given).size, 20)
})

test('a replay suggests measured functions and takes their metrics from the dataset', async () => {
  const expressions = await run({ replay: true }, 40)
  assert.equal(new Set(expressions.map(identify)).size, 40)
  assert.ok(expressions.every((expression) => measured.has(identify(expression))))
  const [suggestion] = await database.prisma.suggestion.findMany({
    where: { search: { replay: true }, state: 'COMPLETED' },
    orderBy: { id: 'desc' },
    include: { evaluation: true },
  })
  assert.equal(suggestion.validationAccuracy, suggestion.evaluation?.validationAccuracy)
})

test('a replay by UMAP_KNN uses a map of the measured functions only', async () => {
  const rows = measuredFunctions.map(({ activationId, described }) => ({
    ...{ activationId, described, identityHex: described.identityHex, expression: described.canonicalText },
  }))
  rows.sort((a, b) => a.activationId - b.activationId)
  const concatenate = (vectors: Float32Array[]) => Float32Array.from(vectors.flatMap((vector) => [...vector]))
  const { layout } = await fitUmapKnn({
    ids: rows.map(({ activationId }) => `${activationId}`),
    outputs: concatenate(rows.map(({ described }) => described.outputs)),
    spectra: concatenate(rows.map(({ described }) => computeSyntheticSpectrum(described.outputs))),
    targets: Float64Array.from(rows, ({ expression }) => accuracyOf(expression)),
    seed: FIT_SEED,
  })
  const positions = new Map(
    rows.map(({ identityHex }, row) => [identityHex, [layout[2 * row], layout[2 * row + 1]] as const]),
  )
  const replay = replayMap(toReplayTable(rows), positions, 5)
  const metrics = new Map(rows.map(({ identityHex, expression }) => [identityHex, accuracyOf(expression)]))
  const expected = await simulateSearch(replay, { metrics, runtimes: new Map() }, { workers: 1, budget: 40, goal: 2 })
  const found = await run({ replay: true, algorithm: 'UMAP_KNN', seed: 5 }, 40)
  assert.deepEqual(
    found.map(identify),
    expected.map(({ id }) => id),
  )
})

test('a replay knows only its completed evaluations', async () => {
  const byProcess = { replay: true, seed: 3, algorithm: 'EXPECTED_IMPROVEMENT' as const }
  const byMap = { ...byProcess, algorithm: 'UMAP_KNN' as const }
  const before = await run(byMap, 30)
  const beforeByProcess = await run(byProcess, 30)
  const known = new Set([...before, ...beforeByProcess].map(identify))
  const hidden = await database.prisma.evaluation.findMany({
    where: { datasetId: fitted.id },
    include: { activation: true },
  })
  for (const { id, activation } of hidden) {
    if (known.has(Buffer.from(activation.identity).toString('hex'))) continue
    await database.prisma.evaluation.update({ where: { id }, data: { validationAccuracy: 0.999 } })
  }
  assert.deepEqual(await run(byMap, 30), before)
  assert.deepEqual(await run(byProcess, 30), beforeByProcess)
})
