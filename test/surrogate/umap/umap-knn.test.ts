import assert from 'node:assert/strict'
import test from 'node:test'
import type { FitInput } from '../../../src/surrogate/surrogate-method.js'
import {
  createFittedFeatures,
  fitUmapKnn,
  fitUmapMaps,
  predictRows,
  predictUmapKnn,
  replaceTargets,
} from '../../../src/surrogate/umap/umap-knn.js'
import { createClusters } from '../random-features.js'

const ROWS = 60
const outputs = createClusters(ROWS, 12, 3, 1).values
const spectra = createClusters(ROWS, 40, 3, 2).values
const input: FitInput = {
  ids: Array.from({ length: ROWS }, (_, row) => `function ${row}`),
  outputs,
  spectra,
  targets: Float64Array.from({ length: ROWS }, (_, row) => (row < 40 ? (row % 3) + row / 1000 : Number.NaN)),
  seed: 11,
}

test('predictions average three measured rows of the same cluster, without their own measurement', async () => {
  const fit = await fitUmapKnn(input)
  const predictions = await predictUmapKnn(
    fit,
    input.ids.map((_, row) => ({ row })),
  )
  assert.deepEqual(predictRows(fit, input.ids.keys()), predictions)
  predictions.forEach(({ mean, basedOn, features, standardDeviation }, row) => {
    assert.equal(basedOn.length, 3)
    for (const other of basedOn) {
      assert.notEqual(other, row)
      assert.ok(other < 40)
      assert.equal(other % 3, row % 3)
    }
    assert.ok(Math.abs(mean - basedOn.reduce((sum, other) => sum + input.targets[other] / 3, 0)) < 1e-12)
    assert.deepEqual(features, ['OUTPUTS', 'FISHER_SPECTRUM'])
    assert.ok(standardDeviation >= 0 && standardDeviation < 1)
  })
})

test('a fit makes a map of each kind of features if asked, and is the same fit', async () => {
  const { fit, featureMaps } = await fitUmapMaps(input, { withFeatureMaps: true })
  assert.deepEqual(fit, await fitUmapKnn(input))
  assert.deepEqual(featureMaps?.outputs, (await fitUmapKnn({ ...input, spectra: null })).layout)
  // Functions of one cluster have like spectra.
  const layout = featureMaps?.spectra as Float32Array
  const nearest = (row: number) => {
    const distance = (other: number) =>
      Math.hypot(layout[2 * other] - layout[2 * row], layout[2 * other + 1] - layout[2 * row + 1])
    const others = Array.from({ length: ROWS }, (_, other) => other).filter((other) => other !== row)
    return others.reduce((best, other) => (distance(other) < distance(best) ? other : best))
  }
  const same = Array.from({ length: ROWS }, (_, row) => nearest(row) % 3 === row % 3).filter(Boolean).length
  assert.ok(same >= 0.9 * ROWS, `${same} of ${ROWS} rows are next to a row of their cluster`)
  assert.equal((await fitUmapMaps({ ...input, spectra: null }, { withFeatureMaps: true })).featureMaps, null)
})

test('a new point gets its place by outputs only too', async () => {
  const { fit, featureMaps } = await fitUmapMaps(input, { withFeatureMaps: true })
  const features = createFittedFeatures(fit, outputs, spectra, featureMaps?.outputs)
  const point = { outputs: outputs.slice(12 * 5, 12 * 6).map((value) => value + 0.05), spectrum: null }
  const [{ outputsPoint }] = await predictUmapKnn(fit, [point], features)
  const byOutputs = await fitUmapKnn({ ...input, spectra: null })
  const [{ mapPoint }] = await predictUmapKnn(byOutputs, [point], createFittedFeatures(byOutputs, outputs, null))
  assert.deepEqual(outputsPoint, mapPoint)
})

test('a measurement does not change its own prediction', async () => {
  const fit = await fitUmapKnn(input)
  const other = input.targets.map((value, row) => (row === 7 ? value + 100 : value))
  assert.equal(predictRows(replaceTargets(fit, other), [7])[0].mean, predictRows(fit, [7])[0].mean)
})

test('the map does not use targets, and equal inputs and seeds give equal fits', async () => {
  const fit = await fitUmapKnn(input)
  assert.deepEqual(await fitUmapKnn(input), fit)
  const other = input.targets.map((value) => 1 - value)
  assert.deepEqual((await fitUmapKnn({ ...input, targets: other })).layout, fit.layout)
  assert.deepEqual(replaceTargets(fit, other), await fitUmapKnn({ ...input, targets: other }))
  assert.notDeepEqual((await fitUmapKnn({ ...input, seed: 12 })).layout, fit.layout)
})

