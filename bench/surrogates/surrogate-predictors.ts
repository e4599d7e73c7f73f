import { operatorsOf } from '../../src/activations/expression.js'
import { parseExpression } from '../../src/activations/parse-expression.js'
import { createRandomStream } from '../../src/numeric/random.js'
import {
  type MeasuredFunction,
  type TabularDataset,
  toOutputMatrix,
  toSpectrumMatrix,
  wouldUseSpectra,
} from '../../src/simulation/tabular-dataset.js'
import { assignFolds, computeQuality } from '../../src/surrogate/cross-validation/quality.js'
import { computeDistance, type FeatureMatrix } from '../../src/surrogate/feature-vectors/feature-matrix.js'
import { calibrate, clip, tune } from '../../src/surrogate/gaussian-process/fitted-process.js'
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

/** One line of the table at one size. */
export interface Cell {
  readonly method: string
  readonly features: string
  readonly size: number | 'all'
  /** Functions trained on. */
  readonly training: number
  readonly spearman: number
  readonly kendall: number
  readonly error: number
  /** Of the top 1%, as `computeTopRecall` has it. */
  readonly recall: number
  /** Of the 90% interval; null where the method has none. */
  readonly coverage: number | null
}

type Measured = Pick<Cell, 'spearman' | 'kendall' | 'error' | 'recall' | 'coverage'>

interface Guess {
  readonly mean: number
  readonly standardDeviation: number | null
}

/** A method on some features: predicts `heldOut` rows from targets that are NaN elsewhere than in the training set. */
export interface Predictor {
  readonly method: string
  readonly features: string
  predict(targets: Float64Array, heldOut: Int32Array): Promise<Guess[]>
}

/** Every method on every choice of features that the dataset has, among its measured functions. */
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

/** Measures each predictor at each size, and with all measurements by five folds. */
export async function measurePredictors(
  measured: readonly MeasuredFunction[],
  predictors: readonly Predictor[],
  sizes: readonly number[],
  repeats: number,
  onProgress: (done: string) => void,
): Promise<Cell[]> {
  const targets = Float64Array.from(measured, ({ validationAccuracy }) => validationAccuracy)
  const rows = Int32Array.from(targets.keys())
  const cells: Cell[] = []
  for (const predictor of predictors) {
    for (const size of sizes) {
      const draws = await Promise.all(
        Array.from({ length: repeats }, (_, repeat) => {
          const order = Int32Array.from(createRandomStream(repeat, 9).permutation(rows.length))
          return measureSplits(predictor, targets, [order.slice(size)])
        }),
      )
      cells.push(toCell(predictor, size, size, draws))
    }
    const folds = await measureSplits(predictor, targets, assignFolds(rows, 5, SEED))
    cells.push(toCell(predictor, 'all', Math.round(0.8 * rows.length), [folds]))
    onProgress(`${predictor.method}, ${predictor.features}`)
  }
  return cells
}

const SEED = 42

/** Each split is held out once; all of them count together. */
async function measureSplits(
  predictor: Predictor,
  targets: Float64Array,
  splits: readonly Int32Array[],
): Promise<Measured> {
  const wanted: number[] = []
  const guesses: Guess[] = []
  for (const heldOut of splits) {
    const visible = targets.slice()
    for (const row of heldOut) visible[row] = Number.NaN
    guesses.push(...(await predictor.predict(visible, heldOut)))
    for (const row of heldOut) wanted.push(targets[row])
  }
  const known = guesses.map(({ mean, standardDeviation }) => ({ mean, standardDeviation: standardDeviation ?? 0 }))
  const quality = computeQuality(wanted, known)
  return {
    spearman: quality.spearman ?? 0,
    kendall: quality.kendall ?? 0,
    error: quality.meanAbsoluteError,
    recall: quality.topRecall,
    coverage: guesses[0].standardDeviation === null ? null : quality.intervalCoverage,
  }
}

function toCell({ method, features }: Predictor, size: Cell['size'], training: number, draws: Measured[]): Cell {
  const coverages = draws.flatMap(({ coverage }) => (coverage === null ? [] : [coverage]))
  return {
    ...{ method, features, size, training },
    spearman: meanOf(draws.map(({ spearman }) => spearman)),
    kendall: meanOf(draws.map(({ kendall }) => kendall)),
    error: meanOf(draws.map(({ error }) => error)),
    recall: meanOf(draws.map(({ recall }) => recall)),
    coverage: coverages.length > 0 ? meanOf(coverages) : null,
  }
}

/** The simple baseline: the mean over a function's operators of what functions with that operator came to. */
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
        // As if two more functions with it had come to the mean: rare operators say little.
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

/** Maps are of all functions that have the features, measured or not, as the product's are. */
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
      // The measured rows come first.
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

function predictByProcess(features: string, places: KernelCoordinates): Predictor {
  return {
    ...{ method: 'Gaussian process', features },
    async predict(targets, heldOut) {
      const rows = listMeasured(targets)
      const known = Float64Array.from(rows, (row) => targets[row])
      const posterior = await conditionOn(places, rows, known, await tune(places, rows, known, SEED))
      const calibration = calibrate(posterior, known)
      return Array.from(heldOut, (row) => {
        const { mean, deviation } = predictAt(posterior, places, places, row)
        return { mean: clip(mean), standardDeviation: deviation * calibration }
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

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
