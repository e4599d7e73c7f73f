/**
 * Measures the UMAP_KNN surrogate: CPU and wall seconds of a fit on the outputs of 2,991 functions of the Act-Bench
 * space, and of a fit on 2,913 functions with synthetic Fisher spectra of All-CNN-C's length (13,683), with their
 * parts. Then trustworthiness and the time of a prediction of a new point.
 *
 *   node build/bench/surrogates/umap.js [--functions 2991] [--spectra 2913]
 */
import { parseArgs } from 'node:util'
import { computeNearestNeighbours, createNeighbourIndex } from '../../src/surrogate/umap/nearest-neighbours.js'
import { createFittedFeatures, fitUmapKnn, predictUmapKnn, type UmapKnnFit } from '../../src/surrogate/umap/umap-knn.js'
import { computeTrustworthiness } from '../../test/surrogate/umap/trustworthiness.js'
import { listDistinctOutputs, SAMPLES } from '../reads/distinct-outputs.js'
import { createSyntheticSpectra } from './synthetic-spectra.js'

const { values } = parseArgs({
  options: { functions: { type: 'string', default: '2991' }, spectra: { type: 'string', default: '2913' } },
})

const outputs = listDistinctOutputs(Number(values.functions))
await measureFit('outputs', outputs, null)
const some = outputs.slice(0, Number(values.spectra) * SAMPLES)
await measureFit('outputs and spectra', some, createSyntheticSpectra(Number(values.spectra), 1))

async function measureFit(title: string, outputs: Float32Array, spectra: Float32Array | null) {
  const rows = outputs.length / SAMPLES
  const columns = spectra ? spectra.length / rows : 0
  console.log(`${title}: ${rows} rows × ${SAMPLES}${columns ? ` and ${columns}` : ''}`)
  const matrix = { values: outputs, rows, columns: SAMPLES }
  await measure('neighbours by outputs', () => computeNearestNeighbours(createNeighbourIndex('euclidean', matrix), 15))
  if (spectra) {
    const other = { values: spectra, rows, columns }
    await measure('neighbours by spectra', () => computeNearestNeighbours(createNeighbourIndex('manhattan', other), 3))
  }
  const ids = Array.from({ length: rows }, (_, row) => `${row}`)
  const targets = Float64Array.from({ length: rows }, (_, row) => outputs[row * SAMPLES])
  const fit = await measure('whole fit', () => fitUmapKnn({ ids, outputs, spectra, targets, seed: 42 }))
  const trust = computeTrustworthiness(matrix, { values: fit.layout, rows, columns: 2 }, 15)
  console.log(`  trustworthiness of the map for outputs, 15 neighbours: ${trust.toFixed(4)}`)
  await measurePredictions(fit, outputs, spectra)
}

async function measurePredictions(fit: UmapKnnFit, outputs: Float32Array, spectra: Float32Array | null) {
  const features = await measure('preparing the features', async () => createFittedFeatures(fit, outputs, spectra))
  const length = fit.spectrumColumns ?? 0
  const points = Array.from({ length: 100 }, (_, point) => ({
    outputs: outputs.slice(point * 28 * SAMPLES, (point * 28 + 1) * SAMPLES).map((value) => value * 1.01),
    spectrum: spectra?.slice(point * 28 * length, (point * 28 + 1) * length) ?? null,
  }))
  await predictUmapKnn(fit, points, features)
  await measure('100 new points', () => predictUmapKnn(fit, points, features))
}

async function measure<Result>(title: string, compute: () => Promise<Result>): Promise<Result> {
  const cpu = process.cpuUsage()
  const started = performance.now()
  const result = await compute()
  const { user, system } = process.cpuUsage(cpu)
  const wall = (performance.now() - started) / 1000
  console.log(`  ${title}: ${((user + system) / 1e6).toFixed(2)} s CPU, ${wall.toFixed(2)} s wall`)
  return result
}
