import assert from 'node:assert/strict'
import test from 'node:test'
import { computeSpearman } from '../../../src/numeric/correlation.js'
import { createRandomStream } from '../../../src/numeric/random.js'
import { assignFolds, predictHeldOut, widenAcrossFolds } from '../../../src/surrogate/cross-validation/held-out.js'
import {
  computeQuality,
  computeTopRecall,
  crossValidate,
  rateHeldOut,
} from '../../../src/surrogate/cross-validation/quality.js'
import { fitUmapKnn, predictRows, replaceTargets } from '../../../src/surrogate/umap/umap-knn.js'
import { rateUmapKnn } from '../../../src/surrogate/umap/umap-knn-quality.js'
import { META, readOutputs } from '../reference-data.js'

const { target, folds, spearman_knn3_embedding } = META.regression
const targets = Float64Array.from(target)
const fit = await fitUmapKnn({ ids: META.functions, outputs: readOutputs().values, spectra: null, targets, seed: 42 })

test('folds are equally large, disjoint and complete, and depend on the seed', () => {
  const rows = Int32Array.from({ length: 23 }, (_, index) => 3 * index)
  const dealt = assignFolds(rows, 5, 1)
  assert.deepEqual(dealt.map(({ length }) => length).sort(), [4, 4, 5, 5, 5])
  assert.deepEqual(
    dealt.flatMap((fold) => [...fold]).sort((a, b) => a - b),
    [...rows],
  )
  assert.deepEqual(assignFolds(rows, 5, 1), dealt)
  assert.notDeepEqual(assignFolds(rows, 5, 2), dealt)
  assert.equal(assignFolds(rows.subarray(0, 3), 5, 1).length, 3)
})

test('on the reference folds the map predicts as well as umap-learn', () => {
  const correlations = folds.map((held) => {
    const visible = targets.slice()
    for (const row of held) visible[row] = Number.NaN
    const means = predictRows(replaceTargets(fit, visible), held).map(({ mean }) => mean)
    return (
      computeSpearman(
        means,
        held.map((row) => target[row]),
      ) ?? 0
    )
  })
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value / values.length, 0)
  const expected = mean(spearman_knn3_embedding)
  assert.ok(Math.abs(mean(correlations) - expected) < 0.015, `${mean(correlations)} against ${expected}`)
})

test('quality is that of held-out rows, and nine of ten lie in the 90% interval', async () => {
  const { quality, fit: rated } = await rateUmapKnn(fit, { seed: 1 })
  assert.equal(quality.folds, 5)
  assert.equal(quality.functions, targets.length)
  assert.ok((quality.spearman ?? 0) > 0.93, `${quality.spearman}`)
  assert.ok((quality.kendall ?? 0) > 0.8 && (quality.kendall ?? 0) < (quality.spearman ?? 0))
  assert.ok(quality.intervalCoverage > 0.85 && quality.intervalCoverage <= 1, `${quality.intervalCoverage}`)
  assert.deepEqual(await rateUmapKnn(fit, { seed: 1 }), { quality, fit: rated })
  // The intervals of the fit are those of quality, so its own predictions have them too.
  const [raw, widened] = [predictRows(fit, [7]), predictRows(rated, [7])]
  assert.equal(widened[0].mean, raw[0].mean)
  assert.notEqual(widened[0].standardDeviation, raw[0].standardDeviation)
})

test('shuffled targets have no predictable order', async () => {
  const random = createRandomStream(9)
  const noise = Float64Array.from(targets, () => random.normal())
  const { quality } = await rateUmapKnn(replaceTargets(fit, noise), { seed: 1 })
  assert.ok(Math.abs(quality.spearman ?? 1) < 0.2, `${quality.spearman}`)
})

test('a predictor sees neither held-out nor unmeasured targets', async () => {
  const partly = targets.map((value, row) => (row % 3 === 0 ? Number.NaN : value))
  let held = 0
  await crossValidate(
    partly,
    (visible, rows) => {
      for (const row of rows) {
        assert.ok(Number.isNaN(visible[row]))
        assert.notEqual(row % 3, 0)
      }
      assert.equal(visible.filter((value) => !Number.isNaN(value)).length, 200 - rows.length)
      held += rows.length
      return Array.from(rows, () => ({ mean: 0, standardDeviation: 1 }))
    },
    { seed: 2, folds: 4 },
  )
  assert.equal(held, 200)
})

test('the top is 1% or at least five, and recall counts every function that is as good', () => {
  const measured = Array.from({ length: 600 }, (_, index) => index)
  assert.equal(computeTopRecall(measured, measured), 1)
  assert.equal(
    computeTopRecall(
      measured,
      measured.map((value) => -value),
    ),
    0,
  )
  const swapped = measured.map((value) => (value === 599 ? 0 : value))
  assert.ok(Math.abs(computeTopRecall(measured, swapped) - 5 / 6) < 1e-12)
  assert.equal(computeTopRecall([1, 5, 2], [1, 5, 2]), 1)
  const few = measured.slice(0, 100)
  assert.equal(computeTopRecall(few, [...few.slice(0, 95), 0, 0, 0, 0, 1000]), 1 / 5)
  // Any of several equal functions counts as found.
  const tied = few.map((value) => (value >= 90 ? 90 : value))
  assert.equal(computeTopRecall(tied, few), 1)
})

