import assert from 'node:assert/strict'
import test from 'node:test'
import { factorise } from '../../../src/numeric/cholesky.js'
import { createRandomStream } from '../../../src/numeric/random.js'
import type { KernelCoordinates } from '../../../src/surrogate/gaussian-process/gaussian-kernel.js'
import { createKernel } from '../../../src/surrogate/gaussian-process/gaussian-kernel.js'
import { conditionOn, predictAt } from '../../../src/surrogate/gaussian-process/gaussian-posterior.js'
import {
  fitGaussianProcess,
  predictGaussianProcess,
  predictLeftOut,
} from '../../../src/surrogate/gaussian-process/gaussian-process.js'
import {
  deserialiseGaussianProcess,
  serialiseGaussianProcess,
} from '../../../src/surrogate/gaussian-process/gaussian-process-codec.js'
import { rateGaussianProcess } from '../../../src/surrogate/gaussian-process/gaussian-process-quality.js'
import {
  computeCovarianceMatrix,
  computePairDistances,
} from '../../../src/surrogate/gaussian-process/marginal-likelihood.js'

const ROWS = 90
const COLUMNS = 50
const SPECTRUM = 20
const random = createRandomStream(3)

/** Functions of two hidden numbers: outputs depend on one, spectra on the other, and the target on both. */
function drawFunctions(rows: number) {
  const outputs = new Float32Array(rows * COLUMNS)
  const spectra = new Float32Array(rows * SPECTRUM)
  const targets = new Float64Array(rows)
  for (let row = 0; row < rows; row++) {
    const [a, b] = [random.uniform(), random.uniform()]
    for (let k = 0; k < COLUMNS; k++) outputs[row * COLUMNS + k] = Math.sin((a * 2 + k) / 8) * (1 + a)
    for (let k = 0; k < SPECTRUM; k++) spectra[row * SPECTRUM + k] = 1 / (1 + Math.exp(10 * b - k))
    targets[row] = 0.5 + 0.2 * Math.sin(3 * a) + 0.2 * Math.cos(4 * b) + 0.02 * random.normal()
  }
  return { outputs, spectra, targets }
}

const drawn = drawFunctions(ROWS)
const ids = Array.from({ length: ROWS }, (_, row) => `f${row}`)
const input = { ...drawn, ids, seed: 1 }
const fit = await fitGaussianProcess(input)

test('both features predict new functions better and more confidently than outputs', async () => {
  const { outputs, spectra, targets } = drawFunctions(60)
  const both = await predictGaussianProcess(fit, { rows: 60, outputs, spectra })
  const byOutputs = await predictGaussianProcess(fit, { rows: 60, outputs, spectra: null })
  const error = (predictions: typeof both) =>
    predictions.reduce((sum, { mean }, row) => sum + Math.abs(mean - targets[row]) / 60, 0)
  assert.ok(error(both) < 0.035, `${error(both)}`)
  assert.ok(error(both) < error(byOutputs) / 2, `${error(both)} against ${error(byOutputs)}`)
  both.forEach(({ standardDeviation, features, basedOn, mapPoint }, row) => {
    assert.ok(standardDeviation < byOutputs[row].standardDeviation)
    assert.deepEqual(features, ['OUTPUTS', 'FISHER_SPECTRUM'])
    assert.deepEqual(byOutputs[row].features, ['OUTPUTS'])
    assert.equal(new Set(basedOn).size, 3)
    assert.equal(mapPoint, null)
  })
})

test('equal inputs give equal fits, and unmeasured rows do not change predictions of measured ones', async () => {
  assert.deepEqual(await fitGaussianProcess(input), fit)
  const targets = drawn.targets.map((target, row) => (row < 20 ? Number.NaN : target))
  const part = await fitGaussianProcess({ ...input, targets })
  assert.deepEqual(part.ids, ids.slice(20))
  assert.equal(predictLeftOut(part).length, 70)
})

