import { drawLineChart } from '../../src/simulation/line-chart.js'
import { pairNetworks, type RankedFunction } from './evaluations.js'
import { traitsOf } from './traits.js'

interface Ranked {
  readonly title: string
  readonly ranked: readonly RankedFunction[]
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

/** The same functions in two datasets as SVG, even functions in a colour of their own. */
export function drawFamilies(pairs: readonly (readonly [Ranked, Ranked])[]): string {
  return drawLineChart(
    pairs.map(([a, b]) => {
      const isEven = (own: RankedFunction) => traitsOf(own).isEven
      const line = (name: string, functions: readonly RankedFunction[]) => {
        const points = pairNetworks(functions, b.ranked).map(([x, y]) => ({ x, y }))
        return { name: `${points.length} ${name}`, isScattered: true, points }
      }
      return {
        title: `${a.title} and ${b.title}`,
        xLabel: `validation accuracy in ${a.title}`,
        yLabel: `in ${b.title}`,
        lines: [
          line(
            'other functions',
            a.ranked.filter((own) => !isEven(own)),
          ),
          line('even functions', a.ranked.filter(isEven)),
        ].filter(({ points }) => points.length > 0),
      }
    }),
  )
}

/** Two points for each bin, and the filled area below them. */
function listSteps(ranked: readonly RankedFunction[]): { x: number; y: number; low: number; high: number }[] {
  const counts = new Array<number>(Math.ceil(1 / BIN)).fill(0)
  for (const { validationAccuracy } of ranked) {
    counts[Math.min(counts.length - 1, Math.floor(validationAccuracy / BIN))]++
  }
  return counts.flatMap((count, i) => [i, i + 1].map((edge) => ({ x: edge * BIN, y: count, low: 0, high: count })))
}
