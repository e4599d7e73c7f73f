import { dot } from '../../numeric/dot.js'
import { computeMoments } from '../../numeric/moments.js'
import { createRandomStream } from '../../numeric/random.js'
import { computeSymmetricEigenvectors } from '../../numeric/symmetric-eigenvectors.js'
import { createPace, type PaceOptions } from '../pace.js'
import type { FeatureMatrix } from './feature-matrix.js'

/**
 * The transformation of a vector before its projection.
 * PLAIN: none.
 * ASINH: asinh of each value. Some outputs reach 1e14, and compared with them all other functions would coincide; asinh
 * is the identity near 0 and logarithmic for large values of either sign.
 * SHAPE: subtract the vector's mean, divide by its standard deviation, then asinh. Functions that differ by a factor
 * and an offset become equal, as they are for a network that normalises its activations. A constant becomes zeros.
 */
export type FeatureForm = 'PLAIN' | 'ASINH' | 'SHAPE'

/**
 * A linear map from feature vectors to a few coordinates. Except for the omitted directions, Euclidean distances of
 * coordinates are root mean squares of the differences between transformed values.
 */
export interface FeatureProjection {
  readonly columns: number
  readonly width: number
  readonly form: FeatureForm
  /** width × columns, orthonormal rows divided by √columns. */
  readonly directions: Float32Array
}

const SAMPLE_ROWS = 96
/** Largest number of coordinates per feature vector. */
const MOST_WIDTH = 24

/**
 * The principal directions of a seeded sample of up to 96 rows, at most 24. Distances between thousands of vectors of
 * ten thousand values then cost a thousandth.
 */
export function fitProjection(matrix: FeatureMatrix, form: FeatureForm, seed: number): FeatureProjection {
  const { rows, columns, values } = matrix
  const chosen = createRandomStream(seed, 6).permutation(rows).subarray(0, SAMPLE_ROWS)
  const sample = Array.from(chosen, (row) =>
    toForm(values.subarray(row * columns, (row + 1) * columns), form, new Float64Array(columns)),
  )
  const mean = new Float64Array(columns)
  for (const row of sample) for (let column = 0; column < columns; column++) mean[column] += row[column] / sample.length
  for (const row of sample) for (let column = 0; column < columns; column++) row[column] -= mean[column]
  const products = sample.map((left) => Float64Array.from(sample, (right) => dot(left, right)))
  const { values: energies, vectors } = computeSymmetricEigenvectors(products)
  const kept = energies.filter((energy, index) => index < MOST_WIDTH && energy > 1e-9 * energies[0])
  const directions = new Float32Array(Math.max(1, kept.length) * columns)
  kept.forEach((energy, index) => {
    const scale = 1 / Math.sqrt(energy * columns)
    for (let column = 0; column < columns; column++) {
      let sum = 0
      for (let row = 0; row < sample.length; row++) sum += vectors[index][row] * sample[row][column]
      directions[index * columns + column] = sum * scale
    }
  })
  return { columns, width: Math.max(1, kept.length), form, directions }
}

/** The coordinates of each row: rows × width. */
export async function project(
  { columns, width, form, directions }: FeatureProjection,
  matrix: FeatureMatrix,
  options: PaceOptions = {},
): Promise<Float64Array> {
  const pace = createPace(options)
  const coordinates = new Float64Array(matrix.rows * width)
  const row = new Float64Array(columns)
  for (let index = 0; index < matrix.rows; index++) {
    if (pace.due()) await pace.pause(index / matrix.rows)
    toForm(matrix.values.subarray(index * columns, (index + 1) * columns), form, row)
    for (let direction = 0; direction < width; direction++) {
      const offset = direction * columns
      let sum = 0
      for (let column = 0; column < columns; column++) sum += row[column] * directions[offset + column]
      coordinates[index * width + direction] = sum
    }
  }
  return coordinates
}

function toForm(vector: Float32Array, form: FeatureForm, into: Float64Array): Float64Array {
  into.set(vector)
  if (form === 'PLAIN') return into
  if (form === 'SHAPE') toShape(into)
  for (let index = 0; index < into.length; index++) into[index] = Math.asinh(into[index])
  return into
}

function toShape(values: Float64Array): void {
  const { mean, variance } = computeMoments(values)
  // The variance of a constant is only rounding error.
  const scale = variance > 1e-20 * mean * mean ? 1 / Math.sqrt(variance) : 0
  for (let index = 0; index < values.length; index++) values[index] = (values[index] - mean) * scale
}