test('quality is cross-validated, and nine of ten measurements lie within the 90% interval', async () => {
  const { quality, fit: rated } = await rateGaussianProcess(fit, { seed: 1 })
  const { spearman, meanAbsoluteError, intervalCoverage, folds } = quality
  assert.ok((spearman ?? 0) > 0.9, `${spearman}`)
  assert.ok(meanAbsoluteError < 0.05)
  assert.ok(intervalCoverage > 0.8 && intervalCoverage <= 1, `${intervalCoverage}`)
  assert.equal(folds, 5)
  assert.deepEqual(rated.best.posterior, fit.best.posterior)
})

test('a process on outputs learns from measured functions without a spectrum, and quality counts them', async () => {
  const bare = drawFunctions(30)
  // Functions without a spectrum do not train.
  const withoutSpectra = {
    ids: Array.from({ length: 30 }, (_, row) => `bare${row}`),
    outputs: bare.outputs.map((value) => -3 * value),
    targets: new Float64Array(30).fill(0.1),
  }
  const joined = await fitGaussianProcess({ ...input, withoutSpectra })
  assert.deepEqual(joined.ids, [...ids, ...withoutSpectra.ids])
  assert.equal(joined.best.posterior.rows.length, ROWS)
  assert.equal(joined.byOutputs?.posterior.rows.length, ROWS + 30)
  const leftOut = predictLeftOut(joined)
  assert.deepEqual(leftOut.slice(0, ROWS), predictLeftOut(fit))
  for (const { mean, features, basedOn } of leftOut.slice(ROWS)) {
    assert.ok(Math.abs(mean - 0.1) < 0.1, `${mean}`)
    assert.deepEqual(features, ['OUTPUTS'])
    assert.ok(basedOn.every((row) => row >= ROWS))
  }
  const { quality, fit: rated } = await rateGaussianProcess(joined, { seed: 1 })
  assert.equal(quality.functions, ROWS + 30)
  assert.ok(quality.quarters[0].highestPrediction < 0.4)
  assert.deepEqual(deserialiseGaussianProcess(serialiseGaussianProcess(rated)), rated)
})

test('cross-validation of a fit does not depend on the parameters that all measurements gave it', async () => {
  const { quality } = await rateGaussianProcess(fit, { seed: 1 })
  const wrong = fit.best.posterior.parameters.map((parameter) => parameter + 1)
  const other = { ...fit, best: { ...fit.best, posterior: { ...fit.best.posterior, parameters: wrong } } }
  assert.deepEqual((await rateGaussianProcess(other, { seed: 1 })).quality, quality)
})

test('outputs of any magnitude can be fitted', async () => {
  const outputs = drawn.outputs.slice()
  outputs.fill(1e14, 0, COLUMNS)
  const huge = await fitGaussianProcess({ ...input, outputs })
  const { quality } = await rateGaussianProcess(huge, { seed: 1 })
  assert.ok((quality.spearman ?? 0) > 0.8, `${quality.spearman}`)
})

test('rejects too few measurements and arrays of wrong lengths', async () => {
  const targets = drawn.targets.map((target, row) => (row < 9 ? target : Number.NaN))
  await assert.rejects(fitGaussianProcess({ ...input, targets }), {
    code: 'SURROGATE_UNAVAILABLE',
    extensions: { needed: 10, evaluations: 9 },
  })
  await assert.rejects(fitGaussianProcess({ ...input, targets: targets.slice(1) }), {
    extensions: { argument: 'targets' },
  })
  await assert.rejects(fitGaussianProcess({ ...input, outputs: drawn.outputs.slice(1) }), { code: 'BAD_USER_INPUT' })
  const query = { rows: 1, outputs: new Float32Array(COLUMNS + 1), spectra: null }
  await assert.rejects(predictGaussianProcess(fit, query), { extensions: { argument: 'outputs' } })
})

test('an aborted fit rejects, and progress rises to 1', async () => {
  const shares: number[] = []
  await fitGaussianProcess({ ...input, onProgress: (share) => void shares.push(share) })
  assert.deepEqual(
    shares,
    shares.toSorted((a, b) => a - b),
  )
  assert.equal(shares.at(-1), 1)
  await assert.rejects(fitGaussianProcess({ ...input, signal: AbortSignal.abort() }), { name: 'AbortError' })
})

