import { dot } from '../../numeric/dot.js'
import { createPace, SERVED_HOLD_MILLISECONDS } from '../pace.js'
import { computeCovariances, createKernel, type KernelCoordinates } from './gaussian-kernel.js'
import { listInducingRows, multiplyPacked, type Posterior } from './gaussian-posterior.js'

/** The joint normal distribution of some functions, in measured units, updated one measurement at a time. */
export interface JointPosterior {
  readonly means: Float64Array
  /** Variances without noise. */
  readonly variances: Float64Array
  /** Conditions on the measurement `value` of function `index`; correlated functions change too. */
  conditionOn(index: number, value: number): void
  /** An independent copy. */
  copy(): JointPosterior
}

/** A joint normal distribution before any measurement. */
export interface JointPrior {
  readonly means: Float64Array
  readonly variances: Float64Array
  readonly noise: number
  /** Covariances of function `index` with each function. */
  covariancesWith(index: number): Float64Array
}

/**
 * A joint posterior, starting from a prior over n functions. Each update is one step of a Cholesky decomposition: the
 * update after m measurements takes n × m products and n numbers of memory. The joint covariance would take n × n of
 * both.
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

/** The joint distribution of the first `size` rows of `others` under a conditioned process. */
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
  // This takes a quarter of a second for 400 functions and 300 measurements, and servers must answer other requests
  // meanwhile.
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
 * Joins the posteriors of two processes. `indices` gives the index of each function in the first posterior, or -1. A
 * function comes from the first posterior if it is there, otherwise from the second. Both are conditioned on every
 * measurement of their functions.
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
