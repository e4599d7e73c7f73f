import assert from 'node:assert/strict'
import test from 'node:test'
import { computeCurveParameters } from '../../../src/surrogate/umap/curve-parameters.js'
import { computeGraphUnion, pruneGraph, resetLocalConnectivity } from '../../../src/surrogate/umap/graph-union.js'
import { createNeighbourIndex } from '../../../src/surrogate/umap/nearest-neighbours.js'
import { chooseEpochs, computeEmbedding, computeFeatureGraph } from '../../../src/surrogate/umap/umap.js'
import { createClusters } from '../random-features.js'
import { GRAPHS, META, ROWS, readOutputs } from '../reference-data.js'
import { computeTrustworthiness } from './trustworthiness.js'

const curve = computeCurveParameters()
const toMap = (values: Float32Array) => ({ values, rows: ROWS, columns: 2 })

for (const { name, from, to, metric, neighbours } of GRAPHS) {
  test(`the map of ${name} is as trustworthy as umap-learn's`, async () => {
    const features = readOutputs(from, to)
    const graph = await computeFeatureGraph(createNeighbourIndex(metric, features), neighbours)
    const layout = await computeEmbedding(graph, { curve, seed: 42, disconnectedStart: 'components' })
    const trust = computeTrustworthiness(features, toMap(layout), 15)
    const expected = META.graphs[name].embedding_trustworthiness_k15
    assert.ok(trust > expected - 0.01, `${trust} against ${expected}`)
  })
}

test("the map of a union is as trustworthy as umap-learn's, for both features", async () => {
  const [, first, , last] = GRAPHS
  const graphs = []
  for (const { from, to, metric, neighbours } of [first, last]) {
    const graph = await computeFeatureGraph(createNeighbourIndex(metric, readOutputs(from, to)), neighbours)
    graphs.push(pruneGraph(graph, chooseEpochs(graph.nodes)))
  }
  const union = resetLocalConnectivity(computeGraphUnion(graphs[0], graphs[1]))
  const layout = toMap(await computeEmbedding(union, { curve, seed: 42, disconnectedStart: 'random' }))
  const expected = META.graphs['union-first15-lastmanhattan3']
  const check = (from: number, to: number, key: string) => {
    const trust = computeTrustworthiness(readOutputs(from, to), layout, 15)
    assert.ok(trust > expected[key] - 0.01, `${key}: ${trust} against ${expected[key]}`)
  }
  check(0, 1000, 'embedding_trustworthiness_k15_full_features')
  check(0, 500, 'embedding_trustworthiness_k15_first_view')
  check(500, 1000, 'embedding_trustworthiness_k15_last_view')
})

test('separate clusters stay separate in the map, from either initial layout', async () => {
  const features = createClusters(120, 20, 6, 1)
  const graph = await computeFeatureGraph(createNeighbourIndex('euclidean', features), 8)
  for (const disconnectedStart of ['components', 'random'] as const) {
    const layout = await computeEmbedding(graph, { curve, seed: 7, disconnectedStart })
    for (let row = 0; row < 120; row++) {
      const distances = Array.from({ length: 120 }, (_, other) =>
        Math.hypot(layout[2 * row] - layout[2 * other], layout[2 * row + 1] - layout[2 * other + 1]),
      )
      const nearest = [...distances.keys()].sort((a, b) => distances[a] - distances[b])[1]
      assert.equal(nearest % 6, row % 6)
    }
  }
})

test('large maps take fewer epochs', () => {
  assert.equal(chooseEpochs(10_000), 500)
  assert.equal(chooseEpochs(10_001), 200)
})
