import { computeIntervalFactor } from '../cross-validation/interval-curve.js'
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
import { type RatedChoice, rateFeatureChoices } from './choose-features.js'
import { clip, type FittedProcess, fitProcess, tune } from './fitted-process.js'
import type { KernelCoordinates } from './gaussian-kernel.js'
import { findMostInfluential, type MeanOnly, predictAt } from './gaussian-posterior.js'
import { computeIsolation } from './isolation.js'
import { computeJointPosterior, type JointPosterior, joinPosteriors } from './joint-posterior.js'
import { addRows, projectFeatures, toKernelCoordinates } from './projected-features.js'
import { combineMembers, type Members, predictMembers, predictMembersLeftOut, type Stack } from './stack.js'

/** Everything that predictions need. Rows are the measured functions, those without a spectrum at the end. */
export interface GaussianProcessFit {
  readonly algorithm: 'GAUSSIAN_PROCESS'
  readonly seed: number
  readonly ids: readonly string[]
  /** Measured metric of each row. */
  readonly targets: Float64Array
  /** The process on the features with the best leave-one-out ranking. If it compares spectra, its rows are those with one. */
  readonly best: FittedProcess
  /** The process on the outputs of all rows, for functions without a known spectrum; null if `best` is that. */
  readonly byOutputs: FittedProcess | null
  /** The best process that compares spectra, as a member of the stack; null if that is `best`, and without spectra. */
  readonly paired: FittedProcess | null
  /** The process on the same spectra only, as a member of the stack; null if there is none, or if `best` or `paired` is that. */
  readonly bySpectra: MeanOnly | null
  /** Weights of the means of functions with a spectrum; null before cross-validation, and if `best` alone is better. */
  readonly stack: Stack | null
}

/** Features of functions to predict: rows × columns each. `spectra` is null if they are not known. */
export interface QueryFeatures {
  readonly rows: number
  readonly outputs: Float32Array
  readonly spectra: Float32Array | null
}

/**
 * Fits a Gaussian process to the measured rows (Rasmussen & Williams 2006). Its mean is constant, and its kernel is
 * that of `createKernel` on up to 24 principal coordinates of each kind of feature. The hyperparameters maximise the
 * posterior density given up to 256 rows. Leave-one-out cross-validation chooses between two forms of outputs, with and
 * without spectra, and spectra only. Functions without a spectrum get a process on outputs only, which also learns from
 * measured functions without one. Throws SURROGATE_UNAVAILABLE if fewer than MINIMUM_EVALUATIONS rows are measured, and BAD_USER_INPUT for arrays of wrong
 * lengths. Rejects if the signal aborts.
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
  const known = Float64Array.from(rows, (row) => all[row])
  const ownRows = Int32Array.from(rows.keys())
  const rated = await rateFeatureChoices(features, ownRows, known, seed, toPartOf(input, 0.2, 0.7))
  const bare = spectra ? (input.withoutSpectra ?? NO_FUNCTIONS) : NO_FUNCTIONS
  const targets = Float64Array.from([...known, ...bare.targets])
  const fit = async ({ choice, parameters }: RatedChoice, options: PaceOptions) => {
    const coordinates = toKernelCoordinates(features, choice)
    if (!choice.outputs || choice.spectra || bare.ids.length === 0)
      return fitProcess(features, choice, coordinates, known, parameters, options)
    const further = toFeatureMatrix(bare.outputs, bare.ids.length, 'withoutSpectra')
    const extended = await addRows(features, choice.outputs, further)
    const tuned = await tune(extended, Int32Array.from(targets.keys()), targets, seed, { signal: input.signal })
    return fitProcess(features, choice, extended, targets, tuned, options)
  }
  const best = await fit(rated[0], toPartOf(input, 0.7, 0.85))
  const withoutSpectra = rated.find(({ choice }) => !choice.spectra)
  const byOutputs =
    best.spectrumProjection && withoutSpectra ? await fit(withoutSpectra, toPartOf(input, 0.85, 0.95)) : null
  const withSpectra = rated.find(({ choice }) => choice.spectra)
  const paired = withSpectra && !best.spectrumProjection ? await fit(withSpectra, toPartOf(input, 0.85, 0.95)) : null
  const ofSpectra = (paired ?? best).outputProjection && rated.find(({ choice }) => choice.spectra && !choice.outputs)
  const bySpectra = ofSpectra ? toMeanOnly(await fit(ofSpectra, toPartOf(input, 0.95, 1))) : null
  await pace.pause(1)
  return {
    ...{ algorithm: 'GAUSSIAN_PROCESS', seed, targets, best, byOutputs, paired, bySpectra, stack: null },
    ids: [...Array.from(rows, (row) => ids[row]), ...bare.ids],
  }
}

function toMeanOnly({ posterior }: FittedProcess): MeanOnly {
  const { parameters, rows, inducing, centre, scale, weights, leftOutMeans } = posterior
  return { parameters, rows, inducing, centre, scale, weights, leftOutMeans }
}

/** What the fit can stack for functions with a spectrum; null without spectra. */
export function membersOf({ targets, best, byOutputs, paired, bySpectra }: GaussianProcessFit): Members | null {
  if (paired) return { targets, paired, byOutputs: best, bySpectra }
  return byOutputs && { targets, paired: best, byOutputs, bySpectra }
}

