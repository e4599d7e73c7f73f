import { factorise, invert, solveLower, solveUpper } from '../../numeric/cholesky.js'
import { dot } from '../../numeric/dot.js'
import { createPace, type PaceOptions } from '../pace.js'
import { computeCovariances, createKernel, type KernelCoordinates, type KernelParameters } from './gaussian-kernel.js'

/**
 * Result of conditioning, in standardised units. `precisions` is the diagonal of K⁻¹, `residuals` is K⁻¹ y, and
 * `residualsOfOne` is K⁻¹ times a vector of ones.
 */
export interface Conditioned {
  readonly inducing: Int32Array
  readonly weights: Float64Array
  readonly explained: Float64Array
  readonly residuals: Float64Array
  readonly residualsOfOne: Float64Array
  readonly precisions: Float64Array
}

/**
 * Conditions a process on many measurements by `count` inducing functions: the fully independent training conditional
 * of Snelson & Ghahramani 2006 (Quiñonero-Candela & Rasmussen 2005, section 6). The covariance is K ≈ Q + Λ. Q is the
 * part that the inducing functions explain; Λ is diagonal and holds the rest and the noise. This takes n m² products
 * instead of n³ / 6, and a prediction compares with m functions instead of n. The inducing functions are the pivots of
 * a Cholesky decomposition: each is the function that the earlier pivots explain least (Fine & Scheinberg 2001).
 * Memory: n × m numbers.
 */
export async function computeSparsePosterior(
  coordinates: KernelCoordinates,
  rows: Int32Array,
  targets: Float64Array,
  parameters: KernelParameters,
  count: number,
  options: PaceOptions = {},
): Promise<Conditioned> {
  const pace = createPace(options)
  const { noise } = createKernel(parameters)
  const { columns, pivots, rest } = await decompose(coordinates, rows, parameters, count, options)
  const size = pivots.length
  const noises = rest.map((left) => Math.max(0, left) + noise)
  // C = I + Lᵀ Λ⁻¹ L, and Lᵀ Λ⁻¹ y.
  const scaled = columns.map((column) => column.map((value, row) => value / noises[row]))
  const matrix = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    if (pace.due()) await pace.pause(0.5 + (0.3 * i * i) / (size * size))
    for (let j = 0; j <= i; j++) matrix[i * size + j] = dot(scaled[i], columns[j]) + (i === j ? 1 : 0)
  }
  const factor = matrix.slice()
  if (!factorise(factor, size))
    throw new Error('covariance of the inducing functions: singular; expected a positive definite matrix')
  const solve = (values: Float64Array) =>
    solveUpper(
      factor,
      size,
      solveLower(
        factor,
        size,
        Float64Array.from(scaled, (column) => dot(column, values)),
      ),
    )
  const ones = new Float64Array(rows.length).fill(1)
  const own = solve(targets)
  // These give the inverse of Q + Λ, Λ⁻¹ - Λ⁻¹ L C⁻¹ Lᵀ Λ⁻¹ (Woodbury). Only its diagonal and its product with y are
  // needed.
  const leave = (values: Float64Array, explained: Float64Array) => {
    const left = values.slice()
    for (const [k, column] of columns.entries()) {
      for (let row = 0; row < rows.length; row++) left[row] -= column[row] * explained[k]
    }
    return left.map((value, row) => value / noises[row])
  }
  const precisions = noises.map((value) => 1 / value)
  const vector = new Float64Array(size)
  for (let row = 0; row < rows.length; row++) {
    if (pace.due()) await pace.pause(0.8 + (0.2 * row) / rows.length)
    for (let k = 0; k < size; k++) vector[k] = columns[k][row]
    solveLower(factor, size, vector)
    precisions[row] -= dot(vector, vector) / noises[row] ** 2
  }
  return {
    ...{ inducing: pivots, precisions, residuals: leave(targets, own), residualsOfOne: leave(ones, solve(ones)) },
    ...toInducingBasis(columns, pivots, factor, own),
  }
}

