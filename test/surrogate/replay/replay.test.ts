import assert from 'node:assert/strict'
import test from 'node:test'
import type { SearchAlgorithm } from '../../../src/db/generated/enums.js'
import { createRandomStream } from '../../../src/numeric/random.js'
import { type SimulatedDataset, simulateSearch } from '../../../src/simulation/simulate-search.js'
import { toFeatureMatrix } from '../../../src/surrogate/feature-vectors/feature-matrix.js'
import { projectFeatures } from '../../../src/surrogate/gaussian-process/projected-features.js'
import { replayEvolution } from '../../../src/surrogate/replay/evolution-replay.js'
import { replayImprovement } from '../../../src/surrogate/replay/improvement-replay.js'
import { replayMap } from '../../../src/surrogate/replay/map-replay.js'
import { replayRandom } from '../../../src/surrogate/replay/random-replay.js'
import type { Replay } from '../../../src/surrogate/replay/replay.js'
import type { ReplayedFeatures } from '../../../src/surrogate/replay/replayed-features.js'
import { rateByBound } from '../../../src/surrogate/strategies/improvement-strategy.js'
import { createTransferTrend } from '../../../src/surrogate/transfer/transfer-trend.js'

const ROWS = 120
const COLUMNS = 20
const random = createRandomStream(4)
const hidden = Array.from({ length: ROWS }, () => [random.uniform(), random.uniform()])
const candidates = hidden.map((_, i) => ({
  id: `f${i}`,
  expression: `${nameUnary(i)}(${nameUnary(i >> 2)}(x))`,
  prediction: null,
}))
const accuracyOf = ([a, b]: number[]) => 0.9 - 0.5 * ((a - 0.7) ** 2 + (b - 0.3) ** 2)
const dataset: SimulatedDataset = {
  metrics: new Map(hidden.map((own, i) => [`f${i}`, accuracyOf(own)])),
  runtimes: new Map(hidden.map(([a], i) => [`f${i}`, 10 + 10 * a])),
}
const best = Math.max(...dataset.metrics.values())
const table = { candidates, baselines: [3, 17, 40].map((i) => candidates[i]) }
const features = await projectHidden(hidden.map(([, b]) => b))
const mapPoints = new Map(hidden.map(([a, b], i) => [`f${i}`, [a, b] as const]))
const REPLAYS: Record<Exclude<SearchAlgorithm, 'ASHA'>, (seed: number) => Replay> = {
  RANDOM: (seed) => replayRandom(table, seed),
  REGULARIZED_EVOLUTION: (seed) => replayEvolution(table, seed, { populationSize: 10, tournamentSize: 4 }),
  SURROGATE: (seed) => replayImprovement(table, features, seed, null, rateByBound),
  UMAP_KNN: (seed) => replayMap(table, mapPoints, seed),
  EXPECTED_IMPROVEMENT: (seed) => replayImprovement(table, features, seed),
}
const settings = { workers: 1, budget: ROWS, goal: Number.POSITIVE_INFINITY }

for (const [name, create] of Object.entries(REPLAYS)) {
  test(`${name}: evaluates each function once, and the same ones for equal seeds and any number of workers`, async () => {
    for (const workers of [1, 7]) {
      const ended = await simulateSearch(create(1), dataset, { ...settings, workers, budget: 40 })
      assert.equal(new Set(ended.map(({ id }) => id)).size, 40)
      for (const { id, metric } of ended) assert.equal(metric, dataset.metrics.get(id))
      assert.deepEqual(await simulateSearch(create(1), dataset, { ...settings, workers, budget: 40 }), ended)
    }
  })

  if (name !== 'RANDOM') {
    test(`${name}: begins with the baselines`, async () => {
      const ended = await simulateSearch(create(1), dataset, { ...settings, budget: 3 })
      assert.deepEqual(
        ended.map(({ id }) => id),
        table.baselines.map(({ id }) => id),
      )
    })
  }
}

test('every search finds the last function and ends there', async () => {
  for (const create of Object.values(REPLAYS)) {
    assert.equal((await simulateSearch(create(2), dataset, settings)).length, ROWS)
    const ended = await simulateSearch(create(2), dataset, { ...settings, goal: best })
    assert.equal(ended.at(-1)?.metric, best)
  }
})

test('the clock advances by recorded runtimes: their sum for one worker, a share of it for many', async () => {
  const single = await simulateSearch(REPLAYS.RANDOM(1), dataset, settings)
  const sum = [...dataset.runtimes.values()].reduce((total, runtime) => total + runtime, 0)
  assert.ok(Math.abs((single.at(-1)?.endedAt ?? 0) - sum) < 1e-6)
  const many = await simulateSearch(REPLAYS.RANDOM(1), dataset, { ...settings, workers: 6 })
  assert.ok((many.at(-1)?.endedAt ?? 0) < sum / 5.5)
  many.reduce((last, { endedAt }) => {
    assert.ok(endedAt >= last)
    return endedAt
  }, 0)
})

test('strategies that use features find the best in a fraction of the evaluations of RANDOM', async () => {
  const count = async (create: (seed: number) => Replay) => {
    let total = 0
    for (const seed of [1, 2, 3, 4]) {
      total += (await simulateSearch(create(seed), dataset, { ...settings, goal: best })).length / 4
    }
    return total
  }
  const random = await count(REPLAYS.RANDOM)
  const [byMap, byProcess] = [await count(REPLAYS.UMAP_KNN), await count(REPLAYS.EXPECTED_IMPROVEMENT)]
  assert.ok(byProcess < random / 2, `${byProcess} against ${random}`)
  assert.ok(byMap < random / 1.5, `${byMap} against ${random}`)
})

