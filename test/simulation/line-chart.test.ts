import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawLineChart } from '../../src/simulation/line-chart.js'

const draw = (names: readonly string[], panels = 1) =>
  drawLineChart(
    Array.from({ length: panels }, () => ({
      ...{ title: 'regret', xLabel: 'evaluations', yLabel: 'accuracy' },
      lines: names.map((name, index) => ({
        name,
        points: [
          { x: 0, y: index },
          { x: 1, y: index + 1 },
        ],
      })),
    })),
  )

/** The labels of the legend with their left and right edges; capitals of wide sans-serif fonts take 0.7 em. */
function listLabels(chart: string) {
  const labels = chart.matchAll(
    /<rect x="([\d.]+)" y="[\d.]+" width="10"[^>]*\/><text x="[\d.]+" y="([\d.]+)"[^>]*>([^<]*)</g,
  )
  return Array.from(labels, ([, x, y, name]) => ({
    ...{ name, left: Number(x), y: Number(y) },
    right: Number(x) + 14 + 7 * name.length,
  }))
}

const ALGORITHMS = ['RANDOM', 'REGULARIZED_EVOLUTION', 'SURROGATE', 'EXPECTED_IMPROVEMENT']

for (const names of [ALGORITHMS, [...ALGORITHMS, ...ALGORITHMS.map((name) => `${name}_2`)], ['a', 'b', 'c', 'd']]) {
  test(`${names.length} labels from '${names[0]}' do not overlap and stay within their panel`, () => {
    const chart = draw(names, 2)
    const labels = listLabels(chart)
    assert.deepEqual(
      labels.map(({ name }) => name),
      [...names, ...names],
    )
    const height = Number(/viewBox="0 0 \d+ (\d+)"/.exec(chart)?.[1])
    for (const [index, label] of labels.entries()) {
      const panel = Math.floor(index / names.length)
      assert.ok(label.left >= 460 * panel && label.right <= 460 * (panel + 1), `${label.name} leaves its panel`)
      assert.ok(label.y < height, `${label.name} is below the chart`)
      const next = labels[index + 1]
      if (next && next.y === label.y && next.left > label.left) {
        assert.ok(label.right <= next.left, `${label.name} overlaps ${next.name}`)
      }
    }
  })
}

test('up to two rows of labels fit without a taller chart', () => {
  assert.match(draw(ALGORITHMS), /viewBox="0 0 460 340"/)
})
