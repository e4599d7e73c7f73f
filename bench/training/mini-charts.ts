import { drawLineChart } from '../../src/simulation/line-chart.js'
import { type MiniEvaluation, pairNetworks } from './mini-figures.js'

interface Ranked {
  readonly title: string
  readonly ranked: readonly MiniEvaluation[]
}

const BIN = 0.025

/** A histogram of validation accuracies for each network, as SVG. */
export function drawAccuracies(datasets: readonly Ranked[]): string {
  return drawLineChart(
    datasets.map(({ title, ranked }) => ({
      title,
      xLabel: 'validation accuracy',
      yLabel: 'functions',
      lines: [{ name: `${ranked.length} functions`, points: listSteps(ranked) }],
    })),
  )
}

/** The same functions in two networks as SVG, one dot for each function. */
export function drawNetworks(pairs: readonly (readonly [Ranked, Ranked])[]): string {
  return drawLineChart(
    pairs.map(([a, b]) => {
      const points = pairNetworks(a.ranked, b.ranked).map(([x, y]) => ({ x, y }))
      return {
        title: `${a.title} and ${b.title}`,
        xLabel: `validation accuracy in ${a.title}`,
        yLabel: `in ${b.title}`,
        lines: [{ name: `${points.length} functions`, isScattered: true, points }],
      }
    }),
  )
}

/** Two points for each bin, and the filled area below them. */
function listSteps(ranked: readonly MiniEvaluation[]): { x: number; y: number; low: number; high: number }[] {
  const counts = new Array<number>(Math.ceil(1 / BIN)).fill(0)
  for (const { validationAccuracy } of ranked) {
    counts[Math.min(counts.length - 1, Math.floor(validationAccuracy / BIN))]++
  }
  return counts.flatMap((count, i) => [i, i + 1].map((edge) => ({ x: edge * BIN, y: count, low: 0, high: count })))
}
