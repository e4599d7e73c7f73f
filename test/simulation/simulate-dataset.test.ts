import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SearchAlgorithm } from '../../src/db/generated/client.js'
import { type SimulatedRun, type SimulationPlan, simulateDataset } from '../../src/simulation/simulate-dataset.js'
import { chooseValues } from '../../src/simulation/simulated-values.js'
import { drawRuns, formatSummaries, summariseRuns } from '../../src/simulation/simulation-report.js'
import { fingerprintDataset, type MeasuredFunction, type TabularDataset } from '../../src/simulation/tabular-dataset.js'
import { listTransferValues } from '../../src/simulation/transfer-values.js'
import {
  computeSyntheticAccuracy,
  computeSyntheticSpectrum,
  listFunctions,
} from '../support/fixtures/learning-fixture.js'

const functions = listFunctions(110).map(
  ({ identityHex, canonicalText, outputs }, i): MeasuredFunction => ({
    ...{ id: identityHex, expression: canonicalText, outputs },
    // A tenth have no spectrum, as in published files.
    spectrum: i % 10 === 0 ? null : computeSyntheticSpectrum(outputs),
    ...{ validationAccuracy: computeSyntheticAccuracy(outputs), runtimeSeconds: 1 + (i % 7), runs: [] },
  }),
)
const dataset: TabularDataset = { name: 'synthetic', measured: functions.slice(0, 80), others: functions.slice(81, 89) }
const plan: SimulationPlan = {
  algorithms: ['RANDOM', 'REGULARIZED_EVOLUTION', 'SURROGATE', 'EXPECTED_IMPROVEMENT'],
  ...{ seeds: [0, 1, 2], workers: 2, share: 0.8, budget: 1000 },
}
const collect = async (
  each: SimulationPlan,
  isKnown = (_: SearchAlgorithm, __: number) => false,
  searched: TabularDataset = dataset,
) => {
  const runs: SimulatedRun[] = []
  for await (const run of simulateDataset(searched, each, isKnown)) runs.push(run)
  return runs
}
const runs = await collect(plan)

test('each algorithm runs once per seed and finds the best of its share', () => {
  assert.equal(runs.length, 12)
  assert.equal(new Set(runs.map(({ algorithm, seed }) => `${algorithm} ${seed}`)).size, 12)
  for (const { functions, best, top, winners, improvements, evaluations } of runs) {
    assert.equal(functions, 64)
    // One percent of 64 is one function.
    assert.equal(top, best)
    assert.equal(winners, 1)
    assert.equal(improvements.at(-1)?.[2], best)
    assert.equal(improvements.at(-1)?.[0], evaluations)
  }
})

test('all algorithms search the same functions for one seed and others for another seed', async () => {
  const bestOf = (seed: number) => new Set(runs.filter((run) => run.seed === seed).map(({ best }) => best))
  for (const seed of plan.seeds) assert.equal(bestOf(seed).size, 1)
  const small = await collect({ ...plan, algorithms: ['RANDOM'], seeds: [0, 1, 2, 3, 4, 5], share: 0.3 })
  assert.ok(new Set(small.map(({ best }) => best)).size > 1)
})

test('known runs are not simulated again, and missing ones come out as before', async () => {
  const rest = await collect(plan, (algorithm, seed) => algorithm !== 'EXPECTED_IMPROVEMENT' || seed === 0)
  assert.deepEqual(
    rest,
    runs.filter(({ algorithm, seed }) => algorithm === 'EXPECTED_IMPROVEMENT' && seed > 0),
  )
})

const repeated: TabularDataset = {
  ...dataset,
  // Of three runs, the first is the best or the worst; one function has none.
  measured: dataset.measured.map((each, i) => ({
    ...each,
    runs:
      i === 0
        ? []
        : [0.2 * (-1) ** i, 0, -0.1 * (-1) ** i].map((error, seed) => ({
            ...{ seed, validationAccuracy: each.validationAccuracy + error, runtimeSeconds: 100 + seed, curve: [] },
          })),
  })),
}

