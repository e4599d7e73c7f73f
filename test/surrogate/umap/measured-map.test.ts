import assert from 'node:assert/strict'
import test from 'node:test'
import { addMeasuredMap, listMeasuredPoints } from '../../../src/surrogate/umap/measured-map.js'
import { fitUmapKnn } from '../../../src/surrogate/umap/umap-knn.js'
import { createClusters } from '../random-features.js'

const ROWS = 40
const outputs = createClusters(ROWS, 8, 2, 1).values
const spectra = createClusters(ROWS, 9, 2, 2).values
const ids = Array.from({ length: ROWS }, (_, row) => `${row}`)
const isMeasured = (row: number) => row % 3 !== 0
const targets = Float64Array.from(ids, (_, row) => (isMeasured(row) ? Math.sin(row) : Number.NaN))

function fit(rows: readonly number[], measurements = Float64Array.from(rows, (row) => targets[row])) {
  const take = (values: Float32Array, columns: number) =>
    Float32Array.from(rows.flatMap((row) => [...values.subarray(row * columns, (row + 1) * columns)]))
  const features = { outputs: take(outputs, 8), spectra: take(spectra, 9) }
  return fitUmapKnn({ ids: rows.map((row) => ids[row]), ...features, targets: measurements, seed: 5 })
}

const all = Array.from(ids.keys())

test('the second map equals a map fitted to the measured rows only', async () => {
  const whole = await fit(all)
  const both = await addMeasuredMap(whole, { outputs, spectra })
  const alone = await fit(all.filter(isMeasured))
  assert.deepEqual({ ...both, measuredLayout: null }, whole)
  assert.deepEqual(both.measuredLayout, alone.layout)
  const points = listMeasuredPoints(both)
  assert.deepEqual([...points.keys()], alone.ids)
  assert.deepEqual(points, listMeasuredPoints(alone))
  assert.notDeepEqual(points, listMeasuredPoints(whole))
})

test('if all rows are measured there is one map', async () => {
  const whole = await fit(
    all,
    Float64Array.from(ids, (_, row) => row),
  )
  assert.equal(await addMeasuredMap(whole, { outputs, spectra }), whole)
  const { layout } = whole
  assert.deepEqual(
    [...listMeasuredPoints(whole).values()],
    all.map((row) => [layout[2 * row], layout[2 * row + 1]]),
  )
})
