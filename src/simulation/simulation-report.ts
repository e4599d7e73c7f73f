import { type ChartPanel, drawLineChart } from './line-chart.js'
import type { SimulatedRun } from './simulate-dataset.js'

/** What the runs of one algorithm come to. Evaluations that were never reached count as all there were and one. */
export interface AlgorithmSummary {
  readonly algorithm: string
  readonly seeds: number
  readonly toTop: Spread
  /**
   * Evaluations that drawing at random takes to the top 1% on average, exactly: (functions + 1) / (those of the top + 1).
   * Tens of simulated searches by RANDOM scatter about it by a tenth and more.
   */
  readonly toTopAtRandom: number
  readonly toBest: Spread
  /** Seconds of the virtual clock until the top 1% was reached. */
  readonly secondsToTop: Spread
  /** Mean distance of the best so far from the best there is, after so many evaluations. */
  readonly regret: Readonly<Record<number, number>>
}

export interface Spread {
  readonly mean: number
  readonly median: number
  readonly low: number
  readonly high: number
}

/** Evaluations after which regret is told. */
export const REGRET_AFTER = [10, 25, 50, 100]

/** A summary of each algorithm, in the order in which they first come. */
export function summariseRuns(runs: readonly SimulatedRun[]): AlgorithmSummary[] {
  return [...new Set(runs.map(({ algorithm }) => algorithm))].map((algorithm) => {
    const own = runs.filter((run) => run.algorithm === algorithm)
    return {
      ...{ algorithm, seeds: own.length },
      toTop: spreadOf(own.map((run) => findStep(run, run.top)?.[0] ?? run.functions + 1)),
      toTopAtRandom: meanOf(own.map(({ functions, winners }) => (functions + 1) / (winners + 1))),
      toBest: spreadOf(own.map((run) => findStep(run, run.best)?.[0] ?? run.functions + 1)),
      secondsToTop: spreadOf(own.map((run) => findStep(run, run.top)?.[1] ?? Number.POSITIVE_INFINITY)),
      regret: Object.fromEntries(
        REGRET_AFTER.map((count) => [count, meanOf(own.map((run) => regretAfter(run, count)))]),
      ),
    }
  })
}

/** The summaries as a table for a terminal or a page: Markdown, columns aligned. */
export function formatSummaries(summaries: readonly AlgorithmSummary[]): string {
  const heads = ['algorithm', 'to the top 1%', 'quartiles', 'of chance', 'to the best', 'seconds to the top 1%']
  const rows = summaries.map(({ algorithm, toTop, toTopAtRandom, toBest, secondsToTop, regret }) => [
    algorithm,
    toTop.mean.toFixed(1),
    `${toTop.low} to ${toTop.high}`,
    (toTop.mean / toTopAtRandom).toFixed(2),
    toBest.mean.toFixed(1),
    secondsToTop.mean.toFixed(0),
    ...REGRET_AFTER.map((count) => regret[count].toFixed(4)),
  ])
  const table = [[...heads, ...REGRET_AFTER.map((count) => `regret at ${count}`)], ...rows]
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)))
  const lines = table.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`)
  lines.splice(1, 0, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`)
  return `${lines.join('\n')}\n`
}

/** Median regret with its quartiles, by evaluations and by the virtual clock, as SVG. */
export function drawRuns(title: string, runs: readonly SimulatedRun[]): string {
  const algorithms = [...new Set(runs.map(({ algorithm }) => algorithm))]
  const mostEvaluations = Math.max(...runs.map(({ evaluations }) => evaluations), 1)
  const evaluations = Array.from({ length: Math.min(120, mostEvaluations) }, (_, index) => index + 1)
  const longest = Math.max(...runs.map(({ improvements }) => improvements.at(-1)?.[1] ?? 0))
  const seconds = Array.from({ length: 121 }, (_, index) => (index * longest) / 120)
  const draw = (axis: 0 | 1, places: readonly number[], xLabel: string): ChartPanel => ({
    ...{ title, xLabel, yLabel: 'regret (validation accuracy)' },
    lines: algorithms.map((name) => ({
      name,
      points: places.map((x) => {
        const regrets = runs
          .filter(({ algorithm }) => algorithm === name)
          .map((run) => run.best - bestUntil(run, axis, x))
        const { median, low, high } = spreadOf(regrets)
        return { x, y: median, low, high }
      }),
    })),
  })
  return drawLineChart([
    draw(0, evaluations, 'evaluations'),
    draw(1, seconds, 'seconds of training, by the virtual clock'),
  ])
}

function findStep({ improvements }: SimulatedRun, goal: number) {
  return improvements.find(([, , accuracy]) => accuracy >= goal)
}

function regretAfter(run: SimulatedRun, count: number): number {
  return run.best - bestUntil(run, 0, count)
}

/** Before the first evaluation has ended nothing is known: accuracy 0. */
function bestUntil({ improvements }: SimulatedRun, axis: 0 | 1, limit: number): number {
  return improvements.findLast((step) => step[axis] <= limit)?.[2] ?? 0
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
  return { mean: meanOf(values), median: at(0.5), low: at(0.25), high: at(0.75) }
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
