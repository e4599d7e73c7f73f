import { type ChartPanel, drawLineChart } from './line-chart.js'
import type { SimulatedRun } from './simulate-dataset.js'

/**
 * Summary of the runs of one algorithm. A run that never reaches the goal counts as all functions plus one evaluations.
 */
export interface AlgorithmSummary {
  readonly algorithm: string
  readonly seeds: number
  readonly toTop: Spread
  /**
   * Expected number of evaluations until random draws reach the top 1%, exactly: (functions + 1) / (functions in the
   * top + 1). Tens of simulated searches by RANDOM scatter around this value by a tenth or more.
   */
  readonly toTopAtRandom: number
  readonly toBest: Spread
  /** Seconds on the virtual clock until a search reaches the top 1%. */
  readonly secondsToTop: Spread
  /** Mean regret (the best accuracy of all minus the best so far) by number of evaluations. */
  readonly regret: Readonly<Record<number, number>>
}

export interface Spread {
  readonly mean: number
  readonly median: number
  readonly low: number
  readonly high: number
}

/** Numbers of evaluations for which the report shows the regret. */
export const REGRET_AFTER = [10, 25, 50, 100]

/** One summary per algorithm, in order of first appearance. */
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

/** The summaries as a Markdown table with aligned columns, for a terminal or a page. */
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

/** An SVG chart of the median regret with its quartiles, by evaluations and by the virtual clock. */
export function drawRuns(title: string, runs: readonly SimulatedRun[]): string {
  const algorithms = [...new Set(runs.map(({ algorithm }) => algorithm))]
  const mostEvaluations = Math.max(...runs.map(({ evaluations }) => evaluations), 1)
  const evaluations = Array.from({ length: Math.min(120, mostEvaluations) }, (_, index) => index + 1)
  const longest = Math.max(...runs.map(({ improvements }) => improvements.at(-1)?.[1] ?? 0))
  const seconds = Array.from({ length: 121 }, (_, index) => (index * longest) / 120)
  const draw = (axis: 0 | 1, positions: readonly number[], xLabel: string): ChartPanel => ({
    ...{ title, xLabel, yLabel: 'regret (validation accuracy)' },
    lines: algorithms.map((name) => ({
      name,
      points: positions.map((x) => {
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

/** The accuracy is 0 until the first evaluation ends. */
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