test('a search sees medians, the runs of a seed, or drawn runs; functions without such a run keep their medians', () => {
  const { measured } = repeated
  const medians = measured.map(({ id, validationAccuracy }) => [id, validationAccuracy] as const)
  assert.deepEqual([...chooseValues(measured, 'median', 0).metrics], medians)
  assert.equal(chooseValues(measured, 'median', 0).withoutRun, 0)
  const second = chooseValues(measured, 'seed=2', 0)
  for (const { id, validationAccuracy, runs, runtimeSeconds } of measured) {
    assert.equal(second.metrics.get(id), runs[2]?.validationAccuracy ?? validationAccuracy)
    assert.equal(second.runtimes.get(id), runs[2]?.runtimeSeconds ?? runtimeSeconds)
  }
  assert.equal(second.withoutRun, 1)
  const [mean, best] = [chooseValues(measured, 'mean', 0), chooseValues(measured, 'best', 0)]
  for (const { id, validationAccuracy, runs, runtimeSeconds } of measured) {
    const accuracies = runs.map((run) => run.validationAccuracy)
    const expected = runs.length === 0 ? validationAccuracy : accuracies.reduce((sum, value) => sum + value, 0) / 3
    assert.equal(mean.metrics.get(id), expected)
    assert.equal(mean.runtimes.get(id), runs.length === 0 ? runtimeSeconds : 101)
    assert.equal(best.metrics.get(id), runs.length === 0 ? validationAccuracy : Math.max(...accuracies))
  }
  assert.deepEqual([mean.withoutRun, best.withoutRun], [1, 1])
  const unknown = chooseValues(measured, 'seed=9', 0)
  assert.deepEqual([[...unknown.metrics], unknown.withoutRun], [medians, measured.length])
})

test('drawn runs depend on the seed of the search and the function only, and each run is drawn', () => {
  const draw = (seed: number, measured = repeated.measured) => {
    const { metrics } = chooseValues(measured, 'random', seed)
    return measured.map(({ id, runs }) =>
      runs.findIndex(({ validationAccuracy }) => validationAccuracy === metrics.get(id)),
    )
  }
  assert.deepEqual(draw(1), draw(1))
  assert.deepEqual(draw(1).slice(10), draw(1, repeated.measured.slice(10)))
  assert.notDeepEqual(draw(1), draw(2))
  const drawn = [1, 2, 3, 4].flatMap((seed) => draw(seed).slice(1))
  for (const index of [0, 1, 2]) {
    const share = drawn.filter((each) => each === index).length / drawn.length
    assert.ok(share > 0.2 && share < 0.47, `${index}: ${share}`)
  }
})

test('what a search sees leads it, and medians judge it', async () => {
  const noisy = { ...plan, algorithms: ['RANDOM'] as const, seeds: [0, 1, 2, 3], share: 1 }
  const seen = await collect({ ...noisy, value: 'seed=0' }, undefined, repeated)
  const medians = new Set(repeated.measured.map(({ validationAccuracy }) => validationAccuracy))
  for (const { withoutRun, improvements, best } of seen) {
    assert.equal(withoutRun, 1)
    assert.equal(best, Math.max(...medians))
    for (const [, , accuracy] of improvements) assert.ok(medians.has(accuracy))
  }
  // A lucky run takes the place of a better function.
  const falls = seen.some(({ improvements }) => improvements.some(([, , value], i) => value < improvements[i - 1]?.[2]))
  assert.ok(falls)
  assert.deepEqual(
    await collect({ ...noisy, value: 'random' }, undefined, repeated),
    await collect({ ...noisy, value: 'random' }, undefined, repeated),
  )
  assert.deepEqual(await collect({ ...noisy, value: 'median' }, undefined, repeated), await collect(noisy))
})

test('runs belong to the fingerprint of an experiment that reads them', () => {
  assert.equal(fingerprintDataset(repeated), fingerprintDataset(dataset))
  assert.notEqual(fingerprintDataset(repeated, { withRuns: true }), fingerprintDataset(dataset, { withRuns: true }))
})

