import assert from 'node:assert/strict'
import test from 'node:test'
import type { KernelCoordinates } from '../../../src/surrogate/gaussian-process/gaussian-kernel.js'
import { conditionOn, predictAt } from '../../../src/surrogate/gaussian-process/gaussian-posterior.js'
import {
  computeJointPosterior,
  createJointPosterior,
  type JointPosterior,
  joinPosteriors,
} from '../../../src/surrogate/gaussian-process/joint-posterior.js'

const SIZE = 40
const coordinates: KernelCoordinates = {
  outputs: { values: Float64Array.from({ length: SIZE }, (_, row) => row / 4), width: 1 },
  spectra: null,
  isolation: null,
}
const PARAMETERS = [0.1, 0.4, Math.log(0.02)]
const wave = (row: number) => 0.5 + 0.3 * Math.sin(row / 6)
const rowsOf = (keep: (row: number) => boolean) =>
  Int32Array.from(Array.from({ length: SIZE }, (_, row) => row).filter(keep))
const condition = (rows: Int32Array, targets: Float64Array) => conditionOn(coordinates, rows, targets, PARAMETERS)
const isClose = (left: number, right: number) => Math.abs(left - right) < 1e-9

test('the joint posterior has the predicted means and variances, without noise', async () => {
  const rows = rowsOf((row) => row % 3 === 0)
  const posterior = await condition(rows, Float64Array.from(rows, wave))
  const { means, variances } = await computeJointPosterior(posterior, coordinates, coordinates, SIZE)
  for (let row = 0; row < SIZE; row++) {
    const { mean, deviation } = predictAt(posterior, coordinates, coordinates, row)
    assert.ok(isClose(means[row], mean))
    assert.ok(isClose(variances[row], deviation ** 2 - posterior.scale ** 2 * Math.exp(PARAMETERS[2])))
  }
})

test('sequential updates equal conditioning on all measurements', async () => {
  const before = rowsOf((row) => row % 3 === 0)
  const after = rowsOf((row) => row % 3 === 0 || row % 7 === 1)
  const known = await condition(before, Float64Array.from(before, wave))
  const values = Float64Array.from(after, (row) => (wave(row) - known.centre) / known.scale)
  const joint = await computeJointPosterior(known, coordinates, coordinates, SIZE)
  for (const row of after) if (row % 3 !== 0) joint.conditionOn(row, wave(row))
  const exact = conditionByHand(after, values)
  for (let row = 0; row < SIZE; row++) {
    assert.ok(Math.abs((joint.means[row] - known.centre) / known.scale - exact(row)) < 1e-6)
  }
})

test('the order of measurements does not matter, and each moves the mean towards itself', async () => {
  const posterior = await condition(
    rowsOf((row) => row < 4),
    Float64Array.from([0.5, 0.4, 0.6, 0.55]),
  )
  const start = await computeJointPosterior(posterior, coordinates, coordinates, SIZE)
  const observed: [number, number][] = [
    [10, 0.9],
    [20, 0.1],
    [21, 0.2],
  ]
  const conditionOnAll = (list: [number, number][]) => {
    const joint = start.copy()
    for (const [row, value] of list) joint.conditionOn(row, value)
    return joint
  }
  const [forth, back] = [conditionOnAll(observed), conditionOnAll(observed.toReversed())]
  for (let row = 0; row < SIZE; row++) {
    assert.ok(isClose(forth.means[row], back.means[row]) && isClose(forth.variances[row], back.variances[row]))
    assert.ok(forth.variances[row] <= start.variances[row] + 1e-12)
  }
  assert.ok(forth.means[10] > start.means[10] && forth.means[20] < start.means[20])
})

test('a joined posterior reads each function from the first process that has it, and updates both', () => {
  const create = (mean: number, size: number): JointPosterior =>
    createJointPosterior({
      means: new Float64Array(size).fill(mean),
      variances: new Float64Array(size).fill(1),
      noise: 0.01,
      covariancesWith: (i) => Float64Array.from({ length: size }, (_, j) => Math.exp(-Math.abs(i - j))),
    })
  const joined = joinPosteriors(create(0.8, 2), create(0.2, 4), Int32Array.of(-1, 0, -1, 1))
  assert.deepEqual([...joined.means], [0.2, 0.8, 0.2, 0.8])
  const copy = joined.copy()
  copy.conditionOn(3, 1.5)
  assert.ok(copy.means[1] > 0.8 && copy.means[2] > 0.2 && copy.means[3] > 1.4)
  assert.deepEqual([...joined.means], [0.2, 0.8, 0.2, 0.8])
  copy.conditionOn(0, 0)
  assert.ok(copy.means[0] < 0.2)
})

/** The mean of a process with zero mean and unit scale, by Gauss-Jordan elimination of K w = y. */
function conditionByHand(rows: Int32Array, values: Float64Array): (row: number) => number {
  const [variance, length, noise] = PARAMETERS.map(Math.exp)
  const covariance = (a: number, b: number) => {
    const r = (Math.sqrt(5) * Math.abs(a - b)) / 4 / length
    return variance * (1 + r + (r * r) / 3) * Math.exp(-r)
  }
  const system = Array.from(rows, (a, i) => [
    ...Array.from(rows, (b, j) => covariance(a, b) + (i === j ? noise : 0)),
    values[i],
  ])
  for (const [i, own] of system.entries()) {
    for (const [j, other] of system.entries()) {
      if (i === j) continue
      const share = other[i] / own[i]
      for (let k = 0; k < other.length; k++) other[k] -= share * own[k]
    }
  }
  const weights = system.map((own, i) => own[own.length - 1] / own[i])
  return (row) => Array.from(rows).reduce((sum, other, i) => sum + weights[i] * covariance(row, other), 0)
}
