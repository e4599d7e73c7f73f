import { computeSymmetricEigenvalues } from '../numeric/symmetric-eigenvalues.js'
import type { KroneckerFactor } from './kronecker-factors.js'

/** Eigenvalues below this part of their factor's largest are read as this part: docs/decisions/0002-singular-factors.md. */
export const RELATIVE_FLOOR = 1e-10

/** Natural logarithms of one factor's eigenvalues. */
export interface LogEigenvalues {
  /** Those above the floor, ascending; their number is the factor's numerical rank. */
  values: Float64Array
  /** The value that each eigenvalue below the floor takes, and how many do. */
  floor: number
  floorCount: number
}

/** The factor's log eigenvalues, `null` where it is zero throughout: then it has none that is finite. */
export function computeLogEigenvalues(factor: KroneckerFactor, relativeFloor = RELATIVE_FLOOR): LogEigenvalues | null {
  const eigenvalues = computeSymmetricEigenvalues(factor.matrix, factor.size)
  return toLogEigenvalues(eigenvalues, factor.dimension, relativeFloor)
}

/** The same from eigenvalues in ascending order; what `dimension` has beyond them are exact zeros. */
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
