import assert from 'node:assert/strict'
import test from 'node:test'
import { computeSpearman } from '../../../src/numeric/correlation.js'
import { listMeasured } from '../../../src/surrogate/surrogate-method.js'
import { createNeighbourIndex, findNearest } from '../../../src/surrogate/umap/nearest-neighbours.js'
import { computeNeighbourMean } from '../../../src/surrogate/umap/neighbour-regression.js'
import { META, readOutputs } from '../reference-data.js'

const layout = Float32Array.of(0, 0, 1, 0, 2, 0, 3, 0, 0, 0.5)
const targets = Float64Array.of(10, 20, Number.NaN, 40, 60)

test('the mean is over the three nearest measured rows, without the point itself', () => {
  const measured = listMeasured(targets)
  assert.deepEqual([...measured], [0, 1, 3, 4])
  const nearest = computeNeighbourMean(layout, targets, measured, 0, 0, 0)
  assert.deepEqual(nearest.rows, [4, 1, 3])
  assert.ok(Math.abs(nearest.mean - 40) < 1e-12)
  assert.ok(Math.abs(nearest.variance - 800 / 3) < 1e-9)
  assert.ok(Math.abs(nearest.squaredDistance - (0.25 + 1 + 9) / 3) < 1e-12)
  assert.deepEqual(computeNeighbourMean(layout, targets, measured, 0, 0).rows, [0, 4, 1])
})

test('rows at equal distance keep their order', () => {
  const same = new Float32Array(10)
  assert.deepEqual(computeNeighbourMean(same, new Float64Array(5), Int32Array.of(0, 1, 2, 3, 4), 1, 1).rows, [0, 1, 2])
})

test('with fewer than three measured rows the mean is over all of them; with none it is NaN', () => {
  assert.equal(computeNeighbourMean(layout, targets, Int32Array.of(0, 1), 0, 0).mean, 15)
  assert.ok(Number.isNaN(computeNeighbourMean(layout, targets, Int32Array.of(0), 0, 0, 0).mean))
})

test('three neighbours in the raw outputs predict the synthetic target as well as in the reference', async () => {
  const { target, folds, spearman_knn3_raw, knn3_raw_predictions_fold0 } = META.regression
  const outputs = readOutputs()
  const take = (rows: number[]) => {
    const values = new Float32Array(rows.length * 1000)
    for (const [index, row] of rows.entries()) {
      values.set(outputs.values.subarray(row * 1000, (row + 1) * 1000), index * 1000)
    }
    return { values, rows: rows.length, columns: 1000 }
  }
  for (const [fold, held] of folds.entries()) {
    const training = target.map((_, row) => row).filter((row) => !held.includes(row))
    const { indices } = await findNearest(createNeighbourIndex('euclidean', take(training)), take(held), 3)
    const predicted = held.map((_, index) => {
      const [a, b, c] = indices.subarray(3 * index, 3 * index + 3)
      return (target[training[a]] + target[training[b]] + target[training[c]]) / 3
    })
    const measured = held.map((row) => target[row])
    const spearman = computeSpearman(predicted, measured) ?? 0
    assert.ok(Math.abs(spearman - spearman_knn3_raw[fold]) < 1e-9, `${spearman} against ${spearman_knn3_raw[fold]}`)
    if (fold > 0) continue
    predicted.forEach((value, index) => {
      assert.ok(Math.abs(value - knn3_raw_predictions_fold0[index]) < 1e-9)
    })
  }
})
