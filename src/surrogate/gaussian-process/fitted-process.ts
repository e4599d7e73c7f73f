import { standardise } from '../../numeric/moments.js'
import { createRandomStream } from '../../numeric/random.js'
import { fitIntervalCurve, type IntervalCurve } from '../cross-validation/interval-curve.js'
import type { FeatureProjection } from '../feature-vectors/feature-projection.js'
import type { PaceOptions } from '../pace.js'
import type { Coordinates, KernelCoordinates, KernelParameters } from './gaussian-kernel.js'
import { conditionOn, type Posterior } from './gaussian-posterior.js'
import { computePairDistances, fitParameters, type Hyperprior, type PairDistances } from './marginal-likelihood.js'
import type { FeatureChoice, ProjectedFeatures } from './projected-features.js'

/** Largest number of measured functions to which hyperparameters are fitted; a seeded choice. */
const MOST_TUNED = 256

/** A process on one choice of features, conditioned on all measured rows. */
export interface FittedProcess {
  /** Null if the process compares spectra only. */
  readonly outputProjection: FeatureProjection | null
  /** Null if the process compares outputs only. */
  readonly spectrumProjection: FeatureProjection | null
  /** Landmarks for the isolation of a spectrum; null if the process does not compare isolation. */
  readonly landmarks: Coordinates | null
  /** Coordinates of the measured rows. */
  readonly coordinates: KernelCoordinates
  readonly posterior: Posterior
  /** Factors for standard deviations, so that nine of ten new measurements lie within 1.645 of them. */
  readonly intervals: IntervalCurve
}

export interface Tuning extends PaceOptions {
  /** Initial parameters of an earlier fit to nearly the same measurements; fewer iterations follow. */
  readonly warm?: KernelParameters
  /** Largest number of rows in the fit. @defaultValue MOST_TUNED */
  readonly most?: number
}

/** The hyperparameters with the greatest posterior density given some of these rows. */
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

/** The most probable hyperparameters before any measurement, by the distances between some of `count` rows. */
export function guessParameters(coordinates: KernelCoordinates, count: number, seed: number): KernelParameters {
  return createHyperprior(computePairDistances(coordinates, chooseTuned(count, seed))).means
}

/**
 * Normal priors of the logarithms of the parameters. Tens of measurements hardly move them; hundreds do. The terms
 * share the variance equally, and the noise has a twentieth. Length scales are multiples of the median distance. With a
 * short length scale for outputs, nearly all functions would be unlike every measured one, and a search would try them
 * one after the other. Spectra distinguish functions more finely. The values were chosen by simulated searches: see
 * docs/lab/surrogate-trials.md.
 */
function createHyperprior({ first, second, isolation }: PairDistances): Hyperprior {
  const medianLog = (all: Float64Array) => Math.log(Math.max(1e-6, median(all.filter((value) => value > 0))))
  const length = (distances: Float64Array, factor: number): Normal => [medianLog(distances) + Math.log(factor), 0.3]
  const share: Normal = [Math.log(second || isolation ? 1 / 3 : 1), 0.5]
  const noise: Normal = [Math.log(0.05), 0.5]
  // Without spectra, the measurements decide the length scale of outputs.
  const ofOutputs: Normal = second ? length(first, 2) : [medianLog(first), 2]
  const normals = [share, isolation && !second ? length(first, SPECTRUM_LENGTH) : ofOutputs, noise]
  if (second) normals.push(share, length(second, SPECTRUM_LENGTH), share)
  if (isolation) normals.push(share, length(isolation, 3))
  return { means: normals.map(([mean]) => mean), deviations: normals.map(([, deviation]) => deviation) }
}

type Normal = readonly [mean: number, deviation: number]

const SPECTRUM_LENGTH = 0.5

/** Indices, in a list of `count` measured rows, of the rows to which hyperparameters are fitted. */
export function chooseTuned(count: number, seed: number, most = MOST_TUNED): Int32Array {
  if (count <= most) return Int32Array.from({ length: count }, (_, index) => index)
  return Int32Array.from(createRandomStream(seed, 7).permutation(count).subarray(0, most)).sort()
}

/** The process on one choice of features; row i of the coordinates has target i. */
export async function fitProcess(
  features: ProjectedFeatures,
  choice: FeatureChoice,
  coordinates: KernelCoordinates,
  targets: Float64Array,
  parameters: KernelParameters,
  options: PaceOptions = {},
): Promise<FittedProcess> {
  const posterior = await conditionOn(coordinates, Int32Array.from(targets.keys()), targets, parameters, options)
  return {
    outputProjection: choice.outputs && features.forms[choice.outputs].projection,
    spectrumProjection: coordinates.spectra && features.spectra ? features.spectra.projection : null,
    landmarks: coordinates.isolation && features.spectra ? features.spectra.landmarks : null,
    ...{ coordinates, posterior, intervals: fitLeftOutIntervals(posterior, targets) },
  }
}

/** The intervals by left-out measurements. Those by cross-validation replace them, where there is time for it. */
export function fitLeftOutIntervals(
  { leftOutMeans, leftOutDeviations }: Posterior,
  targets: Float64Array,
): IntervalCurve {
  return fitIntervalCurve(
    Array.from(targets, (measured, row) => {
      return { measured, mean: clip(leftOutMeans[row]), standardDeviation: leftOutDeviations[row] }
    }),
  )
}

/** Clips a mean to [0, 1]: an accuracy is a share, but the process does not know this. */
export function clip(mean: number): number {
  return Math.min(1, Math.max(0, mean))
}

function median(values: Float64Array): number {
  return values.length === 0 ? 1 : values.sort()[values.length >> 1]
}