const NO_FUNCTIONS = { ids: [], outputs: new Float32Array(0), targets: new Float64Array(0) }

/** The process that predicts a row: only that on outputs knows the rows without a spectrum. */
export function processOfRow({ best, byOutputs }: GaussianProcessFit, row: number): FittedProcess {
  return byOutputs && row >= best.posterior.rows.length ? byOutputs : best
}

/** Predictions of new functions, in their order. Without spectra they use outputs only, and say so. */
export async function predictGaussianProcess(
  fit: GaussianProcessFit,
  query: QueryFeatures,
  options: PaceOptions = {},
): Promise<PointPrediction[]> {
  const process = chooseProcess(fit, query.spectra !== null)
  const coordinates = await toQueryCoordinates(process, query, toPartOf(options, 0, 0.2))
  const members = fit.stack && query.spectra ? membersOf(fit) : null
  const further =
    members && (await toQueryCoordinates(fit.paired ?? members.byOutputs, query, toPartOf(options, 0.2, 0.4)))
  const places =
    further && (fit.paired ? { paired: further, byOutputs: coordinates } : { paired: coordinates, byOutputs: further })
  const pace = createPace(options)
  const predictions: PointPrediction[] = []
  for (let row = 0; row < query.rows; row++) {
    if (pace.due()) await pace.pause(0.4 + (0.6 * row) / query.rows)
    const { mean, deviation } = predictAt(process.posterior, process.coordinates, coordinates, row)
    const basedOn = findMostInfluential(process.posterior, process.coordinates, coordinates, row)
    const means = members && places && predictMembers(members, places, row)
    predictions.push(toPrediction(process, mean, deviation, basedOn, fit.stack && means && { stack: fit.stack, means }))
  }
  return predictions
}

/** The process for functions with, or without, a known spectrum. */
export function chooseProcess(fit: GaussianProcessFit, withSpectrum: boolean): FittedProcess {
  return withSpectrum || !fit.byOutputs ? fit.best : fit.byOutputs
}

/**
 * The highest posterior mean of a measured function, including its own measurement: the incumbent of expected
 * improvement. The search covers the 32 best measurements.
 */
export function findIncumbent(fit: GaussianProcessFit): number {
  const { targets } = fit
  const rows = [...targets.keys()].sort((a, b) => targets[b] - targets[a]).slice(0, 32)
  return rows.reduce((most, row) => {
    const { posterior, coordinates } = processOfRow(fit, row)
    return Math.max(most, clip(predictAt(posterior, coordinates, coordinates, row).mean))
  }, 0)
}

/** Coordinates of new functions for a process. Throws BAD_USER_INPUT for arrays of wrong lengths. */
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
  if (spectrumProjection && !query.spectra)
    throw new Error('spectra: missing; expected the spectra of the functions for this process')
  const outputs = outputProjection && (await toKind(outputProjection, query.outputs, 'outputs', 0))
  const spectra =
    spectrumProjection && query.spectra && (await toKind(spectrumProjection, query.spectra, 'spectra', 0.45))
  const isolation = landmarks && spectra && (await computeIsolation(landmarks, spectra, toPartOf(options, 0.9, 1)))
  return { outputs, spectra, isolation }
}

/** The joint posterior of some functions; unknown spectra are null. Throws as predictions do. */
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
export function predictLeftOut(fit: GaussianProcessFit): PointPrediction[] {
  const members = fit.stack && membersOf(fit)
  return fit.ids.map((_, row) => {
    const process = processOfRow(fit, row)
    const { posterior, coordinates } = process
    const basedOn = findMostInfluential(posterior, coordinates, coordinates, row, row)
    const means = members && row < members.paired.posterior.rows.length ? predictMembersLeftOut(members, row) : null
    const stacked = fit.stack && means && { stack: fit.stack, means }
    return toPrediction(process, posterior.leftOutMeans[row], posterior.leftOutDeviations[row], basedOn, stacked)
  })
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

/** The kinds of features that a process compares. */
export function listFeatures({ outputProjection, spectrumProjection }: FittedProcess): FeatureName[] {
  return nameFeatures(outputProjection !== null, spectrumProjection !== null)
}

function toPrediction(
  process: FittedProcess,
  mean: number,
  deviation: number,
  basedOn: readonly number[],
  stacked: { readonly stack: Stack; readonly means: readonly number[] } | null,
): PointPrediction {
  const final = stacked ? combineMembers(stacked.stack, stacked.means) : clip(mean)
  const { intervals } = stacked?.stack ?? process
  return {
    mean: final,
    standardDeviation: deviation * computeIntervalFactor(intervals, final),
    basedOn,
    features: stacked ? nameFeatures(true, true) : listFeatures(process),
    mapPoint: null,
  }
}