/** Curves of four epochs. A search by epochs can tell the better half of the functions from the other after one. */
const learned: TabularDataset = {
  ...dataset,
  measured: dataset.measured.map((each) => ({
    ...each,
    runtimeSeconds: 4,
    runs: [0, 1].map((seed) => ({
      ...{ seed, validationAccuracy: each.validationAccuracy, runtimeSeconds: 4 },
      curve: [0.25, 0.5, 0.75, 1].map((share) => share * each.validationAccuracy),
    })),
  })),
}

test('a search that halves pays for the epochs that it trains, and continues trainings', async () => {
  const halving = { ...plan, algorithms: ['ASHA', 'RANDOM'] as const, seeds: [0, 1, 2, 3], share: 1, workers: 1 }
  const found = await collect(halving, undefined, learned)
  const total = (algorithm: string) =>
    found.filter((own) => own.algorithm === algorithm).reduce((sum, { evaluations }) => sum + evaluations, 0)
  for (const { algorithm, evaluations, seconds, improvements, best } of found) {
    assert.equal(improvements.at(-1)?.[2], best)
    // Each epoch takes a second.
    assert.ok(Math.abs(seconds - 4 * evaluations) < 1e-6)
    assert.ok(Number.isInteger(4 * evaluations))
    if (algorithm === 'ASHA') {
      // Three functions for one epoch, then the best of them for three more.
      const [[first]] = improvements
      assert.equal(first, 6 / 4)
    }
  }
  assert.ok(total('ASHA') < 0.7 * total('RANDOM'), `${total('ASHA')} of ${total('RANDOM')}`)
  await assert.rejects(collect(halving), { code: 'CONFLICT', message: /^synthetic: .*learning curve/ })
})

test('curves follow the choice of the value, and end as a training that diverged ended', () => {
  const [own] = learned.measured
  const [first] = own.runs
  const runs = [first, { ...first, seed: 1, validationAccuracy: 0.1, curve: [0.2, 0.1] }]
  const curveOf = (choice: 'median' | 'best' | 'seed=1') =>
    chooseValues([{ ...own, runs }], choice, 0).curves.get(own.id)
  assert.deepEqual(curveOf('seed=1'), [0.2, 0.1, 0.1, 0.1])
  assert.deepEqual(curveOf('best'), first.curve)
  assert.equal(curveOf('median')?.[3], (first.curve[3] + 0.1) / 2)
})

const run = (steps: [number, number, number][], evaluations = 60): SimulatedRun => ({
  ...{ algorithm: 'RANDOM', seed: 0, functions: 200, best: 0.9, top: 0.8, winners: 2, withoutRun: 0 },
  ...{ improvements: steps, evaluations, seconds: 10 * evaluations },
})
const found = run([
  [1, 10, 0.5],
  [20, 200, 0.85],
  [60, 600, 0.9],
])

test('the summary counts evaluations and virtual seconds until the goal, and the regret before it', () => {
  const early = run([[40, 400, 0.9]], 40)
  const [summary] = summariseRuns([found, early])
  assert.deepEqual(summary.toTop, { reached: 2, mean: 30, meanAtLeast: 30, low: 20, median: 40, high: 40 })
  // Two functions in a random order of 200 leave three gaps of equal mean length.
  assert.equal(summary.toTopAtRandom, 201 / 3)
  assert.equal(summary.toBest.mean, 50)
  assert.equal(summary.secondsToTop.mean, 300)
  assert.ok(Math.abs((summary.regret[10] ?? 0) - (0.4 + 0.9) / 2) < 1e-12)
  assert.ok(Math.abs((summary.regret[25] ?? 0) - (0.05 + 0.9) / 2) < 1e-12)
  assert.equal(summary.regret[100], 0)
  assert.match(formatSummaries([summary]), /\| RANDOM +\| 30\.0 +\| 20 to 40 +\| 0\.45 /)
})

