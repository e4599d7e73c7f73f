import assert from 'node:assert/strict'
import test from 'node:test'
import {
  dropZeroEdges,
  findComponents,
  mergeGraphs,
  takeSubgraph,
  transposeGraph,
} from '../../../src/surrogate/umap/sparse-graph.js'
import { createGraph } from '../random-features.js'

const DIRECTED = {
  nodes: 3,
  starts: Int32Array.of(0, 2, 2, 3),
  targets: Int32Array.of(1, 2, 1),
  weights: Float32Array.of(1, 2, 3),
}

test('a transposed graph has every edge reversed, and transposing again gives the graph', () => {
  const reversed = transposeGraph(DIRECTED)
  assert.deepEqual([...reversed.starts], [0, 0, 2, 3])
  assert.deepEqual([...reversed.targets], [0, 2, 0])
  assert.deepEqual([...reversed.weights], [1, 3, 2])
  assert.deepEqual(transposeGraph(reversed), DIRECTED)
})

test('merging distinguishes a missing edge from one of weight zero, and drops edges that become zero', () => {
  const left = createGraph(3, [
    [0, 1, 0],
    [1, 2, 0.5],
  ])
  const right = createGraph(3, [
    [0, 1, 0.25],
    [0, 2, 1],
  ])
  const seen: [number | null, number | null][] = []
  const merged = mergeGraphs(left, right, (a, b) => {
    seen.push([a, b])
    return (a ?? 0) + (b ?? 0) - 1
  })
  assert.deepEqual(seen, [
    [0, 0.25],
    [null, 1],
    [0, 0.25],
    [0.5, null],
    [null, 1],
    [0.5, null],
  ])
  assert.deepEqual([...merged.starts], [0, 1, 3, 4])
  assert.deepEqual([...merged.targets], [1, 0, 2, 1])
  assert.deepEqual([...merged.weights], [-0.75, -0.75, -0.5, -0.5])
})

test('edges of weight zero can be dropped', () => {
  const graph = dropZeroEdges(
    createGraph(3, [
      [0, 1, 0],
      [1, 2, 0.5],
    ]),
  )
  assert.deepEqual(graph, createGraph(3, [[1, 2, 0.5]]))
})

test('components are numbered by their first nodes', () => {
  const { count, labels } = findComponents(
    createGraph(6, [
      [0, 3, 1],
      [1, 4, 1],
      [4, 5, 1],
    ]),
  )
  assert.equal(count, 3)
  assert.deepEqual([...labels], [0, 1, 2, 0, 1, 1])
})

test('a subgraph has the edges between its members, renumbered', () => {
  const graph = createGraph(5, [
    [0, 3, 0.5],
    [3, 4, 0.25],
    [1, 2, 1],
    [2, 3, 1],
  ])
  assert.deepEqual(
    takeSubgraph(graph, Int32Array.of(0, 3, 4)),
    createGraph(3, [
      [0, 1, 0.5],
      [1, 2, 0.25],
    ]),
  )
})
