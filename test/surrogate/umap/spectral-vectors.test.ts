import assert from 'node:assert/strict'
import test from 'node:test'
import { createRandomStream } from '../../../src/numeric/random.js'
import { computeSpectralVectors } from '../../../src/surrogate/umap/spectral-vectors.js'
import { createGraph } from '../random-features.js'

test('eigenvalues of a cycle are cos(2πk/n)', async () => {
  const nodes = 200
  const cycle = createGraph(
    nodes,
    Array.from(
      { length: nodes },
      (_, node) => [Math.min(node, (node + 1) % nodes), Math.max(node, (node + 1) % nodes), 0.5] as const,
    ),
  )
  const { eigenvalues, vectors } = await computeSpectralVectors(cycle, 2, createRandomStream(1))
  for (const value of eigenvalues) assert.ok(Math.abs(value - Math.cos((2 * Math.PI) / nodes)) < 1e-9, `${value}`)
  // Both are orthogonal to the trivial vector, which is constant here.
  for (const vector of vectors) assert.ok(Math.abs(vector.reduce((sum, value) => sum + value, 0)) < 1e-9)
})

test('the first vector of a path rises or falls from end to end', async () => {
  const nodes = 60
  const path = createGraph(
    nodes,
    Array.from({ length: nodes - 1 }, (_, node) => [node, node + 1, 1] as const),
  )
  const { vectors } = await computeSpectralVectors(path, 2, createRandomStream(2))
  // Divided by √degree (1 at the ends) it is a half cosine wave.
  const wave = vectors[0].map((value, node) => (node === 0 || node === nodes - 1 ? value : value / Math.SQRT2))
  const direction = Math.sign(wave[nodes - 1] - wave[0])
  for (let node = 1; node < nodes; node++) assert.ok((wave[node] - wave[node - 1]) * direction > 0)
})

test('small graphs have as many vectors as their size allows', async () => {
  const triangle = createGraph(4, [
    [0, 1, 1],
    [1, 2, 1],
    [2, 3, 1],
    [0, 3, 1],
  ])
  assert.equal((await computeSpectralVectors(triangle, 2, createRandomStream(3))).vectors.length, 2)
})