/** The rows that a search by expected improvement evaluates first if only these rows have a spectrum. */
async function searchWithSpectra(hasSpectrum: (row: number) => boolean, budget: number): Promise<number[]> {
  const rows = Int32Array.from(Array.from({ length: ROWS }, (_, row) => row).filter(hasSpectrum))
  const some = await projectHidden(
    hidden.map(([, b]) => b),
    rows,
  )
  const replay = replayImprovement(table, { all: some.all, withSpectrum: { features: some.own, rows } }, 1)
  const ended = await simulateSearch(replay, dataset, { ...settings, budget })
  assert.equal(new Set(ended.map(({ id }) => id)).size, budget)
  return ended.map(({ id }) => Number(id.slice(1)))
}

test('if few functions have a spectrum, those without one compete by their outputs', async () => {
  const evaluated = await searchWithSpectra((row) => row % 4 === 0, 60)
  assert.ok(evaluated.slice(20).some((row) => row % 4 !== 0))
})

test('if most functions have a spectrum, those without one come last, and none is lost', async () => {
  const isWithout = (row: number) => row % 4 === 0
  const evaluated = await searchWithSpectra((row) => !isWithout(row), ROWS)
  const count = evaluated.filter(isWithout).length
  const late = evaluated.slice(-count).filter(isWithout).length
  // The baselines come first, with or without a spectrum.
  assert.ok(count - late <= 8, `${count - late} of ${count} came before the end`)
})

test('a restarted process has the same expectation as before', async () => {
  const replay = REPLAYS.EXPECTED_IMPROVEMENT(1)
  const ended = await simulateSearch(replay, dataset, { ...settings, budget: 33 })
  const completed = ended.map(({ id, metric }) => ({ id, validationAccuracy: metric }))
  const ask = async (each: Replay) => {
    await each.prepare?.(completed)
    const strategy = each.createStrategy()
    strategy.update(completed, [])
    return strategy.suggest(5)
  }
  assert.deepEqual(await ask(REPLAYS.EXPECTED_IMPROVEMENT(1)), await ask(replay))
})

function nameUnary(i: number): string {
  return ['relu', 'tanh', 'elu', 'swish', 'selu', 'sigmoid', 'softsign', 'softplus', 'erf'][i % 9]
}

const metrics = candidates.map(({ id }) => dataset.metrics.get(id) as number)
const transferFrom = (values: readonly number[]) => (seed: number) =>
  replayImprovement(
    { candidates, baselines: [] },
    features,
    seed,
    createTransferTrend([{ name: 'other', values: Float64Array.from(values) }]),
  )
/** Accuracies of another network: lower, and with a scatter. */
const similar = metrics.map((metric, i) => 0.5 * metric + 0.02 * createRandomStream(9, i).uniform())
const misleading = metrics.map((metric) => 1 - metric)
const stepsToBest = async (create: (seed: number) => Replay, metricsOf = dataset) => {
  const goal = Math.max(...metricsOf.metrics.values())
  return (await simulateSearch(create(1), metricsOf, { ...settings, goal })).length
}

test('EXPECTED_IMPROVEMENT with a similar dataset starts where that one is best, and needs fewer evaluations', async () => {
  const ended = await simulateSearch(transferFrom(similar)(1), dataset, { ...settings, budget: 10 })
  assert.equal(ended[0].id, `f${similar.indexOf(Math.max(...similar))}`)
  assert.ok((await stepsToBest(transferFrom(similar))) < (await stepsToBest(REPLAYS.EXPECTED_IMPROVEMENT)))
})

test('EXPECTED_IMPROVEMENT finds the best also with a dataset that its evaluations contradict', async () => {
  const steps = await stepsToBest(transferFrom(misleading))
  assert.ok(steps <= 2 * (await stepsToBest(REPLAYS.EXPECTED_IMPROVEMENT)) + 10, `${steps}`)
})

test('EXPECTED_IMPROVEMENT with transfer gives the same order again, and each function once', async () => {
  for (const workers of [1, 7]) {
    const run = () => simulateSearch(transferFrom(similar)(1), dataset, { ...settings, workers, budget: 40 })
    const ended = await run()
    assert.equal(new Set(ended.map(({ id }) => id)).size, 40)
    assert.deepEqual(await run(), ended)
  }
})

/** Outputs depend on one hidden number, spectra on the other. */
async function projectHidden(
  others: number[],
  rows?: Int32Array,
): Promise<ReplayedFeatures & { own: ReplayedFeatures['all'] }> {
  const outputs = toFeatureMatrix(
    Float32Array.from({ length: ROWS * COLUMNS }, (_, index) =>
      Math.sin(2 * hidden[Math.floor(index / COLUMNS)][0] + (index % COLUMNS) / 6),
    ),
    ROWS,
    'outputs',
  )
  const own = rows ?? Int32Array.from(hidden.keys())
  const spectra = Float32Array.from({ length: own.length * COLUMNS }, (_, index) =>
    Math.tanh((index % COLUMNS) / 3 - 6 * others[own[Math.floor(index / COLUMNS)]]),
  )
  const taken = own.length
  const some = new Float32Array(taken * COLUMNS)
  own.forEach((row, index) => {
    some.set(outputs.values.subarray(row * COLUMNS, (row + 1) * COLUMNS), index * COLUMNS)
  })
  const all = await projectFeatures(outputs, null, null, 1)
  const features = await projectFeatures(
    toFeatureMatrix(some, taken, 'outputs'),
    toFeatureMatrix(spectra, taken, 'spectra'),
    null,
    1,
  )
  return { all, own: features, withSpectrum: { features, rows: own } }
}
