import { createPace, SERVED_HOLD_MILLISECONDS } from '../pace.js'
import { computeCovariances, createKernel, type KernelCoordinates } from './gaussian-kernel.js'
import { listInducingRows, multiplyPacked, type Posterior } from './gaussian-posterior.js'

/** What a process expects of some functions together, in measured units, as it is told of one after the other. */
export interface JointPosterior {
  readonly means: Float64Array
  /** Without the noise. */
  readonly variances: Float64Array
  /** That function `index` was measured at `value`: all that are like it change. */
  conditionOn(index: number, value: number): void
  /** The same beliefs, to be told of something without these knowing. */
  copy(): JointPosterior
}

/** A normal distribution before it is told of anything. */
export interface JointPrior {
  readonly means: Float64Array
  readonly variances: Float64Array
  readonly noise: number
  /** Covariances of function `index` and each function. */
  covariancesWith(index: number): Float64Array
}

/**
 * JointPosterior that begin with a prior. Each telling is one step of a Cholesky decomposition over all functions: n × told
 * products and n numbers of memory, where the joint covariance would take n × n of either.
 */
export function createJointPosterior(prior: JointPrior): JointPosterior {
  const known = new Map<number, Float64Array>()
  const covariancesWith = (index: number) => {
    const found = known.get(index) ?? prior.covariancesWith(index)
    known.set(index, found)
    return found
  }
  return start(prior.means.slice(), prior.variances.slice(), [], { noise: prior.noise, covariancesWith })
}

/** What a process that has seen measurements believes of the first `size` rows of `others`. */
export async function computeJointPosterior(
  posterior: Posterior,
  coordinates: KernelCoordinates,
  others: KernelCoordinates,
  size: number,
): Promise<JointPosterior> {
  const kernel = createKernel(posterior.parameters)
  const unit = posterior.scale ** 2
  const inducing = listInducingRows(posterior)
  const rows = Int32Array.from({ length: size }, (_, row) => row)
  const covariances: Float64Array[] = []
  const explained: Float64Array[] = []
  // A quarter of a second for 400 functions and 300 measurements: servers answer others meanwhile.
  const pace = createPace({ holdMilliseconds: SERVED_HOLD_MILLISECONDS })
  for (const row of rows) {
    if (pace.due()) await pace.pause(row / size)
    const own = computeCovariances(kernel, coordinates, inducing, others, row)
    covariances.push(own)
    explained.push(multiplyPacked(posterior.explained, own))
  }
  return createJointPosterior({
    means: Float64Array.from(covariances, (own) => posterior.centre + posterior.scale * dot(own, posterior.weights)),
    variances: Float64Array.from(rows, (row) =>
      Math.max(0, unit * (kernel.variance - dot(covariances[row], explained[row]))),
    ),
    noise: unit * kernel.noise,
    covariancesWith(index) {
      const own = computeCovariances(kernel, others, rows, others, index)
      return own.map((value, row) => unit * (value - dot(covariances[row], explained[index])))
    },
  })
}

/**
 * JointPosterior of two processes as one: functions for which `isFirst` are read from the first, the others from the second. Both
 * are told of whatever they know; `places` gives each function's index in the first, -1 where that has none.
 */
export function joinPosteriors(first: JointPosterior, second: JointPosterior, indices: Int32Array): JointPosterior {
  const join = (left: Float64Array, right: Float64Array) =>
    right.map((value, index) => (indices[index] < 0 ? value : left[indices[index]]))
  return {
    get means() {
      return join(first.means, second.means)
    },
    get variances() {
      return join(first.variances, second.variances)
    },
    conditionOn(index, value) {
      if (indices[index] >= 0) first.conditionOn(indices[index], value)
      second.conditionOn(index, value)
    },
    copy: () => joinPosteriors(first.copy(), second.copy(), indices),
  }
}

function start(
  means: Float64Array,
  variances: Float64Array,
  columns: Float64Array[],
  prior: Pick<JointPrior, 'noise' | 'covariancesWith'>,
): JointPosterior {
  return {
    means,
    variances,
    conditionOn(index, value) {
      const column = prior.covariancesWith(index).slice()
      for (const before of columns) {
        const share = before[index]
        for (let i = 0; i < column.length; i++) column[i] -= share * before[i]
      }
      const variance = column[index] + prior.noise
      if (!(variance > 0)) return
      const surprise = (value - means[index]) / variance
      const root = Math.sqrt(variance)
      for (let i = 0; i < column.length; i++) {
        means[i] += column[i] * surprise
        column[i] /= root
        variances[i] = Math.max(0, variances[i] - column[i] * column[i])
      }
      columns.push(column)
    },
    copy: () => start(means.slice(), variances.slice(), columns.slice(), prior),
  }
}

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0
  for (let index = 0; index < left.length; index++) sum += left[index] * right[index]
  return sum
}
