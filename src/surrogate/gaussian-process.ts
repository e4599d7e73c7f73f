import { ActbenchError } from '../errors.js'
import { toFeatureMatrix } from './feature-matrix.js'
import { type FeatureProjection, fitProjection, project } from './feature-projection.js'
import type { KernelPlaces } from './gaussian-kernel.js'
import { conditionOn, type Posterior, predictAt } from './gaussian-posterior.js'
import { computeJointPosterior, type JointPosterior } from './joint-posterior.js'
import { computePairDistances, fitParameters } from './marginal-likelihood.js'
import { listMeasured } from './neighbour-regression.js'
import { createPace, type PaceOptions, refuse, toPartOf } from './pace.js'
import { NORMAL_90 } from './prediction-variance.js'
import { type CrossValidation, crossValidate, type Quality } from './quality.js'
import { createRandomGenerator, shuffleIndices } from './random-generator.js'
import { type FitInput, MINIMUM_EVALUATIONS, type PointPrediction } from './surrogate-method.js'

/** Measured functions that a fit rests on at most: its time grows with their cube. Beyond, a seeded choice of as many. */
export const MOST_CONDITIONED = 3000
/** Measured functions that the hyperparameters are fitted to at most, a seeded choice. */
const MOST_TUNED = 256

/** All that predictions need; rows are the measured functions that it rests on. */
export interface GaussianProcessFit {
  readonly algorithm: 'GAUSSIAN_PROCESS'
  readonly seed: number
  readonly ids: readonly string[]
  /** As measured. */
  readonly targets: Float64Array
  readonly outputProjection: FeatureProjection
  /** Null where the fit is on outputs alone. */
  readonly spectrumProjection: FeatureProjection | null
  readonly places: KernelPlaces
  readonly posterior: Posterior
  /** What standard deviations are multiplied by, so that nine of ten left-out measurements lie within 1.645 of them. */
  readonly calibration: number
}

/** Features of functions to predict: rows × columns each; `spectra` null where they are not known. */
export interface QueryFeatures {
  readonly rows: number
  readonly outputs: Float32Array
  readonly spectra: Float32Array | null
}

/**
 * A Gaussian process (Rasmussen & Williams 2006, algorithm 2.1) of the measured rows, exact up to MOST_CONDITIONED of
 * them. Its mean is constant, its kernel that of `computeCovariance` on up to 24 principal coordinates of each kind of
 * features, its hyperparameters maximise the marginal likelihood of up to 256 rows. Throws SURROGATE_UNAVAILABLE below
 * MINIMUM_EVALUATIONS measured rows, BAD_USER_INPUT for arrays that do not fit; rejects where the signal is aborted.
 */
export async function fitGaussianProcess(input: FitInput): Promise<GaussianProcessFit> {
  const { seed, targets: all, ids } = input
  if (all.length !== ids.length) refuse('targets', `${ids.length} values`, all.length)
  const outputs = toFeatureMatrix(input.outputs, ids.length, 'outputs')
  const spectra = input.spectra && toFeatureMatrix(input.spectra, ids.length, 'spectra')
  const rows = takeMeasured(all, seed)
  const pace = createPace(input)
  await pace.pause(0)
  const outputProjection = fitProjection(outputs, true, seed)
  const spectrumProjection = spectra && fitProjection(spectra, false, seed)
  await pace.pause(0.1)
  const take = ({ values, columns }: typeof outputs) => {
    const taken = new Float32Array(rows.length * columns)
    rows.forEach((row, place) => {
      taken.set(values.subarray(row * columns, (row + 1) * columns), place * columns)
    })
    return toFeatureMatrix(taken, rows.length, 'features')
  }
  const places: KernelPlaces = {
    outputs: {
      values: await project(outputProjection, take(outputs), toPartOf(input, 0.1, 0.2)),
      width: outputProjection.width,
    },
    spectra:
      spectra && spectrumProjection
        ? {
            values: await project(spectrumProjection, take(spectra), toPartOf(input, 0.2, 0.3)),
            width: spectrumProjection.width,
          }
        : null,
  }
  const targets = Float64Array.from(rows, (row) => all[row])
  const visible = Int32Array.from(rows.keys())
  const parameters = await tune(places, visible, targets, seed, { ...toPartOf(input, 0.3, 0.6) })
  const posterior = await conditionOn(places, visible, targets, parameters, toPartOf(input, 0.6, 1))
  await pace.pause(1)
  return {
    ...{ algorithm: 'GAUSSIAN_PROCESS', seed, targets, outputProjection, spectrumProjection, places, posterior },
    ids: Array.from(rows, (row) => ids[row]),
    calibration: calibrate(posterior, targets),
  }
}