const LINE = 40
const coordinates: KernelCoordinates = {
  outputs: { values: Float64Array.from({ length: LINE }, (_, row) => row / 4), width: 1 },
  spectra: null,
  isolation: null,
}
const rowsOf = (keep: (row: number) => boolean) =>
  Int32Array.from(Array.from({ length: LINE }, (_, row) => row).filter(keep))
const wave = (row: number) => 0.5 + 0.3 * Math.sin(row / 6)

test('predictions interpolate the measurements as the noise goes to 0', async () => {
  const rows = rowsOf((row) => row % 3 === 0)
  const targets = Float64Array.from(rows, wave)
  for (const [noise, most] of [
    [1e-2, 0.05],
    [1e-6, 1e-4],
  ]) {
    const posterior = await conditionOn(coordinates, rows, targets, [0, 0.5, Math.log(noise)])
    for (const row of rows)
      assert.ok(Math.abs(predictAt(posterior, coordinates, coordinates, row).mean - wave(row)) < most)
  }
})

test('far from all measurements, a prediction has the mean and the variance of the prior', async () => {
  const rows = rowsOf((row) => row < 5)
  const parameters = [0, -5, Math.log(0.01)]
  const targets = Float64Array.from(rows, wave)
  const posterior = await conditionOn(coordinates, rows, targets, parameters)
  const { mean, deviation } = predictAt(posterior, coordinates, coordinates, LINE - 1)
  assert.ok(Math.abs(mean - targets.reduce((sum, value) => sum + value / targets.length, 0)) < 1e-9)
  assert.ok(Math.abs(deviation - posterior.scale * Math.sqrt(createKernel(parameters).variance + 0.01)) < 1e-6)
})

test('leave-one-out predictions equal those of a process without the measurement', async () => {
  const rows = rowsOf((row) => row % 2 === 0)
  const targets = Float64Array.from(rows, (row) => wave(row) + 0.05 * random.normal())
  const parameters = [0.2, 0.3, Math.log(0.05)]
  const posterior = await conditionOn(coordinates, rows, targets, parameters)
  for (let left = 0; left < rows.length; left++) {
    const others = rows.filter((_, index) => index !== left)
    const refit = await conditionOn(
      coordinates,
      others,
      targets.filter((_, index) => index !== left),
      parameters,
    )
    const { mean, deviation } = predictAt(refit, coordinates, coordinates, rows[left])
    assert.ok(Math.abs(mean - posterior.leftOutMeans[left]) < 1e-6, `${mean} for ${posterior.leftOutMeans[left]}`)
    assert.ok(Math.abs(deviation - posterior.leftOutDeviations[left]) < 1e-6)
  }
})

test('nine of ten draws from the process lie within 1.645 standard deviations', async () => {
  const parameters = [0, 0.5, Math.log(0.1)]
  let covered = 0
  let count = 0
  for (let round = 0; round < 60; round++) {
    const values = drawFromProcess(parameters)
    const seen = rowsOf((row) => row % 2 === 0)
    const posterior = await conditionOn(
      coordinates,
      seen,
      Float64Array.from(seen, (row) => values[row]),
      parameters,
    )
    for (const row of rowsOf((other) => other % 2 === 1)) {
      const { mean, deviation } = predictAt(posterior, coordinates, coordinates, row)
      // The scale belongs to the targets, not to the process.
      if (Math.abs(values[row] - mean) <= (1.645 * deviation) / posterior.scale) covered++
      count++
    }
  }
  assert.ok(Math.abs(covered / count - 0.9) < 0.03, `${covered / count}`)
})

/** One draw of noisy values for all rows, with a covariance from its Cholesky factor. */
function drawFromProcess(parameters: readonly number[]): Float64Array {
  const covariance = computeCovarianceMatrix(
    parameters,
    computePairDistances(
      coordinates,
      rowsOf(() => true),
    ),
  )
  factorise(covariance, LINE)
  const normals = Array.from({ length: LINE }, random.normal)
  return Float64Array.from(normals, (_, i) => {
    let sum = 0
    for (let j = 0; j <= i; j++) sum += covariance[i * LINE + j] * normals[j]
    return sum
  })
}