test('a worked example of errors and coverage', () => {
  const predicted = [
    { mean: 1, standardDeviation: 1 },
    { mean: 5, standardDeviation: 0.1 },
  ]
  const { meanAbsoluteError, intervalCoverage, spearman } = computeQuality([2, 4], predicted)
  assert.equal(meanAbsoluteError, 1)
  assert.equal(intervalCoverage, 0.5)
  assert.ok(Math.abs((spearman ?? 0) - 1) < 1e-12)
})

test('functions that the map places afterwards count too, with intervals by their own errors', async () => {
  const outside = Array.from({ length: 60 }, (_, index) => {
    return { measured: 0.1, mean: 0.3 + index / 200, standardDeviation: 0.01 }
  })
  const both = { ...fit, spectrumColumns: 1 }
  const { quality, fit: rated } = await rateUmapKnn(both, { seed: 1, outside })
  assert.equal(quality.functions, targets.length + 60)
  const factor = Math.max(...(rated.intervals?.byOutputs.factors ?? []))
  assert.ok(factor > 0.2 / 0.01 / 1.645, `${factor}`)
  assert.deepEqual(rated.intervals?.rows, (await rateUmapKnn(both, { seed: 1 })).fit.intervals?.rows)
  // Too few of them say too little.
  const few = await rateUmapKnn(both, { seed: 1, outside: outside.slice(0, 19) })
  assert.deepEqual(few.fit.intervals?.byOutputs, few.fit.intervals?.rows)
  assert.equal(few.quality.functions, targets.length + 19)
})

test('functions of a class are held out together', async () => {
  const classes = Array.from(targets, (_, row) => (row % 3 === 0 ? `pair ${Math.floor(row / 6)}` : null))
  const rows = Int32Array.from(targets.keys())
  const dealt = assignFolds(rows, 5, 1, classes)
  assert.deepEqual(
    dealt.flatMap((fold) => [...fold]).sort((a, b) => a - b),
    [...rows],
  )
  const foldOf = new Map(dealt.flatMap((fold, index) => [...fold].map((row) => [row, index] as const)))
  const pairs = new Map<string, number[]>()
  for (const row of rows) {
    const name = classes[row]
    if (name) pairs.set(name, [...(pairs.get(name) ?? []), row])
  }
  for (const pair of pairs.values()) assert.equal(new Set(pair.map((row) => foldOf.get(row))).size, 1)
  assert.ok(pairs.size > 20)
  // A predictor that knows only twins then knows nothing of a held-out function.
  await predictHeldOut(
    targets,
    (visible, held) => {
      for (const row of held) {
        if (!classes[row]) continue
        for (const other of pairs.get(classes[row] as string) ?? []) assert.ok(Number.isNaN(visible[other]))
      }
      return Array.from(held, () => ({ mean: 0, standardDeviation: 1 }))
    },
    { seed: 1, classes },
  )
})

test('intervals cover nine of ten new measurements in each quarter, though errors differ by height', () => {
  const random = createRandomStream(4)
  const held = Array.from({ length: 2000 }, (_, row) => {
    const mean = row / 2000
    const spread = mean < 0.25 ? 0.3 : 0.02 + 0.05 * (1 - mean)
    return { row, fold: row % 5, mean, measured: mean + spread * random.normal(), standardDeviation: 0.1 }
  })
  const raw = rateHeldOut(held)
  assert.ok(raw.quarters[0].intervalCoverage < 0.6 && raw.quarters[3].intervalCoverage > 0.99)
  const { quarters, functions } = rateHeldOut(widenAcrossFolds(held))
  assert.equal(functions, 2000)
  assert.deepEqual(
    quarters.map((part) => part.functions),
    [500, 500, 500, 500],
  )
  for (const { intervalCoverage } of quarters) assert.ok(Math.abs(intervalCoverage - 0.9) < 0.05, `${intervalCoverage}`)
  assert.equal(quarters[0].lowestPrediction, 0)
  assert.equal(quarters[3].highestPrediction, 1999 / 2000)
})

test('the intervals of a fold do not see its own errors', () => {
  const held = Array.from({ length: 50 }, (_, row) => {
    return { row, fold: row % 5, mean: 0.5, measured: row % 5 === 0 ? 5 : 0.6, standardDeviation: 1 }
  })
  const widened = widenAcrossFolds(held)
  assert.ok(Math.abs(widened[0].standardDeviation - 0.1 / 1.6448536) < 1e-6)
  assert.ok(widened[1].standardDeviation > 1)
})
