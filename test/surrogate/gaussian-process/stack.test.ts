import assert from 'node:assert/strict'
import test from 'node:test'
import { createRandomStream } from '../../../src/numeric/random.js'
import { loadSeedTable } from '../../../src/simulation/load-tabular-dataset.js'
import { type MeasuredFunction, toOutputMatrix, toSpectrumMatrix } from '../../../src/simulation/tabular-dataset.js'
import {
  fitGaussianProcess,
  type GaussianProcessFit,
  predictGaussianProcess,
  predictLeftOut,
} from '../../../src/surrogate/gaussian-process/gaussian-process.js'
import {
  deserialiseGaussianProcess,
  serialiseGaussianProcess,
} from '../../../src/surrogate/gaussian-process/gaussian-process-codec.js'
import { rateGaussianProcess } from '../../../src/surrogate/gaussian-process/gaussian-process-quality.js'
import { fitStack, type HeldOutMembers, predictByNearest } from '../../../src/surrogate/gaussian-process/stack.js'

const { uniform } = createRandomStream(8)
const measured = loadSeedTable('mini-vit').measured.filter(({ spectrum }) => spectrum !== null)
const order = [...createRandomStream(1).permutation(measured.length)].map((index) => measured[index])

function featuresOf(functions: readonly MeasuredFunction[]) {
  return {
    outputs: toOutputMatrix(functions).values,
    spectra: toSpectrumMatrix(functions).values,
    targets: Float64Array.from(functions, ({ validationAccuracy }) => validationAccuracy),
  }
}

const ids = Array.from({ length: 300 }, (_, row) => `f${row}`)
const drawn = featuresOf(order.slice(0, 300))
const rated = await rateGaussianProcess(await fitGaussianProcess({ ...drawn, ids, seed: 1 }), { seed: 1 })
const fresh = featuresOf(order.slice(300, 800))
const query = { rows: 500, outputs: fresh.outputs, spectra: fresh.spectra }
const errorOf = async (own: GaussianProcessFit) =>
  (await predictGaussianProcess(own, query)).reduce((sum, { mean }, row) => sum + (mean - fresh.targets[row]) ** 2, 0)

test('a stack predicts new functions better than its best process', async () => {
  assert.equal(rated.fit.stack?.weights.length, 5)
  assert.ok(rated.fit.stack.weights.every((weight) => weight >= 0))
  const [stacked, alone] = [await errorOf(rated.fit), await errorOf({ ...rated.fit, stack: null })]
  assert.ok(stacked < 0.95 * alone, `${stacked} against ${alone}`)
})

test('its intervals cover nine of ten new functions', async () => {
  const predictions = await predictGaussianProcess(rated.fit, query)
  const covered = predictions.filter(
    ({ mean, standardDeviation }, row) => Math.abs(mean - fresh.targets[row]) <= 1.645 * standardDeviation,
  )
  assert.ok(covered.length >= 425 && covered.length <= 485, `${covered.length} of 500`)
})

test('it says that it used both features, also for measured functions, which it predicts without themselves', async () => {
  for (const { features } of [...predictLeftOut(rated.fit), ...(await predictGaussianProcess(rated.fit, query))]) {
    assert.deepEqual(features, ['OUTPUTS', 'FISHER_SPECTRUM'])
  }
  const leftOut = predictLeftOut(rated.fit)
  const own = await predictGaussianProcess(rated.fit, { rows: 300, outputs: drawn.outputs, spectra: drawn.spectra })
  const error = (predictions: typeof own) =>
    predictions.reduce((sum, { mean }, row) => sum + Math.abs(mean - drawn.targets[row]), 0)
  assert.ok(error(leftOut) > error(own))
})

test('functions without a spectrum are predicted as before', async () => {
  const bare = { ...query, spectra: null }
  const { stack: _, ...others } = rated.fit
  assert.deepEqual(
    await predictGaussianProcess(rated.fit, bare),
    await predictGaussianProcess({ ...others, stack: null }, bare),
  )
})

test('it survives serialisation with a best process of either kind', async () => {
  const read = deserialiseGaussianProcess(serialiseGaussianProcess(rated.fit))
  assert.deepEqual(read, rated.fit)
  assert.deepEqual(await predictGaussianProcess(read, query), await predictGaussianProcess(rated.fit, query))
  // Outputs alone are best here; the same members where both features are.
  const { best, paired } = rated.fit
  assert.ok(paired)
  const other: GaussianProcessFit = { ...rated.fit, best: paired, byOutputs: best, paired: null }
  const readOther = deserialiseGaussianProcess(serialiseGaussianProcess(other))
  assert.deepEqual(readOther, other)
  const meansOf = async (own: GaussianProcessFit) => (await predictGaussianProcess(own, query)).map(({ mean }) => mean)
  assert.deepEqual(await meansOf(readOther), await meansOf(rated.fit))
  assert.deepEqual(
    predictLeftOut(readOther).map(({ mean }) => mean),
    predictLeftOut(rated.fit).map(({ mean }) => mean),
  )
})

test('few functions, and members that are no better, give no stack', () => {
  const toHeld = (row: number): HeldOutMembers => {
    const measured = uniform()
    return { row, fold: row % 5, measured, mean: measured, standardDeviation: 0.1, means: [measured, 0, 0, 0, 0] }
  }
  assert.equal(fitStack(Array.from({ length: 49 }, (_, row) => toHeld(row))), null)
  const noisy = Array.from({ length: 60 }, (_, row) => ({ ...toHeld(row), means: [0.5, 0.5, 0.5, 0.5, 0.5] }))
  assert.equal(fitStack(noisy), null)
})

test('neighbours weigh by the inverse square of their distance; an equal function decides alone', () => {
  const coordinates = { values: Float64Array.from([0, 1, 2, 10]), width: 1 }
  const targets = Float64Array.from([0.1, 0.2, 0.4, 0.9])
  const known = Int32Array.from([0, 1, 2, 3])
  const at = (value: number, except?: number) =>
    predictByNearest(coordinates, targets, known, { values: Float64Array.from([value]), width: 1 }, 0, except)
  assert.ok(Math.abs(at(1) - 0.2) < 1e-9)
  assert.ok(Math.abs(at(-1) - (0.1 / 1 + 0.2 / 4 + 0.4 / 9) / (1 + 1 / 4 + 1 / 9)) < 1e-9)
  assert.ok(Math.abs(at(0, 0) - (0.2 / 1 + 0.4 / 4 + 0.9 / 100) / (1 + 1 / 4 + 1 / 100)) < 1e-9)
})