test('searches that did not reach the goal are never shown with a number beyond their budget', () => {
  const [none] = summariseRuns([run([[2, 20, 0.7]]), run([[3, 30, 0.75]])])
  assert.deepEqual(none.toTop, { reached: 0, mean: null, meanAtLeast: 61, low: null, median: null, high: null })
  assert.equal(none.secondsToTop.mean, null)
  assert.equal(none.regret[100], null)
  const row = formatSummaries([none])
  assert.match(row, /\| RANDOM +\| not reached in 60 +\| > 60 +\| ≥ 0\.91 +\| not reached in 60 +\| not reached in 60 /)
  assert.match(row, /\| unknown +\|\n$/)
  assert.doesNotMatch(row, /Infinity|NaN|null|201/)
})

test('if some searches did not reach the goal, a median counts them as later than the others, and the mean is a bound', () => {
  const missed = run([[2, 20, 0.7]])
  const [most] = summariseRuns([found, run([[10, 100, 0.9]], 10), missed])
  assert.deepEqual(most.toTop, {
    reached: 2,
    mean: null,
    meanAtLeast: (20 + 10 + 61) / 3,
    low: 10,
    median: 20,
    high: null,
  })
  assert.match(formatSummaries([most]), /\| ≥ 30\.3 \(1 of 3 not reached in 60\) +\| 10 to > 60 +\| ≥ 0\.45 /)
  const [few] = summariseRuns([found, missed, missed])
  assert.deepEqual([few.toTop.low, few.toTop.median, few.toTop.high], [20, null, null])
})

test('the chart ends where the first search ends that did not find the best', () => {
  const chart = drawRuns('short', [found, run([[2, 20, 0.7]], 30)])
  const counts = [...chart.matchAll(/text-anchor="middle">(\d+)</g)].map(([, count]) => Number(count))
  assert.ok(Math.max(...counts) <= 300 && counts.includes(30), counts.join())
})

test('the chart has a line and a band for each algorithm in both panels', () => {
  const chart = drawRuns('a & b', runs)
  assert.equal(chart.match(/stroke-width="2"/g)?.length, 8)
  assert.equal(chart.match(/opacity="0.15"/g)?.length, 8)
  assert.ok(chart.includes('a &amp; b') && !/NaN|Infinity/.test(chart))
})

test('other data have another fingerprint; too few functions are rejected', async () => {
  const changed = { ...dataset, measured: dataset.measured.slice(1) }
  assert.notEqual(fingerprintDataset(changed), fingerprintDataset(dataset))
  const [first, second, ...rest] = dataset.measured
  const spectrum = second.spectrum?.map((value) => value / 2) ?? null
  const recomputed = { ...dataset, measured: [first, { ...second, spectrum }, ...rest] }
  assert.notEqual(fingerprintDataset(recomputed), fingerprintDataset(dataset))
  const few = { ...dataset, measured: dataset.measured.slice(0, 19) }
  await assert.rejects(
    async () => {
      for await (const _ of simulateDataset(few, plan, () => false)) assert.fail()
    },
    { code: 'CONFLICT' },
  )
})

test('searches that learn from another dataset begin with a function that it finds good', async () => {
  const other: TabularDataset = { ...dataset, name: 'other' }
  const transferred = { ...plan, algorithms: ['EXPECTED_IMPROVEMENT'] as const, seeds: [0], transferFrom: [other] }
  const [{ improvements }] = await collect({ ...transferred, budget: 2 })
  const sorted = dataset.measured.map(({ validationAccuracy }) => validationAccuracy).sort((a, b) => b - a)
  assert.ok(improvements[0][2] >= sorted[20], `${improvements[0][2]}`)
})

test('the values of another dataset do not depend on the measurements of the searched one', async () => {
  const other: TabularDataset = { ...dataset, name: 'other', measured: functions.slice(0, 60) }
  const changed = dataset.measured.map((own) => ({ ...own, validationAccuracy: 1 - own.validationAccuracy }))
  const values = await listTransferValues(other, dataset.measured)
  assert.deepEqual(await listTransferValues(other, changed), values)
  assert.ok(values.every((value) => value >= 0 && value <= 1))
})
