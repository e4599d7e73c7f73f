import { operatorsOf } from '../../src/activations/expression.js'
import { parseExpression } from '../../src/activations/parse-expression.js'
import {
  type MeasuredFunction,
  type TabularDataset,
  toOutputMatrix,
  toSpectrumMatrix,
  wouldUseSpectra,
} from '../../src/simulation/tabular-dataset.js'
import { widen } from '../../src/surrogate/cross-validation/held-out.js'
import { computeDistance, type FeatureMatrix } from '../../src/surrogate/feature-vectors/feature-matrix.js'
import { clip, fitLeftOutIntervals, tune } from '../../src/surrogate/gaussian-process/fitted-process.js'
import type { KernelCoordinates } from '../../src/surrogate/gaussian-process/gaussian-kernel.js'
import { conditionOn, predictAt } from '../../src/surrogate/gaussian-process/gaussian-posterior.js'
import {
  type FeatureChoice,
  projectFeatures,
  toKernelCoordinates,
} from '../../src/surrogate/gaussian-process/projected-features.js'
import { listMeasured } from '../../src/surrogate/surrogate-method.js'
import { computeCurveParameters } from '../../src/surrogate/umap/curve-parameters.js'
import { createNeighbourIndex } from '../../src/surrogate/umap/nearest-neighbours.js'
import { computeEmbedding, computeFeatureGraph } from '../../src/surrogate/umap/umap.js'
import { fitUmapKnn, predictRows, replaceTargets, type UmapKnnFit } from '../../src/surrogate/umap/umap-knn.js'
import { meanOf, type Predictor, SEED } from './measure-predictors.js'

/** Every method on every choice of features that the dataset has, on its measured functions. */
export async function listPredictors(dataset: TabularDataset): Promise<Predictor[]> {
  const { measured } = dataset
  const outputs = toOutputMatrix(measured)
  const predictors: Predictor[] = [predictByOperators(measured)]
  const isCovered = wouldUseSpectra(dataset) && measured.every(({ spectrum }) => spectrum !== null)
  const spectra = isCovered ? toSpectrumMatrix(measured) : null
  const byOutputs = listDistances('euclidean', outputs)
  predictors.push(predictByNearest('outputs', byOutputs, measured.length))
  if (spectra) {
    const bySpectra = listDistances('manhattan', spectra)
    predictors.push(predictByNearest('spectra', bySpectra, measured.length))
    const [unit, other] = [medianOf(byOutputs), medianOf(bySpectra)]
    const sum = byOutputs.map((distance, pair) => distance / unit + bySpectra[pair] / other)
    predictors.push(predictByNearest('both', sum, measured.length))
  }
  predictors.push(...(await listMaps(dataset, isCovered)))
  const features = await projectFeatures(outputs, spectra, null, SEED)
  const choices: (readonly [string, FeatureChoice])[] = [
    ['outputs', { outputs: 'SHAPE', spectra: false }],
    ['outputs, values not shapes', { outputs: 'ASINH', spectra: false }],
  ]
  if (features.spectra) {
    choices.push(['spectra', { outputs: null, spectra: true }], ['both', { outputs: 'SHAPE', spectra: true }])
  }
  predictors.push(...choices.map(([name, choice]) => predictByProcess(name, toKernelCoordinates(features, choice))))
  return predictors
}

/**
 * The simple baseline. Each operator has the mean of the functions that contain it; a prediction is the mean over a
 * function's operators.
 */
