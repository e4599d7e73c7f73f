import assert from 'node:assert/strict'
import test from 'node:test'
import { createRandomStream } from '../../../src/numeric/random.js'
import type { KernelCoordinates } from '../../../src/surrogate/gaussian-process/gaussian-kernel.js'
import {
  computeMarginalLikelihood,
  computePairDistances,
  fitParameters,
} from '../../../src/surrogate/gaussian-process/marginal-likelihood.js'

const SIZE = 30
const { normal } = createRandomStream(2)
const draw = (width: number) => ({ values: Float64Array.from({ length: SIZE * width }, normal), width })
const [outputs, spectra, isolation] = [draw(3), draw(2), draw(1)]
const coordinates: KernelCoordinates = { outputs, spectra, isolation: null }
const rows = Int32Array.from({ length: SIZE }, (_, row) => row)
/** Distances by the number of parameters of their kernel. */
const distances = new Map([
  [3, computePairDistances({ ...coordinates, spectra: null }, rows)],
  [5, computePairDistances({ outputs: null, spectra, isolation }, rows)],
  [6, computePairDistances(coordinates, rows)],
  [8, computePairDistances({ outputs, spectra, isolation }, rows)],
])
const distancesOf = (parameters: readonly number[]) => {
  const found = distances.get(parameters.length)
  assert.ok(found)
  return found
}
const targets = Float64Array.from(rows, (row) => Math.sin(outputs.values[3 * row]) + 0.1 * normal())
const evaluate = (parameters: readonly number[]) => {
  const likelihood = computeMarginalLikelihood(parameters, distancesOf(parameters), targets)
  assert.ok(likelihood)
  return likelihood
}

test('the gradient of the marginal likelihood agrees with finite differences', () => {
  for (const parameters of [
    [0.3, -0.4, -2],
    [0.2, 0.1, -1.5, -0.4, -0.3],
    [-0.3, 0.5, -1.5, 0.2, -0.6, -0.7],
    [-0.3, 0.5, -1.5, 0.2, -0.6, -0.7, 0.1, -0.2],
  ]) {
    const { gradient } = evaluate(parameters)
    parameters.forEach((_, k) => {
      const shift = (by: number) => evaluate(parameters.map((value, other) => (other === k ? value + by : value))).value
      const difference = (shift(1e-5) - shift(-1e-5)) / 2e-5
      assert.ok(
        Math.abs(gradient[k] - difference) < 1e-4 * Math.max(1, Math.abs(difference)),
        `${k}: ${gradient[k]}, ${difference}`,
      )
    })
  }
})

test('for one target it is the density of a normal', () => {
  const single = { size: 1, first: Float64Array.of(0), second: null, isolation: null }
  const variance = Math.exp(0.3) + Math.exp(-1)
  const { value } = computeMarginalLikelihood([0.3, 0, -1], single, Float64Array.of(0.7)) ?? { value: Number.NaN }
  assert.ok(Math.abs(value - (-0.49 / (2 * variance) - 0.5 * Math.log(2 * Math.PI * variance))) < 1e-7)
})

test('fitted parameters have a higher likelihood than the start, and a zero gradient', async () => {
  const start = [0, 0, Math.log(0.1)]
  const fitted = await fitParameters(start, distancesOf(start), targets)
  assert.ok(evaluate(fitted).value > evaluate(start).value + 0.1)
  assert.deepEqual(await fitParameters(start, distancesOf(start), targets), fitted)
  // At the maximum the gradient equals that of the prior: (parameter - start) / 2².
  evaluate(fitted).gradient.forEach((slope, k) => {
    assert.ok(Math.abs(slope - (fitted[k] - start[k]) / 4) < 0.1)
  })
})
