import assert from 'node:assert/strict'
import test from 'node:test'
import {
  computeFuzzyGraph,
  computeMemberships,
  computeSmoothDistances,
} from '../../../src/surrogate/umap/fuzzy-graph.js'
import { computeNearestNeighbours, createNeighbourIndex } from '../../../src/surrogate/umap/nearest-neighbours.js'
import { createRandomMatrix } from '../random-features.js'
import { assertEqualsGraph, GRAPHS, ROWS, readFloats, readNeighbours, readOutputs } from '../reference-data.js'

for (const { name, from, to, metric, neighbours } of GRAPHS) {
  test(`sigma and rho of ${name} equal the reference's`, () => {
    const { sigmas, rhos } = computeSmoothDistances(readNeighbours(name, neighbours), 1)
    const expected = readFloats(`${name}.sigma-rho.bin`)
    for (let row = 0; row < ROWS; row++) {
      assert.ok(Math.abs(sigmas[row] / expected[2 * row] - 1) < 1e-5, `sigma of ${row}`)
      assert.equal(rhos[row], expected[2 * row + 1], `rho of ${row}`)
    }
  })

  test(`the graph of ${name}, computed from the outputs, equals the reference's`, async () => {
    const index = createNeighbourIndex(metric, readOutputs(from, to))
    assertEqualsGraph(computeFuzzyGraph(await computeNearestNeighbours(index, neighbours)), name)
  })
}

test('memberships of a row sum to log2 of its neighbours', async () => {
  for (const neighbours of [5, 15, 30]) {
    const nearest = await computeNearestNeighbours(
      createNeighbourIndex('euclidean', createRandomMatrix(80, 10, 1)),
      neighbours,
    )
    const memberships = computeMemberships(nearest, computeSmoothDistances(nearest, 1), true)
    for (let row = 0; row < 80; row++) {
      const own = memberships.subarray(row * neighbours, (row + 1) * neighbours)
      assert.ok(Math.abs(own.reduce((sum, value) => sum + value, 0) - Math.log2(neighbours)) < 1e-3)
      assert.equal(own[0], 0)
      assert.equal(own[1], 1)
    }
  }
})

test('a graph has weights in (0, 1], no loops, and is symmetric', async () => {
  const index = createNeighbourIndex('manhattan', createRandomMatrix(60, 8, 2))
  const { nodes, starts, targets, weights } = computeFuzzyGraph(await computeNearestNeighbours(index, 6))
  const edges = new Map<string, number>()
  for (let node = 0; node < nodes; node++) {
    for (let edge = starts[node]; edge < starts[node + 1]; edge++) {
      edges.set(`${node} ${targets[edge]}`, weights[edge])
      assert.notEqual(targets[edge], node)
      assert.ok(weights[edge] > 0 && weights[edge] <= 1)
    }
  }
  for (const [key, weight] of edges) assert.equal(edges.get(key.split(' ').reverse().join(' ')), weight)
})

test('duplicate rows are joined with weight 1', async () => {
  const matrix = { values: new Float32Array(20).fill(7), rows: 5, columns: 4 }
  const graph = computeFuzzyGraph(await computeNearestNeighbours(createNeighbourIndex('euclidean', matrix), 3))
  assert.ok(graph.weights.length > 0)
  assert.ok(graph.weights.every((weight) => weight === 1))
})
