import { factorise, invert, solveLower, solveUpper } from '../../numeric/cholesky.js'
import { createPace, type PaceOptions } from '../pace.js'
import {
  type Coordinates,
  computeCoordinateDistance,
  createKernel,
  type KernelCoordinates,
  type KernelParameters,
  listKinds,
} from './gaussian-kernel.js'

/** Distances between all pairs of functions: size × size for each kind that a kernel compares; null for the others. */
export interface PairDistances {
  readonly size: number
  readonly first: Float64Array
  readonly second: Float64Array | null
  readonly isolation: Float64Array | null
}

/** The distances between these rows. */
export function computePairDistances(coordinates: KernelCoordinates, rows: ArrayLike<number>): PairDistances {
  const size = rows.length
  const compute = (kind: Coordinates) => {
    const distances = new Float64Array(size * size)
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < i; j++) {
        distances[i * size + j] = distances[j * size + i] = computeCoordinateDistance(kind, rows[i], kind, rows[j])
      }
    }
    return distances
  }
  const [first, second, isolation] = listKinds(coordinates)
  return {
    ...{ size, first: compute(first) },
    second: second && compute(second),
    isolation: isolation && compute(isolation),
  }
}

/** The covariance matrix with the noise on its diagonal. */
export function computeCovarianceMatrix(parameters: KernelParameters, distances: PairDistances): Float64Array {
  const { size, first, second, isolation } = distances
  const matrix = new Float64Array(size * size)
  const { covariance, noise: ownNoise } = createKernel(parameters)
  const noise = ownNoise + JITTER
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const pair = i * size + j
      const value = covariance(first[pair], second ? second[pair] : 0, isolation ? isolation[pair] : 0)
      matrix[pair] = matrix[j * size + i] = i === j ? value + noise : value
    }
  }
  return matrix
}

/**
 * The logarithm of the marginal likelihood of `targets` and its gradient with respect to the parameters (Rasmussen &
 * Williams 2006, equations 2.30 and 5.9). Null if the covariance is singular to rounding.
 */
export function computeMarginalLikelihood(
  parameters: KernelParameters,
  distances: PairDistances,
  targets: Float64Array,
): { value: number; gradient: Float64Array } | null {
  const { size, first, second, isolation } = distances
  const factor = computeCovarianceMatrix(parameters, distances)
  if (!factorise(factor, size)) return null
  const weights = solveUpper(factor, size, solveLower(factor, size, targets.slice()))
  let value = (-size / 2) * Math.log(2 * Math.PI)
  for (let i = 0; i < size; i++) value -= 0.5 * targets[i] * weights[i] + Math.log(factor[i * size + i])
  const inverse = invert(factor, size)
  const { differentiate, noise } = createKernel(parameters)
  const gradient = new Float64Array(parameters.length)
  const slopes = new Float64Array(parameters.length)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const pair = i * size + j
      const share = (weights[i] * weights[j] - inverse[pair]) * (i === j ? 0.5 : 1)
      differentiate(first[pair], second ? second[pair] : 0, isolation ? isolation[pair] : 0, slopes)
      if (i === j) slopes[2] = noise
      for (let k = 0; k < slopes.length; k++) gradient[k] += share * slopes[k]
    }
  }
  return { value, gradient }
}

/** Independent normal distributions of the parameters, which are logarithms. */
export interface Hyperprior {
  readonly means: KernelParameters
  readonly deviations: readonly number[]
}

/**
 * Parameters that maximise the marginal likelihood times a normal prior. The prior keeps parameters that the data do
 * not determine near its mean. Without one, a weak prior around the start applies (standard deviation 2). BFGS with
 * step halving; it ends after `iterations`, or when a step gains less than 1e-4.
 */
export async function fitParameters(
  start: KernelParameters,
  distances: PairDistances,
  targets: Float64Array,
  options: PaceOptions & { readonly iterations?: number; readonly prior?: Hyperprior } = {},
): Promise<number[]> {
  const { iterations = 40, prior = { means: start, deviations: start.map(() => WEAK_DEVIATION) } } = options
  const pace = createPace(options)
  const count = start.length
  const evaluate = (parameters: readonly number[]): Objective | null => {
    const likelihood = computeMarginalLikelihood(parameters, distances, targets)
    if (!likelihood || !Number.isFinite(likelihood.value)) return null
    const offsets = parameters.map((value, k) => (value - prior.means[k]) / prior.deviations[k])
    return {
      parameters,
      value: offsets.reduce((sum, offset) => sum - 0.5 * offset * offset, likelihood.value),
      gradient: offsets.map((offset, k) => likelihood.gradient[k] - offset / prior.deviations[k]),
    }
  }
  let current = evaluate(start)
  let hessian = identity(count)
  for (let iteration = 0; current && iteration < iterations; iteration++) {
    if (pace.due()) await pace.pause(iteration / iterations)
    const { gradient, parameters, value } = current
    const direction = limit(hessian.map((row) => row.reduce((sum, cell, k) => sum + cell * gradient[k], 0)))
    let next: Objective | null = null
    for (let step = 1; step > 1e-4 && !next; step /= 2) {
      const tried = evaluate(parameters.map((own, k) => own + step * direction[k]))
      if (tried && tried.value > value) next = tried
    }
    if (!next) break
    hessian = updateInverse(hessian, current, next)
    const gain = next.value - value
    current = next
    if (gain < 1e-4) break
  }
  return [...(current?.parameters ?? start)]
}

/** Keeps the covariance of equal rows positive definite if the noise is almost 0. Targets are standardised. */
const JITTER = 1e-8
const WEAK_DEVIATION = 2

interface Objective {
  readonly parameters: readonly number[]
  readonly value: number
  readonly gradient: readonly number[]
}

const identity = (count: number): number[][] =>
  Array.from({ length: count }, (_, i) => Array.from({ length: count }, (_, j) => (i === j ? 0.05 : 0)))

/** Limits a step so that no parameter changes by more than a factor e. */
function limit(direction: readonly number[]): number[] {
  const longest = Math.max(1, ...direction.map(Math.abs))
  return direction.map((value) => value / longest)
}

/** BFGS update of the inverse Hessian of the negated objective (Nocedal & Wright 2006, equation 6.17). */
function updateInverse(inverse: readonly (readonly number[])[], from: Objective, to: Objective): number[][] {
  const count = inverse.length
  const step = to.parameters.map((value, k) => value - from.parameters[k])
  const change = from.gradient.map((value, k) => value - to.gradient[k])
  const curvature = step.reduce((sum, value, k) => sum + value * change[k], 0)
  if (curvature <= 1e-10) return inverse.map((row) => [...row])
  const product = inverse.map((row) => row.reduce((sum, value, k) => sum + value * change[k], 0))
  const scale = (curvature + change.reduce((sum, value, k) => sum + value * product[k], 0)) / (curvature * curvature)
  return Array.from({ length: count }, (_, i) =>
    Array.from(
      { length: count },
      (_, j) => inverse[i][j] + scale * step[i] * step[j] - (product[i] * step[j] + step[i] * product[j]) / curvature,
    ),
  )
}