/** Predictions of new functions, in order; without spectra they say so, and their deviations are wider. */
export async function predictGaussianProcess(
  fit: GaussianProcessFit,
  query: QueryFeatures,
  options: PaceOptions = {},
): Promise<PointPrediction[]> {
  const outputs = toFeatureMatrix(query.outputs, query.rows, 'outputs')
  checkColumns(outputs.columns, fit.outputProjection, query.rows, 'outputs')
  const spectra = query.spectra && fit.spectrumProjection ? toFeatureMatrix(query.spectra, query.rows, 'spectra') : null
  if (spectra && fit.spectrumProjection) checkColumns(spectra.columns, fit.spectrumProjection, query.rows, 'spectra')
  const places: KernelPlaces = {
    outputs: {
      values: await project(fit.outputProjection, outputs, toPartOf(options, 0, 0.2)),
      width: fit.outputProjection.width,
    },
    spectra:
      spectra && fit.spectrumProjection
        ? {
            values: await project(fit.spectrumProjection, spectra, toPartOf(options, 0.2, 0.4)),
            width: fit.spectrumProjection.width,
          }
        : null,
  }
  const pace = createPace(options)
  const predictions: PointPrediction[] = []
  for (let row = 0; row < query.rows; row++) {
    if (pace.due()) await pace.pause(0.4 + (0.6 * row) / query.rows)
    const { mean, deviation, nearest } = predictAt(fit.posterior, fit.places, places, row)
    predictions.push(toPrediction(fit, mean, deviation, nearest, spectra !== null))
  }
  return predictions
}

/** What the fit expects of some functions together; spectra that are not known are null. Throws as predictions do. */
export async function predictJointly(
  fit: GaussianProcessFit,
  functions: readonly { readonly outputs: Float32Array; readonly spectrum: Float32Array | null }[],
): Promise<JointPosterior> {
  const { outputProjection, spectrumProjection } = fit
  const projectOne = async (projection: FeatureProjection, vector: Float32Array | null) => {
    if (!vector) return new Float64Array(projection.width).fill(Number.NaN)
    const matrix = toFeatureMatrix(vector, 1, 'features')
    checkColumns(matrix.columns, projection, 1, 'features')
    return project(projection, matrix)
  }
  const collect = async (projection: FeatureProjection, vectors: readonly (Float32Array | null)[]) => {
    const values = new Float64Array(vectors.length * projection.width)
    for (const [row, vector] of vectors.entries()) {
      values.set(await projectOne(projection, vector), row * projection.width)
    }
    return { values, width: projection.width }
  }
  const others: KernelPlaces = {
    outputs: await collect(
      outputProjection,
      functions.map(({ outputs }) => outputs),
    ),
    spectra:
      spectrumProjection &&
      (await collect(
        spectrumProjection,
        functions.map(({ spectrum }) => spectrum),
      )),
  }
  return computeJointPosterior(fit.posterior, fit.places, others, functions.length)
}

/** Predictions of the fit's own rows, each without its own measurement (Rasmussen & Williams 2006, section 5.4.2). */
export function predictLeftOut(fit: GaussianProcessFit): PointPrediction[] {
  const { posterior, places } = fit
  return Array.from(fit.ids, (_, row) => {
    const { nearest } = predictAt(posterior, places, places, row, row)
    return toPrediction(
      fit,
      posterior.leftOutMeans[row],
      posterior.leftOutDeviations[row],
      nearest,
      places.spectra !== null,
    )
  })
}