test('a new point is predicted from the features that it has', async () => {
  const fit = await fitUmapKnn(input)
  const features = createFittedFeatures(fit, outputs, spectra)
  const own = outputs.slice(12 * 5, 12 * 6).map((value) => value + 0.05)
  const spectrum = spectra.slice(40 * 5, 40 * 6)
  const [both, alone] = await predictUmapKnn(
    fit,
    [
      { outputs: own, spectrum },
      { outputs: own, spectrum: null },
    ],
    features,
  )
  assert.deepEqual(both.features, ['OUTPUTS', 'FISHER_SPECTRUM'])
  assert.deepEqual(alone.features, ['OUTPUTS'])
  for (const { basedOn } of [both, alone]) assert.ok(basedOn.every((row) => row % 3 === 2))
})

test('without spectra the map uses outputs only', async () => {
  const fit = await fitUmapKnn({ ...input, spectra: null })
  assert.equal(fit.spectrumColumns, null)
  assert.deepEqual(predictRows(fit, [0])[0].features, ['OUTPUTS'])
})

test('progress rises to the end, and an abort ends the fit', async () => {
  const rows = 900
  const large = {
    ids: Array.from({ length: rows }, (_, row) => `${row}`),
    outputs: createClusters(rows, 300, 5, 3).values,
    spectra: null,
    targets: Float64Array.from({ length: rows }, (_, row) => row),
    seed: 1,
  }
  const shares: number[] = []
  await fitUmapKnn({ ...large, onProgress: (share) => void shares.push(share) })
  assert.equal(shares[0], 0)
  assert.equal(shares.at(-1), 1)
  shares.forEach((share, index) => {
    assert.ok(share >= 0 && share <= 1 && (index === 0 || share >= shares[index - 1]))
  })
  const controller = new AbortController()
  const onProgress = () => controller.abort()
  await assert.rejects(fitUmapKnn({ ...large, onProgress, signal: controller.signal }), { name: 'AbortError' })
})

test('inputs that cannot be fitted or predicted are rejected with the reason', async () => {
  const few = input.targets.map((value, row) => (row < 9 ? value : Number.NaN))
  await assert.rejects(fitUmapKnn({ ...input, targets: few }), {
    code: 'SURROGATE_UNAVAILABLE',
    message:
      'evaluations: too few to fit a surrogate; expected at least 10 functions with a validation accuracy, got 9',
  })
  await assert.rejects(fitUmapKnn({ ...input, targets: few.slice(1) }), { extensions: { argument: 'targets' } })
  await assert.rejects(fitUmapKnn({ ...input, outputs: outputs.slice(1) }), { extensions: { argument: 'outputs' } })
  const fit = await fitUmapKnn(input)
  await assert.rejects(predictUmapKnn(fit, [{ row: ROWS }]), { code: 'BAD_USER_INPUT' })
  assert.throws(() => createFittedFeatures(fit, spectra, spectra), { extensions: { argument: 'outputs' } })
  assert.throws(() => createFittedFeatures(fit, outputs, outputs), { extensions: { argument: 'spectra' } })
  const features = createFittedFeatures(fit, outputs, spectra)
  const wrong = { outputs: outputs.slice(0, 5), spectrum: null }
  await assert.rejects(predictUmapKnn(fit, [wrong], features), { extensions: { argument: 'outputs' } })
})

test('ten functions are enough', async () => {
  const fit = await fitUmapKnn({
    ids: input.ids.slice(0, 10),
    outputs: outputs.slice(0, 120),
    spectra: spectra.slice(0, 400),
    targets: input.targets.slice(0, 10),
    seed: 1,
  })
  assert.ok(predictRows(fit, fit.ids.keys()).every(({ mean }) => Number.isFinite(mean)))
})

test('rows that are all equal can be fitted', async () => {
  const fit = await fitUmapKnn({
    ids: input.ids.slice(0, 20),
    outputs: new Float32Array(20 * 4).fill(3),
    spectra: new Float32Array(20 * 5),
    targets: input.targets.slice(0, 20),
    seed: 1,
  })
  assert.ok(fit.layout.every(Number.isFinite))
})
