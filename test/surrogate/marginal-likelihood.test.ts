import assert from 'node:assert/strict'
import test from 'node:test'
import type { KernelPlaces } from '../../src/surrogate/gaussian-kernel.js'
import {
  computeMarginalLikelihood,
  computePairDistances,
  fitParameters,
} from '../../src/surrogate/marginal-likelihood.js'
import { createRandomGenerator } from '../../src/surrogate/random-generator.js'

const SIZE = 30
const { normal } = createRandomGenerator(2)
const draw = (width: number) => ({ values: Float64Array.from({ length: SIZE * width }, normal), width })
const places: KernelPlaces = { outputs: draw(3), spectra: draw(2) }
const rows = Int32Array.from({ length: SIZE }, (_, row) => row)
const both = computePairDistances(places, rows)
const alone = computePairDistances({ ...places, spectra: null }, rows)
const targets = Float64Array.from(rows, (row) => Math.sin(places.outputs.values[3 * row]) + 0.1 * normal())
const evaluate = (parameters: readonly number[]) => {
  const likelihood = computeMarginalLikelihood(parameters, parameters.length === 3 ? alone : both, targets)
  assert.ok(likelihood)
  return likelihood
}

test('the gradient of the marginal likelihood is that of finite differences', () => {
  for (const parameters of [
    [0.3, -0.4, -2],
    [-0.3, 0.5, -1.5, 0.2, -0.6, -0.7],
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

test('of one target it is the density of a normal', () => {
  const single = { size: 1, outputs: Float64Array.of(0), spectra: null }
  const variance = Math.exp(0.3) + Math.exp(-1)
  const { value } = computeMarginalLikelihood([0.3, 0, -1], single, Float64Array.of(0.7)) ?? { value: Number.NaN }
  assert.ok(Math.abs(value - (-0.49 / (2 * variance) - 0.5 * Math.log(2 * Math.PI * variance))) < 1e-7)
})

test('fitted parameters are likelier than where they started, and lie still', async () => {
  const start = [0, 0, Math.log(0.1)]
  const fitted = await fitParameters(start, alone, targets)
  assert.ok(evaluate(fitted).value > evaluate(start).value + 0.1)
  assert.deepEqual(await fitParameters(start, alone, targets), fitted)
  // At the maximum the gradient is the prior's: (parameter - start) / 2².
  evaluate(fitted).gradient.forEach((slope, k) => {
    assert.ok(Math.abs(slope - (fitted[k] - start[k]) / 4) < 0.1)
  })
})
