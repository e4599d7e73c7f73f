import assert from 'node:assert/strict'
import test from 'node:test'
import { computeSymmetricEigenvectors } from '../../src/numeric/symmetric-eigenvectors.js'
import { createRandomMatrix } from '../surrogate/random-features.js'

for (const [size, scale] of [
  [7, 1],
  [96, 1e6],
  [40, 1e-6],
]) {
  test(`A v = λ v, vectors are orthonormal, values descend: ${size} rows of size ${scale}`, () => {
    const noise = createRandomMatrix(size, size, 1).values
    const matrix = Array.from({ length: size }, (_, row) =>
      Float64Array.from(
        { length: size },
        (_, column) => scale * (noise[row * size + column] + noise[column * size + row]),
      ),
    )
    const { values, vectors } = computeSymmetricEigenvectors(matrix)
    const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, index) => sum + value * b[index], 0)
    vectors.forEach((vector, rank) => {
      matrix.forEach((row, index) => {
        assert.ok(Math.abs(dot(row, vector) - values[rank] * vector[index]) < 1e-12 * scale * size)
      })
      vectors.forEach((other, otherRank) => {
        assert.ok(Math.abs(dot(vector, other) - (rank === otherRank ? 1 : 0)) < 1e-12)
      })
      if (rank > 0) assert.ok(values[rank] <= values[rank - 1])
    })
  })
}

test('a worked example: [[2, 1], [1, 2]] has the values 3 and 1', () => {
  const { values } = computeSymmetricEigenvectors([Float64Array.of(2, 1), Float64Array.of(1, 2)])
  assert.ok(Math.abs(values[0] - 3) < 1e-14 && Math.abs(values[1] - 1) < 1e-14)
})
