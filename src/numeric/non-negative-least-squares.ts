import { dot } from './dot.js'

/**
 * The weights, none negative, for which the weighted sum of the columns is nearest to the target: least squares by
 * coordinate descent (Franc, Hlaváč, Navara 2005, "Sequential coordinate-wise algorithm"). Columns have the length of the
 * target. A column of zeros gets the weight 0. Meant for few columns: each step costs their number squared.
 */
export function solveNonNegativeLeastSquares(columns: readonly Float64Array[], target: Float64Array): number[] {
  const products = columns.map((a) => columns.map((b) => dot(a, b)))
  // The gradient of half the squared error at weights of 0.
  const gradient = columns.map((column) => -dot(column, target))
  const weights = columns.map(() => 0)
  const scale = Math.max(...gradient.map(Math.abs), 0)
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let most = 0
    for (let k = 0; k < columns.length; k++) {
      if (products[k][k] <= 0) continue
      const next = Math.max(0, weights[k] - gradient[k] / products[k][k])
      const change = next - weights[k]
      if (change === 0) continue
      weights[k] = next
      for (let other = 0; other < columns.length; other++) gradient[other] += change * products[k][other]
      most = Math.max(most, Math.abs(change) * products[k][k])
    }
    if (most <= PRECISION * scale) break
  }
  return weights
}

const MOST_SWEEPS = 10_000
const PRECISION = 1e-12
