import { factorise, invert } from '../../numeric/cholesky.js'
import { standardise } from '../../numeric/moments.js'
import { createPace, type PaceOptions } from '../pace.js'
import { computeCovariances, createKernel, type KernelCoordinates, type KernelParameters } from './gaussian-kernel.js'
import { type Conditioned, computeSparsePosterior } from './inducing-points.js'
import { computeCovarianceMatrix, computePairDistances } from './marginal-likelihood.js'

/**
 * The process is exact up to this many measured functions. Above it, this many inducing functions represent all of
 * them.
 */
export const MOST_INDUCING = 512

/** A Gaussian process conditioned on measurements. */
export interface Posterior {
  readonly parameters: KernelParameters
  /** Rows of the coordinates that were measured. */
  readonly rows: Int32Array
  /** Targets are (measured - centre) / scale. */
  readonly centre: number
  readonly scale: number
  /**
   * Indices in `rows` of the inducing functions, with which new functions are compared; all of them if the process is
   * exact.
   */
  readonly inducing: Int32Array
  /** For covariances k with the inducing functions, the mean is kᵀ weights, and the explained variance is kᵀ B k. */
  readonly weights: Float64Array
  /** The lower triangle of B, row by row. */
  readonly explained: Float64Array
  /**
   * Mean and standard deviation of each row, including noise, in measured units, by a process without its measurement: also
   * centre and scale are those of the other rows. Only the parameters stay.
   */
  readonly leftOutMeans: Float64Array
  readonly leftOutDeviations: Float64Array
}

interface ConditionOptions extends PaceOptions {
  /** @defaultValue MOST_INDUCING */
  readonly mostInducing?: number
}

/**
 * Conditions the process on the targets of these rows. The result is exact up to 512 rows (Rasmussen & Williams 2006,
 * algorithm 2.1); above that it uses 512 inducing functions (see `inducing-points.ts`). Rejects if the signal aborts.
 */
export async function conditionOn(
  coordinates: KernelCoordinates,
  rows: Int32Array,
  targets: Float64Array,
  parameters: KernelParameters,
  options: ConditionOptions = {},
): Promise<Posterior> {
  const { mostInducing = MOST_INDUCING } = options
  const size = rows.length
  const { centre, scale, standardised } = standardise(targets)
  const { residuals, residualsOfOne, precisions, ...known } =
    size <= mostInducing
      ? await conditionExactly(coordinates, rows, standardised, parameters, options)
      : await computeSparsePosterior(coordinates, rows, standardised, parameters, mostInducing, options)
  return {
    ...{ parameters, rows, centre, scale, ...known },
    leftOutMeans: targets.map((target, i) => {
      // Residuals of targets around the mean of the others.
      const shift = centre - centreWithout(target, centre, size)
      return target - (scale * residuals[i] + shift * residualsOfOne[i]) / precisions[i]
    }),
    leftOutDeviations: precisions.map(
      (precision, i) => scaleWithout(targets[i], centre, scale, size) / Math.sqrt(precision),
    ),
  }
}

/** The mean of the other targets. */
function centreWithout(target: number, centre: number, size: number): number {
  return size > 1 ? centre + (centre - target) / (size - 1) : centre
}

/** The population deviation of the other targets, or 1 if they are all equal. */
function scaleWithout(target: number, centre: number, scale: number, size: number): number {
  if (size < 2) return scale
  const variance = (size * scale ** 2 - ((target - centre) ** 2 * size) / (size - 1)) / (size - 1)
  return variance > LEAST_SHARE * scale ** 2 ? Math.sqrt(variance) : 1
}

/** A variance below this share of the whole one is rounding. */
const LEAST_SHARE = 1e-12

/** What the mean of a process needs; its variance needs more. */
export type MeanOnly = Pick<
  Posterior,
  'parameters' | 'rows' | 'inducing' | 'centre' | 'scale' | 'weights' | 'leftOutMeans'
>

