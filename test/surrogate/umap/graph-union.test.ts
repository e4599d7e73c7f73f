import assert from 'node:assert/strict'
import test from 'node:test'
import { computeFuzzyGraph } from '../../../src/surrogate/umap/fuzzy-graph.js'
import {
  computeGraphUnion,
  computeMissingEdgeWeights,
  pruneGraph,
  rescaleRow,
  resetLocalConnectivity,
} from '../../../src/surrogate/umap/graph-union.js'
import { createGraph } from '../random-features.js'
import { assertEqualsGraph, GRAPHS, META, readNeighbours } from '../reference-data.js'

const EPOCHS = 500
const UNIONS = [
  ['union-first15-last15', 'first-euclidean-15', 'last-euclidean-15'],
  ['union-first15-lastmanhattan3', 'first-euclidean-15', 'last-manhattan-3'],
]

function readPruned(name: string) {
  const neighbours = GRAPHS.find((graph) => graph.name === name)?.neighbours ?? 0
  return pruneGraph(computeFuzzyGraph(readNeighbours(name, neighbours)), EPOCHS)
}

for (const [name, first, second] of UNIONS) {
  test(`${name} equals the reference's, before and after the reset of local connectivity`, () => {
    const graphs = [readPruned(first), readPruned(second)] as const
    const missing = computeMissingEdgeWeights(...graphs)
    META.graphs[name].missing_edge_values.forEach((expected, side) => {
      assert.ok(Math.abs(missing[side] / expected - 1) < 1e-6)
    })
    const union = computeGraphUnion(...graphs)
    assertEqualsGraph(union, `${name}.raw`)
    assertEqualsGraph(resetLocalConnectivity(union), name)
  })
}

for (const { name } of GRAPHS) {
  test(`the pruned edges of ${name} are as many as the reference's`, () => {
    const zeros = readPruned(name).weights.filter((weight) => weight === 0).length
    assert.equal(zeros, 2 * META.graphs[name].edges_pruned_by_fit)
  })
}

test('an edge pruned in both graphs vanishes; pruned in one graph, it counts zero there', () => {
  const first = createGraph(3, [
    [0, 1, 0],
    [1, 2, 0],
  ])
  const second = createGraph(3, [
    [0, 1, 0],
    [1, 2, 0.5],
    [0, 2, 0.5],
  ])
  const missing = Math.fround(1e-8)
  const joined = Math.fround(missing + 0.5 - missing * 0.5)
  assert.deepEqual(
    computeGraphUnion(first, second),
    createGraph(3, [
      [1, 2, 0.5],
      [0, 2, joined],
    ]),
  )
})

test('a rescaled row has maximum 1 and, if long enough, sums to log2(15)', () => {
  const weights = Float32Array.from({ length: 20 }, (_, index) => 0.6 / (1 + index))
  rescaleRow(weights)
  assert.equal(Math.max(...weights), 1)
  assert.ok(Math.abs(weights.reduce((sum, weight) => sum + weight, 0) - Math.log2(15)) < 1e-4)
  const short = Float32Array.of(0.2, 0.1)
  rescaleRow(short)
  assert.deepEqual([...short], [1, 1])
  const empty = Float32Array.of(0, 0)
  rescaleRow(empty)
  assert.deepEqual([...empty], [0, 0])
})
