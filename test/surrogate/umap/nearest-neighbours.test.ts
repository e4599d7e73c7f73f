import assert from 'node:assert/strict'
import test from 'node:test'
import {
  computeDistance,
  type DistanceMetric,
  type FeatureMatrix,
} from '../../../src/surrogate/feature-vectors/feature-matrix.js'
import {
  computeNearestNeighbours,
  createNeighbourIndex,
  findNearest,
} from '../../../src/surrogate/umap/nearest-neighbours.js'
import { createRandomMatrix } from '../random-features.js'
import { GRAPHS, readNeighbours, readOutputs } from '../reference-data.js'

for (const { name, from, to, metric, neighbours } of GRAPHS) {
  test(`neighbours and distances of ${name} equal the reference's, bit for bit`, async () => {
    const index = createNeighbourIndex(metric, readOutputs(from, to))
    assert.deepEqual(await computeNearestNeighbours(index, neighbours), readNeighbours(name, neighbours))
  })
}

/** Distance of every pair, sorted. */
function searchPlainly(metric: DistanceMetric, matrix: FeatureMatrix, queries: FeatureMatrix, neighbours: number) {
  const indices: number[] = []
  for (let query = 0; query < queries.rows; query++) {
    const distances = Array.from({ length: matrix.rows }, (_, row) =>
      Math.fround(computeDistance(metric, queries, query, matrix, row, Number.POSITIVE_INFINITY)),
    )
    const order = [...distances.keys()].sort((a, b) => distances[a] - distances[b] || a - b)
    indices.push(...order.slice(0, neighbours))
  }
  return Int32Array.from(indices)
}

test('queries find the same rows as a search of all pairs, for any features', async () => {
  const noise = createRandomMatrix(150, 90, 1)
  const steps = { ...noise, values: noise.values.map((value) => Math.round(value)) }
  const huge = { ...noise, values: noise.values.map((value, index) => value * 10 ** (Math.floor(index / 90) % 15)) }
  const queries = createRandomMatrix(40, 90, 2)
  for (const matrix of [noise, steps, huge]) {
    for (const metric of ['euclidean', 'manhattan'] as const) {
      const found = await findNearest(createNeighbourIndex(metric, matrix), queries, 7)
      assert.deepEqual(found.indices, searchPlainly(metric, matrix, queries, 7))
    }
  }
})

test('a row comes first among its own neighbours, before its duplicates', async () => {
  const matrix = { values: Float32Array.of(1, 2, 1, 2, 1, 2, 5, 5), rows: 4, columns: 2 }
  const { indices, distances } = await computeNearestNeighbours(createNeighbourIndex('euclidean', matrix), 3)
  assert.deepEqual([...indices], [0, 1, 2, 1, 0, 2, 2, 0, 1, 3, 0, 1])
  assert.deepEqual([...distances.subarray(0, 9)], new Array(9).fill(0))
})

test('the number of neighbours is limited to the number of rows', async () => {
  const index = createNeighbourIndex('manhattan', createRandomMatrix(4, 3, 3))
  assert.equal((await findNearest(index, createRandomMatrix(2, 3, 4), 10)).neighbours, 4)
})
