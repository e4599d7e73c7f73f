import { standardise } from '../../numeric/moments.js'
import { createRandomStream } from '../../numeric/random.js'
import { computeIntervalScale } from '../cross-validation/normal-interval.js'
import type { FeatureProjection } from '../feature-vectors/feature-projection.js'
import type { PaceOptions } from '../pace.js'
import type { Coordinates, KernelCoordinates, KernelParameters } from './gaussian-kernel.js'
import { conditionOn, type Posterior } from './gaussian-posterior.js'
import { computePairDistances, fitParameters, type Hyperprior, type PairDistances } from './marginal-likelihood.js'
import { type FeatureChoice, type ProjectedFeatures, toKernelCoordinates } from './projected-features.js'

/** Measured functions that the hyperparameters are fitted to at most, a seeded choice. */
const MOST_TUNED = 256

/** A process over one choice of features, conditioned on all measured rows. */
export interface FittedProcess {
  /** Null where it compares functions by their spectra alone. */
  readonly outputProjection: FeatureProjection | null
  /** Null where it compares functions by their outputs alone. */
  readonly spectrumProjection: FeatureProjection | null
  /** What the isolation of a spectrum is measured by; null where it does not compare by that. */
  readonly landmarks: Coordinates | null
  /** Of the measured rows. */
  readonly coordinates: KernelCoordinates
  readonly posterior: Posterior
  /** What standard deviations are multiplied by, so that nine of ten left-out measurements lie within 1.645 of them. */
  readonly calibration: number
}

export interface Tuning extends PaceOptions {
  /** Parameters to start from in the place of the usual ones, with fewer iterations. */
  readonly warm?: KernelParameters
  /** Rows to fit them to. @defaultValue MOST_TUNED */
  readonly most?: number
}

/** Hyperparameters of the greatest posterior density, given some of these rows. */
export async function tune(
  coordinates: KernelCoordinates,
  rows: Int32Array,
  targets: Float64Array,
  seed: number,
  { warm, most, ...pace }: Tuning = {},
): Promise<number[]> {
  const chosen = chooseTuned(rows.length, seed, most)
  const { standardised } = standardise(Float64Array.from(chosen, (index) => targets[index]))
  const distances = computePairDistances(
    coordinates,
    Int32Array.from(chosen, (index) => rows[index]),
  )
  const prior = createHyperprior(distances)
  return fitParameters(warm ?? prior.means, distances, standardised, { ...pace, prior, iterations: warm ? 10 : 40 })
}

/**
 * Normal distributions of the parameters' logarithms before the measurements, which tens of these hardly move and hundreds
 * do: equal shares of the variance for the terms, a twentieth for the noise. Lengths are multiples of the median distance.
 * A short length of the outputs would leave nearly all functions unlike all that was measured, and a search would look into
 * one after the other; spectra tell functions apart in finer steps. Chosen by searches: see docs/lab/surrogate-trials.md.
 */
function createHyperprior({ first, second, isolation }: PairDistances): Hyperprior {
  const medianLog = (all: Float64Array) => Math.log(Math.max(1e-6, median(all.filter((value) => value > 0))))
  const length = (distances: Float64Array, factor: number): Normal => [medianLog(distances) + Math.log(factor), 0.3]
  const share: Normal = [Math.log(second || isolation ? 1 / 3 : 1), 0.5]
  const noise: Normal = [Math.log(0.05), 0.5]
  // Outputs alone have to say everything: their length is for the measurements to decide.
  const ofOutputs: Normal = second ? length(first, 2) : [medianLog(first), 2]
  const normals = [share, isolation && !second ? length(first, SPECTRUM_LENGTH) : ofOutputs, noise]
  if (second) normals.push(share, length(second, SPECTRUM_LENGTH), share)
  if (isolation) normals.push(share, length(isolation, 3))
  return { means: normals.map(([mean]) => mean), deviations: normals.map(([, deviation]) => deviation) }
}

type Normal = readonly [mean: number, deviation: number]

const SPECTRUM_LENGTH = 0.5

/** Coordinates in a list of so many measured rows to which the hyperparameters are fitted. */
export function chooseTuned(count: number, seed: number, most = MOST_TUNED): Int32Array {
  if (count <= most) return Int32Array.from({ length: count }, (_, index) => index)
  return Int32Array.from(createRandomStream(seed, 7).permutation(count).subarray(0, most)).sort()
}

/** The process of one choice of features, its rows the measured ones in the order of `targets`. */
export async function fitProcess(
  features: ProjectedFeatures,
  choice: FeatureChoice,
  targets: Float64Array,
  parameters: KernelParameters,
  options: PaceOptions = {},
): Promise<FittedProcess> {
  const coordinates = toKernelCoordinates(features, choice)
  const posterior = await conditionOn(coordinates, Int32Array.from(targets.keys()), targets, parameters, options)
  return {
    outputProjection: choice.outputs && features.forms[choice.outputs].projection,
    spectrumProjection: coordinates.spectra && features.spectra ? features.spectra.projection : null,
    landmarks: coordinates.isolation && features.spectra ? features.spectra.landmarks : null,
    ...{ coordinates, posterior, calibration: calibrate(posterior, targets) },
  }
}

/** Measurements pile up at chance and near the top: normal deviations that fit the likelihood are too wide or too narrow. */
export function calibrate({ leftOutMeans, leftOutDeviations }: Posterior, targets: Float64Array): number {
  return computeIntervalScale(
    targets.map((target, row) => Math.abs(target - clip(leftOutMeans[row])) / leftOutDeviations[row]),
  )
}

/** An accuracy is a share; the process does not know. */
export function clip(mean: number): number {
  return Math.min(1, Math.max(0, mean))
}

function median(values: Float64Array): number {
  return values.length === 0 ? 1 : values.sort()[values.length >> 1]
}
