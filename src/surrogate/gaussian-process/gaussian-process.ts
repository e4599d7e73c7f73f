import { type CrossValidation, crossValidate, type Quality } from '../cross-validation/quality.js'
import { toFeatureMatrix } from '../feature-vectors/feature-matrix.js'
import { type FeatureProjection, project } from '../feature-vectors/feature-projection.js'
import { createPace, type PaceOptions, refuse, SERVED_HOLD_MILLISECONDS, toPartOf } from '../pace.js'
import {
  type FeatureName,
  type FitInput,
  listMeasured,
  nameFeatures,
  type PointPrediction,
  requireEvaluations,
} from '../surrogate-method.js'
import { rateFeatureChoices } from './choose-features.js'
import { calibrate, clip, type FittedProcess, fitProcess, tune } from './fitted-process.js'
import type { KernelCoordinates } from './gaussian-kernel.js'
import { conditionOn, findMostInfluential, predictAt } from './gaussian-posterior.js'
import { computeIsolation } from './isolation.js'
import { computeJointPosterior, type JointPosterior, joinPosteriors } from './joint-posterior.js'
import { projectFeatures } from './projected-features.js'

/** All that predictions need; rows are the measured functions that it rests on. */
export interface GaussianProcessFit {
  readonly algorithm: 'GAUSSIAN_PROCESS'
  readonly seed: number
  readonly ids: readonly string[]
  /** As measured. */
  readonly targets: Float64Array
  /** Over the features that rank best what is left out. */
  readonly best: FittedProcess
  /** Over outputs alone, for functions whose spectrum is not known; null where `best` is that. */
  readonly byOutputs: FittedProcess | null
}

/** Features of functions to predict: rows × columns each; `spectra` null where they are not known. */
export interface QueryFeatures {
  readonly rows: number
  readonly outputs: Float32Array
  readonly spectra: Float32Array | null
}

/**
 * A Gaussian process of the measured rows (Rasmussen & Williams 2006). Its mean is constant, its kernel that of
 * `createKernel` on up to 24 principal coordinates of each kind of features, its hyperparameters maximise the marginal
 * likelihood of up to 256 rows. Of outputs in two forms, with and without spectra, and spectra alone, it takes what
 * leave-one-out cross-validation prefers; functions without a spectrum get a process of outputs alone. Throws
 * SURROGATE_UNAVAILABLE below MINIMUM_EVALUATIONS measured rows, BAD_USER_INPUT for arrays that do not fit; rejects where
 * the signal is aborted.
 */
export async function fitGaussianProcess(input: FitInput): Promise<GaussianProcessFit> {
  const { seed, targets: all, ids } = input
  if (all.length !== ids.length) refuse('targets', `${ids.length} values`, all.length)
  const outputs = toFeatureMatrix(input.outputs, ids.length, 'outputs')
  const spectra = input.spectra && toFeatureMatrix(input.spectra, ids.length, 'spectra')
  const rows = listMeasured(all)
  requireEvaluations(rows.length)
  const pace = createPace(input)
  await pace.pause(0)
  const features = await projectFeatures(outputs, spectra, rows, seed, toPartOf(input, 0, 0.2))
  const targets = Float64Array.from(rows, (row) => all[row])
  const ownRows = Int32Array.from(rows.keys())
  const rated = await rateFeatureChoices(features, ownRows, targets, seed, toPartOf(input, 0.2, 0.7))
  const fit = ({ choice, parameters }: (typeof rated)[number], options: PaceOptions) =>
    fitProcess(features, choice, targets, parameters, options)
  const best = await fit(rated[0], toPartOf(input, 0.7, 0.85))
  const alone = rated.find(({ choice }) => !choice.spectra)
  const byOutputs = best.spectrumProjection && alone ? await fit(alone, toPartOf(input, 0.85, 1)) : null
  await pace.pause(1)
  return {
    ...{ algorithm: 'GAUSSIAN_PROCESS', seed, targets, best, byOutputs },
    ids: Array.from(rows, (row) => ids[row]),
  }
}

/** Predictions of new functions, in order; without spectra they come from the outputs alone, and say so. */
export async function predictGaussianProcess(
  fit: GaussianProcessFit,
  query: QueryFeatures,
  options: PaceOptions = {},
): Promise<PointPrediction[]> {
  const process = chooseProcess(fit, query.spectra !== null)
  const coordinates = await toQueryCoordinates(process, query, toPartOf(options, 0, 0.4))
  const pace = createPace(options)
  const predictions: PointPrediction[] = []
  for (let row = 0; row < query.rows; row++) {
    if (pace.due()) await pace.pause(0.4 + (0.6 * row) / query.rows)
    const { mean, deviation } = predictAt(process.posterior, process.coordinates, coordinates, row)
    const basedOn = findMostInfluential(process.posterior, process.coordinates, coordinates, row)
    predictions.push(toPrediction(process, mean, deviation, basedOn))
  }
  return predictions
}

/** The process that predicts functions whose spectrum is known, or is not. */
export function chooseProcess(fit: GaussianProcessFit, withSpectrum: boolean): FittedProcess {
  return withSpectrum || !fit.byOutputs ? fit.best : fit.byOutputs
}

/**
 * The highest mean of a measured function, its own measurement included: what an expected improvement is over. Sought among
 * the 32 that were measured best.
 */
