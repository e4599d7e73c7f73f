import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandomStream } from '../../../src/numeric/random.js'
import { createMapRanking } from '../../../src/surrogate/strategies/map-ranking.js'
import { computeNeighbourMean } from '../../../src/surrogate/umap/neighbour-regression.js'

test('without measured points there is no prediction', () => {
  const ranking = createMapRanking()
  assert.equal(ranking.meanAt(ranking.addPoint(0, 0)), null)
})

test("predictions equal the surrogate's mean of the three nearest, whatever the order of points", () => {
  const random = createRandomStream(3)
  const points = Array.from({ length: 40 }, () => [random.normal(), random.normal(), random.uniform()] as const)
  const layout = Float32Array.from(points.flatMap((point) => point.slice(0, 2)))
  const targets = Float64Array.from(points, ([, , value]) => value)
  const ranking = createMapRanking()
  const early = ranking.addPoint(0.25, -0.5)
  points.forEach((_, row) => {
    ranking.learn(layout[2 * row], layout[2 * row + 1], targets[row])
    const measured = Int32Array.from({ length: row + 1 }, (_, index) => index)
    const { mean } = computeNeighbourMean(layout, targets, measured, 0.25, -0.5)
    assert.ok(Math.abs((ranking.meanAt(early) ?? Number.NaN) - mean) < 1e-12)
  })
  assert.equal(ranking.meanAt(ranking.addPoint(0.25, -0.5)), ranking.meanAt(early))
})
