import assert from 'node:assert/strict'
import test from 'node:test'
import { addMeasuredMap } from '../../../src/surrogate/umap/measured-map.js'
import { createFittedFeatures, fitUmapKnn, predictUmapKnn } from '../../../src/surrogate/umap/umap-knn.js'
import { deserialiseUmapKnn, serialiseUmapKnn } from '../../../src/surrogate/umap/umap-knn-codec.js'
import { createClusters } from '../random-features.js'

const outputs = createClusters(30, 8, 2, 1).values
const spectra = createClusters(30, 9, 2, 2).values
const fit = await fitUmapKnn({
  ids: Array.from({ length: 30 }, (_, row) => `identität ${row}`),
  outputs,
  spectra,
  targets: Float64Array.from({ length: 30 }, (_, row) => (row % 7 === 0 ? Number.NaN : Math.sin(row))),
  seed: 5,
})

test('a fit survives serialisation and predicts the same', async () => {
  const read = deserialiseUmapKnn(serialiseUmapKnn(fit))
  assert.deepEqual(read, fit)
  const points = [{ row: 3 }, { outputs: outputs.slice(0, 8), spectrum: spectra.slice(9, 18) }]
  const features = createFittedFeatures(fit, outputs, spectra)
  assert.deepEqual(await predictUmapKnn(read, points, features), await predictUmapKnn(fit, points, features))
})

test('the bytes include the map of the measured rows; older bytes have none', async () => {
  const both = await addMeasuredMap(fit, { outputs, spectra })
  assert.equal(both.measuredLayout?.length, 2 * 25)
  assert.deepEqual(deserialiseUmapKnn(serialiseUmapKnn(both)), both)
  const bytes = Buffer.from(serialiseUmapKnn(fit))
  const end = 12 + bytes.readUInt32LE(8)
  const { measuredRows: _, ...header } = JSON.parse(bytes.subarray(12, end).toString())
  const older = Buffer.from(JSON.stringify(header))
  const head = Buffer.from(bytes.subarray(0, 12))
  head.writeUInt32LE(older.length, 8)
  assert.deepEqual(deserialiseUmapKnn(Buffer.concat([head, older, bytes.subarray(end)])), fit)
})

test('bytes are read at any offset of their buffer', () => {
  const bytes = serialiseUmapKnn(fit)
  const padded = new Uint8Array(bytes.length + 3)
  padded.set(bytes, 3)
  assert.deepEqual(deserialiseUmapKnn(padded.subarray(3)), fit)
})

test('rejects other bytes, other versions and truncated bytes', () => {
  const bytes = serialiseUmapKnn(fit)
  assert.throws(() => deserialiseUmapKnn(new Uint8Array(40)), /UMAP_KNN fit: wrong magic number/)
  assert.throws(() => deserialiseUmapKnn(bytes.subarray(0, 5)), /UMAP_KNN fit: wrong magic number/)
  assert.throws(() => deserialiseUmapKnn(bytes.subarray(0, bytes.length - 1)), /30 rows/)
  const later = bytes.slice()
  later[4]++
  assert.throws(() => deserialiseUmapKnn(later), /unknown version; expected 1, got 2/)
})
