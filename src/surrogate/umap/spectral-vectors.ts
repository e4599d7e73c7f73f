import { dot } from '../../numeric/dot.js'
import type { Random } from '../../numeric/random.js'
import { computeSymmetricEigenvectors } from '../../numeric/symmetric-eigenvectors.js'
import { createPace, type PaceOptions } from '../pace.js'
import type { SparseGraph } from './sparse-graph.js'

/** Unit vectors over the nodes and their eigenvalues, greatest first. */
export interface SpectralVectors {
  readonly eigenvalues: number[]
  readonly vectors: Float64Array[]
}

/**
 * The `count` eigenvectors of the smallest non-trivial eigenvalues of the normalised Laplacian I - D^-½ W D^-½ of a
 * connected symmetric graph. They are the eigenvectors of D^-½ W D^-½ with the greatest eigenvalues (returned here)
 * below the trivial eigenvalue 1 of √degree. Block subspace iteration with Chebyshev filters (Zhou & Saad 2007) needs
 * only products with the sparse matrix, and it converges for gaps as small as 1e-4. It stops at residuals of 1e-5, or
 * after 60 rounds with the best vectors so far. An initial layout needs no higher accuracy.
 */
export async function computeSpectralVectors(
  graph: SparseGraph,
  count: number,
  random: Random,
  options: PaceOptions = {},
): Promise<SpectralVectors> {
  const pace = createPace(options)
  const multiply = createNormalisedProduct(graph)
  const trivial = normalise(multiply.roots.slice())
  const width = Math.min(count + 4, graph.nodes - 1)
  let block: Float64Array[] = Array.from({ length: width }, () =>
    Float64Array.from({ length: graph.nodes }, () => random.normal()),
  )
  orthonormalise(block, trivial)
  let ritz = rotate(block, multiply.apply)
  for (let round = 0; round < ROUNDS; round++) {
    if (pace.due()) await pace.pause(round / ROUNDS)
    block = ritz.vectors
    if (largestResidual(ritz, count, multiply.apply) < TOLERANCE) break
    // The filter damps everything below the last Ritz value of the block and amplifies everything above.
    const cut = Math.min(0.999999, Math.max(-0.9, ritz.eigenvalues[width - 1]))
    block = block.map((vector) => filter(vector, cut, multiply.apply))
    orthonormalise(block, trivial)
    ritz = rotate(block, multiply.apply)
  }
  return { eigenvalues: ritz.eigenvalues.slice(0, count), vectors: ritz.vectors.slice(0, count) }
}

const ROUNDS = 60
const TOLERANCE = 1e-5
const DEGREE = 24

type Product = (vector: Float64Array) => Float64Array

/** Multiplication by D^-½ W D^-½, and the square roots of the degrees. */
function createNormalisedProduct(graph: SparseGraph): { apply: Product; roots: Float64Array } {
  const { nodes, starts, targets } = graph
  const roots = new Float64Array(nodes)
  for (let node = 0; node < nodes; node++) {
    for (let edge = starts[node]; edge < starts[node + 1]; edge++) roots[node] += graph.weights[edge]
    roots[node] = Math.sqrt(roots[node])
  }
  const weights = new Float64Array(graph.weights.length)
  for (let node = 0; node < nodes; node++) {
    for (let edge = starts[node]; edge < starts[node + 1]; edge++) {
      weights[edge] = graph.weights[edge] / (roots[node] * roots[targets[edge]])
    }
  }
  const apply = (vector: Float64Array) => {
    const result = new Float64Array(nodes)
    for (let node = 0; node < nodes; node++) {
      let sum = 0
      for (let edge = starts[node]; edge < starts[node + 1]; edge++) sum += weights[edge] * vector[targets[edge]]
      result[node] = sum
    }
    return result
  }
  return { apply, roots }
}

/**
 * The product of the vector and the Chebyshev polynomial of degree 24 of the matrix, with the interval [-1, cut] mapped
 * to [-1, 1].
 */
function filter(vector: Float64Array, cut: number, apply: Product): Float64Array {
  const centre = (cut - 1) / 2
  const half = (cut + 1) / 2
  let previous = vector
  let current = apply(vector)
  for (let node = 0; node < vector.length; node++) current[node] = (current[node] - centre * vector[node]) / half
  for (let degree = 2; degree <= DEGREE; degree++) {
    const next = apply(current)
    for (let node = 0; node < vector.length; node++) {
      next[node] = (2 * (next[node] - centre * current[node])) / half - previous[node]
    }
    previous = current
    current = next
  }
  return current
}

/** Gram-Schmidt against `fixed` and the preceding vectors, in place; two passes for accuracy. */
function orthonormalise(block: Float64Array[], fixed: Float64Array): void {
  block.forEach((vector, index) => {
    normalise(vector)
    for (let pass = 0; pass < 2; pass++) {
      for (const other of [fixed, ...block.slice(0, index)]) addScaled(vector, other, -dot(vector, other))
      normalise(vector)
    }
  })
}

/** Rayleigh-Ritz: rotates the block so that the matrix is diagonal on it, greatest value first. */
function rotate(block: Float64Array[], apply: Product): SpectralVectors {
  const images = block.map(apply)
  const small = block.map((vector) => Float64Array.from(images, (image) => dot(vector, image)))
  const { values, vectors } = computeSymmetricEigenvectors(small)
  return {
    eigenvalues: values,
    vectors: vectors.map((mix) => {
      const result = new Float64Array(block[0].length)
      for (const [index, vector] of block.entries()) addScaled(result, vector, mix[index])
      return result
    }),
  }
}

function largestResidual({ eigenvalues, vectors }: SpectralVectors, count: number, apply: Product): number {
  let largest = 0
  for (let index = 0; index < Math.min(count, vectors.length); index++) {
    const image = apply(vectors[index])
    addScaled(image, vectors[index], -eigenvalues[index])
    largest = Math.max(largest, Math.sqrt(dot(image, image)))
  }
  return largest
}

function addScaled(target: Float64Array, source: Float64Array, factor: number): void {
  for (let index = 0; index < target.length; index++) target[index] += factor * source[index]
}

function normalise(vector: Float64Array): Float64Array {
  const length = Math.sqrt(dot(vector, vector))
  if (length > 0) for (let index = 0; index < vector.length; index++) vector[index] /= length
  return vector
}
