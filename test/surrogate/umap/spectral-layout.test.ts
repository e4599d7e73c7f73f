import assert from 'node:assert/strict'
import test from 'node:test'
import { computeRandomLayout, computeSpectralLayout } from '../../../src/surrogate/umap/spectral-layout.js'
import { createGraph } from '../random-features.js'

const ring = (from: number, nodes: number) =>
  Array.from({ length: nodes }, (_, index) => [from + index, from + ((index + 1) % nodes), 1] as const)

function assertFillsSquare(layout: Float32Array) {
  for (const axis of [0, 1]) {
    const values = layout.filter((_, index) => index % 2 === axis)
    assert.equal(Math.min(...values), 0)
    assert.ok(Math.abs(Math.max(...values) - 10) < 1e-5)
  }
}

test('the layout of a ring is a ring', async () => {
  const layout = await computeSpectralLayout(createGraph(50, ring(0, 50)), 1)
  assertFillsSquare(layout)
  for (let node = 0; node < 50; node++) {
    const radius = Math.hypot(layout[2 * node] - 5, layout[2 * node + 1] - 5)
    assert.ok(radius > 4 && radius < 6.5, `${radius}`)
  }
})

for (const count of [2, 3, 4, 7]) {
  test(`${count} components start apart from each other`, async () => {
    const size = 12
    const graph = createGraph(
      count * size,
      Array.from({ length: count }, (_, label) => ring(label * size, size)).flat(),
    )
    const layout = await computeSpectralLayout(graph, 2)
    assertFillsSquare(layout)
    const centres = Array.from({ length: count }, (_, label) => {
      const own = layout.subarray(2 * label * size, 2 * (label + 1) * size)
      return [0, 1].map((axis) =>
        own.filter((_, index) => index % 2 === axis).reduce((sum, value) => sum + value / size, 0),
      )
    })
    centres.forEach((centre, label) => {
      for (const other of centres.slice(0, label)) {
        assert.ok(Math.hypot(centre[0] - other[0], centre[1] - other[1]) > 1)
      }
    })
  })
}

test('equal seeds give equal layouts, also for single nodes and pairs', async () => {
  const graph = createGraph(9, [...ring(0, 6), [6, 7, 1]])
  const layout = await computeSpectralLayout(graph, 3)
  assert.deepEqual(await computeSpectralLayout(graph, 3), layout)
  assert.notDeepEqual(await computeSpectralLayout(graph, 4), layout)
  assert.ok(layout.every(Number.isFinite))
})

test('a random layout fills the square and depends on its seed', async () => {
  const layout = computeRandomLayout(100, 5)
  assertFillsSquare(layout)
  assert.deepEqual(computeRandomLayout(100, 5), layout)
})