/** Indices of all rows in `rows`, the most informative first (see `computeSparsePosterior`). */
export async function orderByPivots(
  coordinates: KernelCoordinates,
  rows: Int32Array,
  parameters: KernelParameters,
): Promise<Int32Array> {
  const { pivots } = await decompose(coordinates, rows, parameters, rows.length, {})
  const known = new Set(pivots)
  return Int32Array.from([...pivots, ...[...rows.keys()].filter((index) => !known.has(index))])
}

/** The decomposition ends when a pivot would explain less than this share of the variance. */
const LEAST_EXPLAINED = 1e-6

interface Decomposition {
  /** Lᵀ: column k over all rows. */
  readonly columns: Float64Array[]
  readonly pivots: Int32Array
  /** The variance of each row that the pivots do not explain. */
  readonly rest: Float64Array
}

async function decompose(
  coordinates: KernelCoordinates,
  rows: Int32Array,
  parameters: KernelParameters,
  count: number,
  options: PaceOptions,
): Promise<Decomposition> {
  const pace = createPace(options)
  const kernel = createKernel(parameters)
  const rest = new Float64Array(rows.length).fill(kernel.variance)
  const columns: Float64Array[] = []
  const pivots: number[] = []
  while (pivots.length < count) {
    if (pace.due()) await pace.pause((0.5 * pivots.length) / count)
    const pivot = findGreatest(rest)
    if (rest[pivot] < LEAST_EXPLAINED * kernel.variance) break
    const column = computeCovariances(kernel, coordinates, rows, coordinates, rows[pivot])
    for (const before of columns) {
      const share = before[pivot]
      for (let row = 0; row < column.length; row++) column[row] -= share * before[row]
    }
    const root = Math.sqrt(rest[pivot])
    for (let row = 0; row < column.length; row++) {
      column[row] /= root
      rest[row] -= column[row] * column[row]
    }
    // Rounding must not make this row a pivot again.
    rest[pivot] = 0
    columns.push(column)
    pivots.push(pivot)
  }
  return { columns, pivots: Int32Array.from(pivots), rest }
}

/**
 * Changes from the basis of the decomposition to covariances with the inducing functions: L_p⁻ᵀ (I - C⁻¹) L_p⁻¹, and
 * L_p⁻ᵀ own.
 */
function toInducingBasis(columns: Float64Array[], pivots: Int32Array, factor: Float64Array, own: Float64Array) {
  const size = pivots.length
  const lower = new Float64Array(size * size)
  for (let i = 0; i < size; i++) for (let k = 0; k <= i; k++) lower[i * size + k] = columns[k][pivots[i]]
  const inverse = invert(factor, size)
  const middle = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) middle[i * size + j] = middle[j * size + i] = Number(i === j) - inverse[i * size + j]
  }
  // Solves from both sides, row by row. M is symmetric, so its rows are its columns.
  const half = transposeOf(solveRows(lower, middle, size), size)
  const full = solveRows(lower, half, size)
  const explained = new Float64Array((size * (size + 1)) / 2)
  for (let i = 0, at = 0; i < size; i++) for (let j = 0; j <= i; j++) explained[at++] = full[i * size + j]
  return { explained, weights: solveUpper(lower, size, own.slice()) }
}

/** Applies L⁻ᵀ to each row. */
function solveRows(lower: Float64Array, matrix: Float64Array, size: number): Float64Array {
  for (let row = 0; row < size; row++) solveUpper(lower, size, matrix.subarray(row * size, (row + 1) * size))
  return matrix
}

function transposeOf(matrix: Float64Array, size: number): Float64Array {
  const transposed = new Float64Array(size * size)
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) transposed[j * size + i] = matrix[i * size + j]
  return transposed
}

function findGreatest(values: Float64Array): number {
  let greatest = 0
  for (let index = 1; index < values.length; index++) if (values[index] > values[greatest]) greatest = index
  return greatest
}