/** Cross-validated quality: hyperparameters and calibration are fitted anew to each fold's visible measurements. */
export function computeGaussianProcessQuality(fit: GaussianProcessFit, settings: CrossValidation): Promise<Quality> {
  const { places, targets, seed, posterior } = fit
  return crossValidate(
    targets,
    async (visibleTargets, heldOut) => {
      const rows = listMeasured(visibleTargets)
      const known = Float64Array.from(rows, (row) => visibleTargets[row])
      const parameters = await tune(places, rows, known, seed, { signal: settings.signal, warm: posterior.parameters })
      const fold = await conditionOn(places, rows, known, parameters, { signal: settings.signal })
      const calibration = calibrate(fold, known)
      return Array.from(heldOut, (row) => {
        const { mean, deviation } = predictAt(fold, places, places, row)
        return { mean: clip(mean), standardDeviation: deviation * calibration }
      })
    },
    settings,
  )
}

function takeMeasured(targets: Float64Array, seed: number): Int32Array {
  const measured = listMeasured(targets)
  if (measured.length < MINIMUM_EVALUATIONS) {
    const message = `too few evaluations to fit a surrogate: ${measured.length}, at least ${MINIMUM_EVALUATIONS} are needed`
    throw new ActbenchError('SURROGATE_UNAVAILABLE', message, {
      needed: MINIMUM_EVALUATIONS,
      evaluations: measured.length,
    })
  }
  return choose(measured, MOST_CONDITIONED, seed)
}

function choose(rows: Int32Array, most: number, seed: number): Int32Array {
  if (rows.length <= most) return rows
  const order = shuffleIndices(rows.length, createRandomGenerator(seed, 7)).slice(0, most)
  return Int32Array.from(order, (place) => rows[place]).sort()
}

interface Tuning extends PaceOptions {
  /** Parameters to start from in the place of the usual ones, with fewer iterations. */
  readonly warm?: readonly number[]
}

/** Hyperparameters for targets that are standardised as `conditionOn` does it. */
async function tune(
  places: KernelPlaces,
  rows: Int32Array,
  targets: Float64Array,
  seed: number,
  { warm, ...pace }: Tuning,
): Promise<number[]> {
  const chosen = choose(Int32Array.from(rows.keys()), MOST_TUNED, seed)
  const values = standardise(Float64Array.from(chosen, (place) => targets[place]))
  const distances = computePairDistances(
    places,
    Int32Array.from(chosen, (place) => rows[place]),
  )
  const medianLog = (all: Float64Array) => Math.log(Math.max(1e-6, median(all.filter((value) => value > 0))))
  // A third of the variance for each term and a tenth for the noise; lengths of the median distance.
  const third = Math.log(distances.spectra ? 1 / 3 : 1)
  const start = [third, medianLog(distances.outputs), Math.log(0.1)]
  if (distances.spectra) start.push(third, medianLog(distances.spectra), third)
  return fitParameters(warm ?? start, distances, values, { ...pace, prior: start, iterations: warm ? 10 : 40 })
}

function standardise(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  const scale = variance > 0 ? Math.sqrt(variance) : 1
  return values.map((value) => (value - mean) / scale)
}

function median(values: Float64Array): number {
  return values.length === 0 ? 1 : values.sort()[values.length >> 1]
}

/** Measurements pile up at chance and near the top: normal deviations that fit the likelihood are too wide or too narrow. */
function calibrate({ leftOutMeans, leftOutDeviations }: Posterior, targets: Float64Array): number {
  const ratios = targets
    .map((target, row) => Math.abs(target - clip(leftOutMeans[row])) / leftOutDeviations[row])
    .sort()
  const wide = ratios[Math.min(ratios.length, Math.ceil(0.9 * (ratios.length + 1))) - 1]
  return wide > 0 ? wide / NORMAL_90 : 1
}

function toPrediction(
  fit: GaussianProcessFit,
  mean: number,
  deviation: number,
  basedOn: readonly number[],
  withSpectrum: boolean,
): PointPrediction {
  return {
    mean: clip(mean),
    standardDeviation: deviation * fit.calibration,
    basedOn,
    features: withSpectrum ? ['OUTPUTS', 'FISHER_SPECTRUM'] : ['OUTPUTS'],
    place: null,
  }
}

/** An accuracy is a share; the process does not know. */
function clip(mean: number): number {
  return Math.min(1, Math.max(0, mean))
}

function checkColumns(columns: number, projection: FeatureProjection, rows: number, argument: string): void {
  if (rows > 0 && columns !== projection.columns)
    refuse(argument, `${rows} × ${projection.columns} values`, rows * columns)
}
