import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom } from '../../src/numeric/random.js'
import { computeTridiagonalEigenvalues } from '../../src/numeric/tridiagonal-eigenvalues.js'

describe('computeTridiagonalEigenvalues', () => {
  it('solves two rows by the quadratic formula', () => {
    const [low, high] = computeTridiagonalEigenvalues(Float64Array.of(1, 4), Float64Array.of(99, 2))
    assert.ok(Math.abs(low) < 1e-15)
    assert.ok(Math.abs(high - 5) < 1e-15)
  })

  it('finds each eigenvalue at a sign change of the Sturm sequence', () => {
    const random = createRandom('sturm')
    const size = 60
    const diagonal = Float64Array.from({ length: size }, () => random.normal())
    const offDiagonal = Float64Array.from({ length: size }, (_, i) => (i % 13 === 0 ? 0 : random.normal()))
    const eigenvalues = computeTridiagonalEigenvalues(diagonal, offDiagonal)
    for (let k = 0; k < size; k++) {
      assert.ok(countBelow(diagonal, offDiagonal, eigenvalues[k] - 1e-9) <= k)
      assert.ok(countBelow(diagonal, offDiagonal, eigenvalues[k] + 1e-9) > k)
    }
  })

  it('converges if noise couples noise next to a large eigenvalue', () => {
    const noise = [1, 3e-17, -2e-17, 1e-18, 4e-33, 0, -1e-17]
    const eigenvalues = computeTridiagonalEigenvalues(Float64Array.from(noise), new Float64Array(7).fill(2e-17))
    assert.equal(eigenvalues[6], 1)
    assert.ok(eigenvalues.subarray(0, 6).every((value) => Math.abs(value) < 1e-15))
  })
})

/** The number of eigenvalues below x: negative pivots of the factorisation of T - x I. */
function countBelow(diagonal: Float64Array, offDiagonal: Float64Array, x: number): number {
  let count = 0
  let pivot = 1
  for (let i = 0; i < diagonal.length; i++) {
    pivot = diagonal[i] - x - (i > 0 ? offDiagonal[i] ** 2 / pivot : 0)
    if (pivot === 0) pivot = 1e-300
    if (pivot < 0) count++
  }
  return count
}
