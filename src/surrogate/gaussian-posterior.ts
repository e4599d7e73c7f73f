import { factorise, invertRow, solveLower, solveUpper } from './cholesky.js'
import {
  computeCovariance,
  computeNoise,
  computePlaceDistance,
  computePriorVariance,
  type KernelParameters,
  type KernelPlaces,
} from './gaussian-kernel.js'
import { computeCovarianceMatrix, computePairDistances } from './marginal-likelihood.js'
import { createPace, type PaceOptions } from './pace.js'

/** A Gaussian process that has seen some measurements. */
export interface Posterior {
  readonly parameters: KernelParameters
  /** Rows of the places that it has seen. */
  readonly rows: Int32Array
  /** Targets are (measured - centre) / scale. */
  readonly centre: number
  readonly scale: number
  /** K⁻¹ y of the standardised targets. */
  readonly weights: Float64Array
  /** The lower factor of K, row by row without what is above the diagonal, float32 so that it is small when stored. */
  readonly factor: Float32Array
  /** What each row is predicted without its own measurement, and how surely, noise included; in measured units. */
  readonly leftOutMeans: Float64Array
  readonly leftOutDeviations: Float64Array
}

/** Conditions the process on the targets of these rows of the places. Rejects where the signal is aborted. */
export async function conditionOn(
  places: KernelPlaces,
  rows: Int32Array,
  targets: Float64Array,
  parameters: KernelParameters,
  options: PaceOptions = {},
): Promise<Posterior> {
  const pace = createPace(options)
  const size = rows.length
  const centre = targets.reduce((sum, value) => sum + value, 0) / size
  const variance = targets.reduce((sum, value) => sum + (value - centre) ** 2, 0) / size
  const scale = variance > 0 ? Math.sqrt(variance) : 1
  const factor = computeCovarianceMatrix(parameters, computePairDistances(places, rows))
  await pace.pause(0.3)
  if (!factorise(factor, size)) throw new Error('the covariance of the measured functions is singular')
  await pace.pause(0.6)
  const standardised = targets.map((value) => (value - centre) / scale)
  const weights = solveUpper(factor, size, solveLower(factor, size, standardised))
  const precisions = new Float64Array(size)
  const row = new Float64Array(size)
  for (let k = 0; k < size; k++) {
    if (pace.due()) await pace.pause(0.6 + (0.4 * k) / size)
    invertRow(factor, size, k, row)
    for (let i = 0; i <= k; i++) precisions[i] += row[i] * row[i]
  }
  return {
    ...{ parameters, rows, centre, scale, weights },
    factor: pack(factor, size),
    leftOutMeans: targets.map((target, i) => target - (scale * weights[i]) / precisions[i]),
    leftOutDeviations: precisions.map((precision) => scale / Math.sqrt(precision)),
  }
}

export interface PosteriorPrediction {
  readonly mean: number
  /** Of a measurement, noise included. */
  readonly deviation: number
  /** Places in `posterior.rows` of the three of the greatest covariance, greatest first. */
  readonly nearest: readonly number[]
  /** L⁻¹ k, whose products with another function's are what the measurements explain of their covariance. */
  readonly explained: Float64Array
}

/**
 * The mean and standard deviation of a measurement of row `row` of other places, in measured units (Rasmussen & Williams
 * 2006, equations 2.25 and 2.26). `except` is left out of `nearest` alone.
 */
export function predictAt(
  posterior: Posterior,
  places: KernelPlaces,
  others: KernelPlaces,
  row: number,
  except = -1,
): PosteriorPrediction {
  const { parameters, rows, weights, factor, centre, scale } = posterior
  const size = rows.length
  const covariances = new Float64Array(size)
  for (let i = 0; i < size; i++) covariances[i] = computeCovarianceAt(parameters, places, rows[i], others, row)
  const nearest = takeGreatest(covariances, 3, except)
  let mean = 0
  for (let i = 0; i < size; i++) mean += covariances[i] * weights[i]
  let explained = 0
  let offset = 0
  for (let i = 0; i < size; i++) {
    let sum = covariances[i]
    for (let k = 0; k < i; k++) sum -= factor[offset + k] * covariances[k]
    const value = sum / factor[offset + i]
    covariances[i] = value
    explained += value * value
    offset += i + 1
  }
  const noise = computeNoise(parameters)
  const variance = Math.max(noise, computePriorVariance(parameters) + noise - explained)
  return { mean: centre + scale * mean, deviation: scale * Math.sqrt(variance), nearest, explained: covariances }
}

/** The covariance of two functions; of a function and itself where `isSame`. A spectrum of NaN is one that is not known. */
export function computeCovarianceAt(
  parameters: KernelParameters,
  left: KernelPlaces,
  a: number,
  right: KernelPlaces,
  b: number,
  isSame = false,
): number {
  if (isSame) return computePriorVariance(parameters)
  const outputs = computePlaceDistance(left.outputs, a, right.outputs, b)
  const spectra =
    left.spectra && right.spectra ? computePlaceDistance(left.spectra, a, right.spectra, b) : Number.POSITIVE_INFINITY
  return computeCovariance(parameters, outputs, Number.isNaN(spectra) ? Number.POSITIVE_INFINITY : spectra)
}

function pack(factor: Float64Array, size: number): Float32Array {
  const packed = new Float32Array((size * (size + 1)) / 2)
  let offset = 0
  for (let row = 0; row < size; row++) {
    packed.set(factor.subarray(row * size, row * size + row + 1), offset)
    offset += row + 1
  }
  return packed
}

function takeGreatest(values: Float64Array, count: number, except: number): number[] {
  const kept: number[] = []
  for (let index = 0; index < values.length; index++) {
    if (index === except) continue
    if (kept.length === count && values[index] <= values[kept[count - 1]]) continue
    let at = kept.length
    while (at > 0 && values[index] > values[kept[at - 1]]) at--
    kept.splice(at, 0, index)
    if (kept.length > count) kept.pop()
  }
  return kept
}
