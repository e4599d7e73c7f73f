import { computeNoise, type KernelPlaces } from './gaussian-kernel.js'
import { computeCovarianceAt, type Posterior, predictAt } from './gaussian-posterior.js'

/** What a process expects of some functions together, in measured units; noise is apart. */
export interface JointPosterior {
  readonly size: number
  readonly means: Float64Array
  /** size × size, without the noise. */
  readonly covariances: Float64Array
  /** Variance of the noise. */
  readonly noise: number
}

/** The joint posterior of all rows of `others` (Rasmussen & Williams 2006, equations 2.25 and 2.26). */
export function computeJointPosterior(
  posterior: Posterior,
  places: KernelPlaces,
  others: KernelPlaces,
  size: number,
): JointPosterior {
  const unit = posterior.scale ** 2
  const predictions = Array.from({ length: size }, (_, row) => predictAt(posterior, places, others, row))
  const covariances = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let value = computeCovarianceAt(posterior.parameters, others, i, others, j, i === j)
      const [left, right] = [predictions[i].explained, predictions[j].explained]
      for (let k = 0; k < left.length; k++) value -= left[k] * right[k]
      covariances[i * size + j] = covariances[j * size + i] = unit * value
    }
  }
  const noise = unit * computeNoise(posterior.parameters)
  return { size, means: Float64Array.from(predictions, ({ mean }) => mean), covariances, noise }
}

/** A copy that may be told of measurements. */
export function copyJoint(joint: JointPosterior): JointPosterior {
  return { ...joint, means: joint.means.slice(), covariances: joint.covariances.slice() }
}

/** Tells the process, in place, that function `index` was measured at `value`: one rank-one update of the normal. */
export function tell({ size, means, covariances, noise }: JointPosterior, index: number, value: number): void {
  const column = covariances.slice(index * size, (index + 1) * size)
  const variance = column[index] + noise
  if (!(variance > 0)) return
  const surprise = (value - means[index]) / variance
  for (let i = 0; i < size; i++) {
    means[i] += column[i] * surprise
    const share = column[i] / variance
    for (let j = 0; j < size; j++) covariances[i * size + j] -= share * column[j]
  }
}
