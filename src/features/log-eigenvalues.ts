import { computeSymmetricEigenvalues } from '../numeric/symmetric-eigenvalues.js'
import type { KroneckerFactor } from './kronecker-factors.js'

/** Relative floor: eigenvalues below this share of the largest are set to it (docs/decisions/0002-singular-factors.md). */
export const RELATIVE_FLOOR = 1e-10

/** Natural logarithms of one factor's eigenvalues. */
export interface LogEigenvalues {
  /** Logarithms above the floor, ascending. Their number is the factor's numerical rank. */
  values: Float64Array
  /** The logarithm of the floor, and the number of eigenvalues that are set to it. */
  floor: number
  floorCount: number
}

/** The factor's log eigenvalues; `null` if the factor is zero, because then none is finite. */
export function computeLogEigenvalues(factor: KroneckerFactor, relativeFloor = RELATIVE_FLOOR): LogEigenvalues | null {
  const eigenvalues = computeSymmetricEigenvalues(factor.matrix, factor.size)
  return toLogEigenvalues(eigenvalues, factor.dimension, relativeFloor)
}

/** The same from eigenvalues in ascending order. If `dimension` is larger than their number, the rest are exact zeros. */
export function toLogEigenvalues(
  eigenvalues: Float64Array,
  dimension: number,
  relativeFloor = RELATIVE_FLOOR,
): LogEigenvalues | null {
  const largest = eigenvalues[eigenvalues.length - 1]
  if (!(largest > 0)) return null
  const floor = relativeFloor * largest
  const firstAbove = eigenvalues.findIndex((value) => value > floor)
  const values = eigenvalues.slice(firstAbove).map(Math.log)
  return { values, floor: Math.log(relativeFloor) + Math.log(largest), floorCount: dimension - values.length }
}