function predictByOperators(measured: readonly MeasuredFunction[]): Predictor {
  const operators = measured.map(({ expression }) => operatorsOf(parseExpression(expression)))
  return {
    ...{ method: "operators' means", features: 'expression' },
    async predict(targets, heldOut) {
      const known = listMeasured(targets)
      const mean = meanOf(Array.from(known, (row) => targets[row]))
      const sums = new Map<string, { sum: number; count: number }>()
      for (const row of known) {
        for (const operator of operators[row]) {
          const own = sums.get(operator) ?? { sum: 0, count: 0 }
          sums.set(operator, { sum: own.sum + targets[row], count: own.count + 1 })
        }
      }
      const worthOf = (operator: string) => {
        const { sum, count } = sums.get(operator) ?? { sum: 0, count: 0 }
        // Adds two virtual functions at the overall mean, because a rare operator is weak evidence.
        return (sum + 2 * mean) / (count + 2)
      }
      return Array.from(heldOut, (row) => ({
        mean: operators[row].length === 0 ? mean : meanOf(operators[row].map(worthOf)),
        standardDeviation: null,
      }))
    },
  }
}

function predictByNearest(features: string, distances: Float64Array, size: number): Predictor {
  return {
    ...{ method: '3 nearest, raw', features },
    async predict(targets, heldOut) {
      const known = listMeasured(targets)
      return Array.from(heldOut, (row) => {
        const nearest = [...known].sort((a, b) => distances[row * size + a] - distances[row * size + b]).slice(0, 3)
        return { mean: meanOf(nearest.map((other) => targets[other])), standardDeviation: null }
      })
    },
  }
}

/** Like the product's maps, these cover all functions with the features, measured or not. */
async function listMaps(dataset: TabularDataset, isCovered: boolean): Promise<Predictor[]> {
  const all = isCovered ? [...dataset.measured, ...dataset.others] : dataset.measured
  const outputs = toOutputMatrix(all)
  const fit = (spectra: FeatureMatrix | null) =>
    fitUmapKnn({
      ids: all.map(({ id }) => id),
      ...{ outputs: outputs.values, spectra: spectra?.values ?? null, seed: SEED },
      targets: Float64Array.from(all, (_, row) => dataset.measured[row]?.validationAccuracy ?? Number.NaN),
    })
  const toPredictor = (features: string, map: UmapKnnFit): Predictor => ({
    ...{ method: 'UMAP_KNN', features },
    async predict(targets, heldOut) {
      // The measured functions are the first rows.
      const known = new Float64Array(all.length).fill(Number.NaN)
      known.set(targets)
      return predictRows(replaceTargets(map, known), heldOut)
    },
  })
  const byOutputs = await fit(null)
  const predictors = [toPredictor('outputs', byOutputs)]
  if (!isCovered) return predictors
  const spectra = toSpectrumMatrix(all)
  const graph = await computeFeatureGraph(createNeighbourIndex('manhattan', spectra), 3)
  const settings = { curve: computeCurveParameters(), seed: SEED, disconnectedStart: 'components' as const }
  predictors.push(toPredictor('spectra', { ...byOutputs, layout: await computeEmbedding(graph, settings) }))
  return [...predictors, toPredictor('both', await fit(spectra))]
}

function predictByProcess(features: string, coordinates: KernelCoordinates): Predictor {
  return {
    ...{ method: 'Gaussian process', features },
    async predict(targets, heldOut) {
      const rows = listMeasured(targets)
      const known = Float64Array.from(rows, (row) => targets[row])
      const posterior = await conditionOn(coordinates, rows, known, await tune(coordinates, rows, known, SEED))
      const intervals = fitLeftOutIntervals(posterior, known)
      return Array.from(heldOut, (row) => {
        const { mean, deviation } = predictAt(posterior, coordinates, coordinates, row)
        return widen({ mean: clip(mean), standardDeviation: deviation }, intervals)
      })
    },
  }
}

function listDistances(metric: 'euclidean' | 'manhattan', matrix: FeatureMatrix): Float64Array {
  const { rows } = matrix
  const distances = new Float64Array(rows * rows)
  for (let a = 0; a < rows; a++) {
    for (let b = 0; b < a; b++) {
      const distance = computeDistance(metric, matrix, a, matrix, b, Number.POSITIVE_INFINITY)
      distances[a * rows + b] = distances[b * rows + a] = distance
    }
  }
  return distances
}

function medianOf(values: Float64Array): number {
  return values.slice().sort()[values.length >> 1] || 1
}