export function findIncumbent({ best, targets }: GaussianProcessFit): number {
  const rows = [...targets.keys()].sort((a, b) => targets[b] - targets[a]).slice(0, 32)
  const { posterior, coordinates } = best
  return rows.reduce((most, row) => Math.max(most, clip(predictAt(posterior, coordinates, coordinates, row).mean)), 0)
}

/** Where new functions lie for a process. Throws BAD_USER_INPUT for arrays of other lengths. */
export async function toQueryCoordinates(
  { outputProjection, spectrumProjection, landmarks }: FittedProcess,
  query: QueryFeatures,
  options: PaceOptions = {},
): Promise<KernelCoordinates> {
  const toKind = async (projection: FeatureProjection, values: Float32Array, argument: string, from: number) => {
    const matrix = toFeatureMatrix(values, query.rows, argument)
    const { columns, width } = projection
    if (query.rows > 0 && matrix.columns !== columns) {
      refuse(argument, `${query.rows} × ${columns} values`, query.rows * matrix.columns)
    }
    return { values: await project(projection, matrix, toPartOf(options, from, from + 0.45)), width }
  }
  if (spectrumProjection && !query.spectra) throw new Error('this process needs spectra')
  const outputs = outputProjection && (await toKind(outputProjection, query.outputs, 'outputs', 0))
  const spectra =
    spectrumProjection && query.spectra && (await toKind(spectrumProjection, query.spectra, 'spectra', 0.45))
  const isolation = landmarks && spectra && (await computeIsolation(landmarks, spectra, toPartOf(options, 0.9, 1)))
  return { outputs, spectra, isolation }
}

/** What the fit believes of some functions together; spectra that are not known are null. Throws as predictions do. */
export async function predictJointly(
  fit: GaussianProcessFit,
  functions: readonly { readonly outputs: Float32Array; readonly spectrum: Float32Array | null }[],
): Promise<JointPosterior> {
  const ownPosterior = async (process: FittedProcess, own: typeof functions) => {
    const query = {
      rows: own.length,
      outputs: concatenate(own.map(({ outputs }) => outputs)),
      spectra: process.spectrumProjection && concatenate(own.map(({ spectrum }) => spectrum as Float32Array)),
    }
    const coordinates = await toQueryCoordinates(process, query, { holdMilliseconds: SERVED_HOLD_MILLISECONDS })
    return computeJointPosterior(process.posterior, process.coordinates, coordinates, own.length)
  }
  if (!fit.byOutputs) return ownPosterior(fit.best, functions)
  const known = functions.filter(({ spectrum }) => spectrum !== null)
  const best = await ownPosterior(fit.best, known)
  if (known.length === functions.length) return best
  const indexOf = new Map(known.map((each, index) => [each, index]))
  const indices = Int32Array.from(functions, (each) => indexOf.get(each) ?? -1)
  return joinPosteriors(best, await ownPosterior(fit.byOutputs, functions), indices)
}

/** Predictions of the fit's own rows, each without its own measurement (Rasmussen & Williams 2006, section 5.4.2). */
export function predictLeftOut({ best, ids }: GaussianProcessFit): PointPrediction[] {
  const { posterior, coordinates } = best
  return Array.from(ids, (_, row) => {
    const basedOn = findMostInfluential(posterior, coordinates, coordinates, row, row)
    return toPrediction(best, posterior.leftOutMeans[row], posterior.leftOutDeviations[row], basedOn)
  })
}

/**
 * Cross-validated quality of the best process: hyperparameters and calibration are fitted anew to each fold's visible
 * measurements; the choice among five sets of features, made once, stays.
 */
export function computeGaussianProcessQuality(
  { best, targets, seed }: GaussianProcessFit,
  settings: CrossValidation,
): Promise<Quality> {
  const { coordinates, posterior } = best
  return crossValidate(
    targets,
    async (visibleTargets, heldOut) => {
      const rows = listMeasured(visibleTargets)
      const known = Float64Array.from(rows, (row) => visibleTargets[row])
      const { signal } = settings
      const parameters = await tune(coordinates, rows, known, seed, { signal, warm: posterior.parameters })
      const fold = await conditionOn(coordinates, rows, known, parameters, { signal })
      const calibration = calibrate(fold, known)
      return Array.from(heldOut, (row) => {
        const { mean, deviation } = predictAt(fold, coordinates, coordinates, row)
        return { mean: clip(mean), standardDeviation: deviation * calibration }
      })
    },
    settings,
  )
}

function concatenate(vectors: readonly Float32Array[]): Float32Array {
  const columns = vectors[0]?.length ?? 0
  const all = new Float32Array(vectors.length * columns)
  for (const [row, vector] of vectors.entries()) {
    if (vector.length !== columns) refuse('features', `${columns} values each`, vector.length)
    all.set(vector, row * columns)
  }
  return all
}

/** What a process compares functions by. */
export function listFeatures({ outputProjection, spectrumProjection }: FittedProcess): FeatureName[] {
  return nameFeatures(outputProjection !== null, spectrumProjection !== null)
}

function toPrediction(
  process: FittedProcess,
  mean: number,
  deviation: number,
  basedOn: readonly number[],
): PointPrediction {
  return {
    mean: clip(mean),
    standardDeviation: deviation * process.calibration,
    basedOn,
    features: listFeatures(process),
    mapPoint: null,
  }
}
