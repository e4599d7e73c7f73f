import assert from 'node:assert/strict'
import test from 'node:test'
import { computeCurveParameters } from '../../../src/surrogate/umap/curve-parameters.js'
import { createForces, createSchedule, optimiseLayout } from '../../../src/surrogate/umap/optimise-layout.js'
import { computeRandomLayout } from '../../../src/surrogate/umap/spectral-layout.js'
import { createGraph } from '../random-features.js'

const curve = computeCurveParameters()

test('attraction and repulsion are the slopes of the cross-entropy', () => {
  const { attraction, repulsion } = createForces(curve)
  const closeness = (d: number) => 1 / (1 + curve.a * d ** (2 * curve.b))
  for (const d of [0.3, 1, 2.5, 7]) {
    const step = 1e-5
    const slope = (f: (d: number) => number) => (f(d + step) - f(d - step)) / (2 * step)
    assert.ok(Math.abs(attraction.at(d * d) * d - slope((x) => Math.log(closeness(x)))) < 1e-4)
    // The reference adds 0.001 to the squared distance, so that coincident points do not fly apart.
    const push = slope((x) => Math.log(1 - closeness(x)))
    assert.ok(Math.abs(repulsion.at(d * d) * d * ((0.001 + d * d) / (d * d)) - push) < 1e-4)
  }
})

test('edges are sampled in proportion to their weight, very light ones never', () => {
  const { period } = createSchedule(Float32Array.of(0.5, 0.25, 0.001, 0), 200)
  assert.deepEqual([...period.subarray(0, 2)], [1, 2])
  assert.ok(period[2] > 200 && period[3] > 200)
})

test('two cliques separate, the start does not change, and equal seeds give equal layouts', async () => {
  const clique = (from: number) =>
    Array.from({ length: 10 }, (_, a) => Array.from({ length: a }, (_, b) => [from + b, from + a, 1] as const)).flat()
  const graph = createGraph(20, [...clique(0), ...clique(10)])
  const start = computeRandomLayout(20, 1)
  const copy = start.slice()
  const layout = await optimiseLayout(start, graph, { curve, epochs: 200, seed: 1 })
  assert.deepEqual(start, copy)
  const distance = (a: number, b: number) =>
    Math.hypot(layout[2 * a] - layout[2 * b], layout[2 * a + 1] - layout[2 * b + 1])
  const within = Math.max(...clique(0).map(([a, b]) => distance(a, b)))
  const between = Math.min(...Array.from({ length: 100 }, (_, pair) => distance(pair % 10, 10 + Math.floor(pair / 10))))
  assert.ok(within < between, `${within} < ${between}`)
  assert.deepEqual(await optimiseLayout(start, graph, { curve, epochs: 200, seed: 1 }), layout)
  assert.notDeepEqual(await optimiseLayout(start, graph, { curve, epochs: 200, seed: 2 }), layout)
})

test('an aborted layout rejects and stops', async () => {
  const graph = createGraph(
    2000,
    Array.from({ length: 1999 }, (_, node) => [node, node + 1, 1] as const),
  )
  const controller = new AbortController()
  const onProgress = () => controller.abort(new Error('no longer wanted'))
  const layout = optimiseLayout(computeRandomLayout(2000, 1), graph, {
    curve,
    epochs: 100_000,
    seed: 1,
    signal: controller.signal,
    onProgress,
  })
  await assert.rejects(layout, /no longer wanted/)
})
