import assert from 'node:assert/strict'
import test from 'node:test'
import {
  createNeighbourIndex,
  findNearest,
  type NearestNeighbours,
} from '../../../src/surrogate/umap/nearest-neighbours.js'
import { createTransform } from '../../../src/surrogate/umap/transform.js'
import { createFittedFeatures, fitUmapKnn, predictUmapKnn } from '../../../src/surrogate/umap/umap-knn.js'
import { createClusters } from '../random-features.js'
import { META, ROWS, readOutputs } from '../reference-data.js'

const outputs = readOutputs().values
const spectra = readOutputs(500).values
const input = { ids: META.functions, outputs, targets: Float64Array.from(META.regression.target), seed: 3 }
const row = (values: Float32Array, columns: number, index: number) =>
  values.subarray(index * columns, (index + 1) * columns)

for (const kind of ['outputs', 'both'] as const) {
  test(`the features of a fitted row land next to it: a map of ${kind}`, async () => {
    const fit = await fitUmapKnn({ ...input, spectra: kind === 'both' ? spectra : null })
    const features = createFittedFeatures(fit, outputs, kind === 'both' ? spectra : null)
    for (const withSpectrum of [true, false]) {
      const points = META.functions.map((_, index) => ({
        outputs: row(outputs, 1000, index),
        spectrum: withSpectrum ? row(spectra, 500, index) : null,
      }))
      const placed = await predictUmapKnn(fit, points, features)
      const distances = placed.map(({ mapPoint }, index) => {
        const [x, y] = mapPoint ?? [Number.NaN, Number.NaN]
        return Math.hypot(x - fit.layout[2 * index], y - fit.layout[2 * index + 1])
      })
      distances.sort((a, b) => a - b)
      const extent = Math.max(...fit.layout) - Math.min(...fit.layout)
      assert.ok(distances[ROWS / 2] < extent / 30, `median ${distances[ROWS / 2]} of ${extent}`)
      assert.ok(distances[ROWS * 0.95] < extent / 15, `95% ${distances[ROWS * 0.95]} of ${extent}`)
    }
  })
}

test('a new point of a cluster lands in it, independently of other new points', async () => {
  const all = createClusters(160, 20, 4, 1)
  const known = { ...all, rows: 120, values: all.values.slice(0, 120 * 20) }
  const ids = Array.from({ length: 120 }, (_, index) => `${index}`)
  const targets = Float64Array.from(ids, (_, index) => index % 4)
  const fit = await fitUmapKnn({ ids, outputs: known.values, spectra: null, targets, seed: 5 })
  const features = createFittedFeatures(fit, known.values, null)
  const points = Array.from({ length: 40 }, (_, index) => ({
    outputs: row(all.values, 20, 120 + index),
    spectrum: null,
  }))
  const together = await predictUmapKnn(fit, points, features)
  for (const [index, prediction] of together.entries()) {
    assert.equal(prediction.mean, index % 4)
    assert.deepEqual((await predictUmapKnn(fit, [points[index]], features))[0], prediction)
  }
})

test('a duplicate of a row starts on it; a remote row still has a finite map point', async () => {
  const matrix = createClusters(60, 10, 3, 2)
  const layout = Float32Array.from({ length: 120 }, (_, index) => (index * 7) % 13)
  const curve = { a: 1.577, b: 0.895 }
  const index = createNeighbourIndex('euclidean', matrix)
  const find = (values: Float32Array): Promise<NearestNeighbours> =>
    findNearest(index, { values, rows: 1, columns: 10 }, 15)
  const transform = createTransform({ layout, curve, seed: 1, missingEdgeWeights: null })
  const far = transform({ outputs: await find(new Float32Array(10).fill(1e14)), spectra: null })
  assert.ok(far.every(Number.isFinite))
  const union = createTransform({ layout, curve, seed: 1, missingEdgeWeights: [1e-8, 0.3] })
  const near = await find(matrix.values.slice(0, 10))
  assert.ok(union({ outputs: near, spectra: near }).every(Number.isFinite))
})
