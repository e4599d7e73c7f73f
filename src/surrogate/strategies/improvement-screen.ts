import { factorise } from '../../numeric/cholesky.js'
import { computeIntervalFactor } from '../cross-validation/interval-curve.js'
import { clip, type FittedProcess } from '../gaussian-process/fitted-process.js'
import { computeCovariances, createKernel, type KernelCoordinates } from '../gaussian-process/gaussian-kernel.js'
import { listInducingRows } from '../gaussian-process/gaussian-posterior.js'
import { orderByPivots } from '../gaussian-process/inducing-points.js'
import { computeExpectedImprovement } from './improvement-strategy.js'

/** Searches many functions for high expected improvement. */
export interface ImprovementScreen {
  /** The expected improvement of row `row` of `others` over the best; null if it is certainly less than `least`. */
  improvementAt(others: KernelCoordinates, row: number, least: number): number | null
}

/**
 * A screen by a conditioned process. The costly part of a prediction is the explained variance kᵀ B k. With B = Rᵀ R
 * and R lower triangular, it is a sum of squares, row by row of R. Each stage bounds the deviation from above, and thus
 * the improvement. The most informative functions come first, so a few rows decide about most functions.
 */
export async function createImprovementScreen(
  { posterior, coordinates, intervals }: FittedProcess,
  best: number,
): Promise<ImprovementScreen> {
  const { parameters, centre, scale } = posterior
  const kernel = createKernel(parameters)
  const inducing = listInducingRows(posterior)
  const order = await orderByPivots(coordinates, inducing, parameters)
  const rows = order.map((index) => inducing[index])
  const weights = Float64Array.from(order, (index) => posterior.weights[index])
  const root = computeRoot(posterior.explained, order)
  const total = kernel.variance + kernel.noise
  return {
    improvementAt(others, row, least) {
      const covariances = computeCovariances(kernel, coordinates, rows, others, row)
      let mean = 0
      for (let i = 0; i < weights.length; i++) mean += covariances[i] * weights[i]
      const expected = clip(centre + scale * mean)
      const factor = computeIntervalFactor(intervals, expected)
      const improve = (explained: number) => {
        const deviation = scale * Math.sqrt(Math.max(kernel.noise, total - explained))
        return computeExpectedImprovement(expected, deviation * factor, best)
      }
      let explained = 0
      for (let i = 0, offset = 0, stage = 1; i < rows.length; offset += ++i) {
        if (i === stage) {
          if (improve(explained) < least) return null
          stage *= 2
        }
        let sum = 0
        for (let j = 0; j <= i; j++) sum += root[offset + j] * covariances[j]
        explained += sum * sum
      }
      const improvement = improve(explained)
      return improvement < least ? null : improvement
    },
  }
}

/** R, packed lower triangle, for a packed B with rows and columns in the given order. */
function computeRoot(packed: Float64Array, order: Int32Array): Float64Array {
  const size = order.length
  const at = (a: number, b: number) => (a < b ? packed[(b * (b + 1)) / 2 + a] : packed[(a * (a + 1)) / 2 + b])
  const trace = order.reduce((sum, index) => sum + at(index, index), 0)
  // In reverse order, the lower factor of a Cholesky decomposition is the required upper factor. The explained variance
  // may be singular to rounding; the added diagonal is below the accuracy of the process itself.
  for (let jitter = 1e-12; jitter < 1; jitter *= 100) {
    const factor = new Float64Array(size * size)
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) factor[i * size + j] = at(order[size - 1 - i], order[size - 1 - j])
      factor[i * size + i] += (jitter * trace) / size
    }
    if (!factorise(factor, size)) continue
    const root = new Float64Array(packed.length)
    for (let i = 0, offset = 0; i < size; offset += ++i) {
      for (let j = 0; j <= i; j++) root[offset + j] = factor[(size - 1 - j) * size + size - 1 - i]
    }
    return root
  }
  throw new Error('explained variance: no Cholesky factor; expected a positive semidefinite matrix')
}
