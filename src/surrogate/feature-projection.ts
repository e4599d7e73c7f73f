import type { FeatureMatrix } from './feature-matrix.js'
import { createPace, type PaceOptions } from './pace.js'
import { createRandomGenerator, shuffleIndices } from './random-generator.js'
import { computeSymmetricEigenvectors } from './symmetric-eigenvectors.js'

/**
 * A linear map of feature vectors to a few coordinates whose Euclidean distances are, but for what the left-out directions
 * hold, root mean squares of the differences. `squash`: each value's asinh is mapped in its stead.
 */
export interface FeatureProjection {
  readonly columns: number
  readonly width: number
  readonly squash: boolean
  /** width × columns, orthonormal rows divided by √columns. */
  readonly directions: Float32Array
}

const SAMPLE_ROWS = 96
/** Coordinates kept of each feature vector. */
const MOST_WIDTH = 24

/**
 * The principal directions of a seeded sample of up to 96 rows: at most 24, so that distances among thousands of vectors
 * of ten thousand values cost thousandths. Outputs are squashed: single functions reach 1e14, and beside them all others
 * would lie in one point; asinh is the identity near 0 and a logarithm far off, with either sign.
 */
export function fitProjection(matrix: FeatureMatrix, squash: boolean, seed: number): FeatureProjection {
  const { rows, columns, values } = matrix
  const chosen = shuffleIndices(rows, createRandomGenerator(seed, 6)).slice(0, SAMPLE_ROWS)
  const sample = Array.from(chosen, (row) =>
    Float64Array.from(values.subarray(row * columns, (row + 1) * columns), squash ? Math.asinh : undefined),
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
  return { columns, width: Math.max(1, kept.length), squash, directions }
}

/** The coordinates of each row: rows × width. */
export async function project(
  { columns, width, squash, directions }: FeatureProjection,
  matrix: FeatureMatrix,
  options: PaceOptions = {},
): Promise<Float64Array> {
  const pace = createPace(options)
  const places = new Float64Array(matrix.rows * width)
  const row = new Float64Array(columns)
  for (let index = 0; index < matrix.rows; index++) {
    if (pace.due()) await pace.pause(index / matrix.rows)
    const start = index * columns
    for (let column = 0; column < columns; column++) {
      const value = matrix.values[start + column]
      row[column] = squash ? Math.asinh(value) : value
    }
    for (let direction = 0; direction < width; direction++) {
      const offset = direction * columns
      let sum = 0
      for (let column = 0; column < columns; column++) sum += row[column] * directions[offset + column]
      places[index * width + direction] = sum
    }
  }
  return places
}

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0
  for (let index = 0; index < left.length; index++) sum += left[index] * right[index]
  return sum
}