/** The mean of `predictAt`, in a small part of its time. */
export function predictMeanAt(
  posterior: MeanOnly,
  coordinates: KernelCoordinates,
  others: KernelCoordinates,
  row: number,
): number {
  const { parameters, weights, centre, scale } = posterior
  const kernel = createKernel(parameters)
  const covariances = computeCovariances(kernel, coordinates, listInducingRows(posterior), others, row)
  return centre + scale * covariances.reduce((sum, covariance, i) => sum + covariance * weights[i], 0)
}

export interface PosteriorPrediction {
  readonly mean: number
  /** Standard deviation of a measurement, including noise. */
  readonly deviation: number
}

/**
 * The mean and standard deviation of a measurement of row `row` of `others`, in measured units (Rasmussen & Williams
 * 2006, equations 2.25 and 2.26).
 */
export function predictAt(
  posterior: Posterior,
  coordinates: KernelCoordinates,
  others: KernelCoordinates,
  row: number,
): PosteriorPrediction {
  const { parameters, weights, explained, centre, scale } = posterior
  const kernel = createKernel(parameters)
  const covariances = computeCovariances(kernel, coordinates, listInducingRows(posterior), others, row)
  let mean = 0
  let square = 0
  let offset = 0
  for (let i = 0; i < weights.length; i++) {
    const own = covariances[i]
    mean += own * weights[i]
    let sum = 0
    for (let j = 0; j < i; j++) sum += explained[offset + j] * covariances[j]
    square += own * (2 * sum + explained[offset + i] * own)
    offset += i + 1
  }
  const variance = Math.max(kernel.noise, kernel.variance + kernel.noise - square)
  return { mean: centre + scale * mean, deviation: scale * Math.sqrt(variance) }
}

/**
 * Indices in `posterior.rows` of the three functions with the greatest covariance with row `row` of `others`, greatest
 * first. `except` is left out.
 */
export function findMostInfluential(
  { parameters, rows }: Posterior,
  coordinates: KernelCoordinates,
  others: KernelCoordinates,
  row: number,
  except = -1,
): number[] {
  return takeGreatest(computeCovariances(createKernel(parameters), coordinates, rows, others, row), 3, except)
}

/** Rows of the inducing functions. */
export function listInducingRows({ rows, inducing }: Pick<Posterior, 'rows' | 'inducing'>): Int32Array {
  return inducing.length === rows.length ? rows : inducing.map((index) => rows[index])
}

async function conditionExactly(
  coordinates: KernelCoordinates,
  rows: Int32Array,
  targets: Float64Array,
  parameters: KernelParameters,
  options: PaceOptions,
): Promise<Conditioned> {
  const pace = createPace(options)
  const size = rows.length
  const factor = computeCovarianceMatrix(parameters, computePairDistances(coordinates, rows))
  if (!factorise(factor, size))
    throw new Error('covariance of the measured functions: singular; expected a positive definite matrix')
  await pace.pause(0.5)
  const inverse = invert(factor, size)
  await pace.pause(1)
  const explained = pack(inverse, size)
  const residuals = multiplyPacked(explained, targets)
  return {
    ...{ explained, residuals, weights: residuals, inducing: Int32Array.from(rows.keys()) },
    residualsOfOne: multiplyPacked(explained, new Float64Array(size).fill(1)),
    precisions: Float64Array.from(rows, (_, i) => inverse[i * size + i]),
  }
}

/** The lower triangle of a row-major matrix, row by row. */
export function pack(matrix: Float64Array, size: number): Float64Array {
  const packed = new Float64Array((size * (size + 1)) / 2)
  let offset = 0
  for (let row = 0; row < size; row++) {
    packed.set(matrix.subarray(row * size, row * size + row + 1), offset)
    offset += row + 1
  }
  return packed
}

/** The product of a packed symmetric matrix and a vector. */
export function multiplyPacked(packed: Float64Array, vector: Float64Array): Float64Array {
  const product = new Float64Array(vector.length)
  let offset = 0
  for (let i = 0; i < vector.length; i++) {
    const own = vector[i]
    let sum = 0
    for (let j = 0; j < i; j++) {
      const value = packed[offset + j]
      sum += value * vector[j]
      product[j] += value * own
    }
    product[i] += sum + packed[offset + i] * own
    offset += i + 1
  }
  return product
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
