import { type ChartPanel, drawLineChart } from './line-chart.js'
import type { SimulatedRun } from './simulate-dataset.js'

/** Summary of the runs of one algorithm. */
export interface AlgorithmSummary {
  readonly algorithm: string
  readonly seeds: number
  /** Evaluations of the longest run. */
  readonly evaluations: number
  readonly toTop: TimeToGoal
  /**
   * Expected number of evaluations until random draws reach the top 1%, exactly: (functions + 1) / (functions in the
   * top + 1). Tens of simulated searches by RANDOM scatter around this value by a tenth or more.
   */
  readonly toTopAtRandom: number
  readonly toBest: TimeToGoal
  /** Seconds on the virtual clock until a search reaches the top 1%. */
  readonly secondsToTop: TimeToGoal
  /**
   * Mean regret (the best accuracy of all minus the best so far) by number of evaluations; null if a run ended before
   * that number without finding the best.
   */
  readonly regret: Readonly<Record<number, number | null>>
}

/**
 * Evaluations or seconds until searches reach a goal. A search that ended before it reached the goal counts as later than
 * every one that did. So a median or quartile is exact if it falls on a search that reached the goal, and unknown (null)
 * otherwise. The mean is unknown if one search did not reach the goal.
 */
export interface TimeToGoal {
  /** Number of searches that reached the goal. */
  readonly reached: number
  readonly mean: number | null
  /** The mean if all the others had reached the goal right after their end. The true mean is not lower. */
  readonly meanAtLeast: number
  readonly low: number | null
  readonly median: number | null
  readonly high: number | null
}

/** Numbers of evaluations for which the report shows the regret. */
export const REGRET_AFTER = [10, 25, 50, 100]

/** One summary per algorithm, in order of first appearance. */
export function summariseRuns(runs: readonly SimulatedRun[]): AlgorithmSummary[] {
  return [...new Set(runs.map(({ algorithm }) => algorithm))].map((algorithm) => {
    const own = runs.filter((run) => run.algorithm === algorithm)
    const evaluationsTo = (goal: 'top' | 'best') =>
      measureTime(
        own,
        (run) => findStep(run, run[goal])?.[0] ?? null,
        ({ evaluations }) => evaluations + 1,
      )
    return {
      ...{ algorithm, seeds: own.length, evaluations: Math.max(...own.map(({ evaluations }) => evaluations)) },
      toTop: evaluationsTo('top'),
      toTopAtRandom: meanOf(own.map(({ functions, winners }) => (functions + 1) / (winners + 1))),
      toBest: evaluationsTo('best'),
      secondsToTop: measureTime(
        own,
        (run) => findStep(run, run.top)?.[1] ?? null,
        ({ seconds }) => seconds,
      ),
      regret: Object.fromEntries(
        REGRET_AFTER.map((count) => [
          count,
          own.every((run) => isKnownAt(run, 0, count)) ? meanOf(own.map((run) => regretAfter(run, count))) : null,
        ]),
      ),
    }
  })
}

/** The summaries as a Markdown table with aligned columns, for a terminal or a page. */
export function formatSummaries(summaries: readonly AlgorithmSummary[]): string {
  const heads = ['algorithm', 'to the top 1%', 'quartiles', 'of chance', 'to the best', 'seconds to the top 1%']
  const rows = summaries.map(
    ({ algorithm, seeds, evaluations, toTop, toTopAtRandom, toBest, secondsToTop, regret }) => [
      algorithm,
      formatTime(toTop, seeds, evaluations, 1),
      formatQuartiles(toTop, evaluations),
      `${toTop.mean === null ? '≥ ' : ''}${(toTop.meanAtLeast / toTopAtRandom).toFixed(2)}`,
      formatTime(toBest, seeds, evaluations, 1),
      formatTime(secondsToTop, seeds, evaluations, 0),
      ...REGRET_AFTER.map((count) => regret[count]?.toFixed(4) ?? 'unknown'),
    ],
  )
  const table = [[...heads, ...REGRET_AFTER.map((count) => `regret at ${count}`)], ...rows]
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)))
  const lines = table.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`)
  lines.splice(1, 0, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`)
  return `${lines.join('\n')}\n`
}

/** The mean; its lower bound if some searches did not reach the goal; words if none did. */
function formatTime({ reached, mean, meanAtLeast }: TimeToGoal, seeds: number, evaluations: number, digits: number) {
  if (reached === 0) return `not reached in ${shorten(evaluations)}`
  if (mean !== null) return mean.toFixed(digits)
  return `≥ ${meanAtLeast.toFixed(digits)} (${seeds - reached} of ${seeds} not reached in ${shorten(evaluations)})`
}

function formatQuartiles({ low, high }: TimeToGoal, evaluations: number): string {
  const later = `> ${shorten(evaluations)}`
  if (low === null) return later
  return `${shorten(low)} to ${high === null ? later : shorten(high)}`
}

/** At most one decimal. Whole numbers have none, and only ASHA has others. */
function shorten(evaluations: number): string {
  return String(Number(evaluations.toFixed(1)))
}

/**
 * An SVG chart of the median regret with its quartiles, by evaluations and by the virtual clock. It ends where the first
 * search ends that did not find the best, because its later regret is unknown.
 */
export function drawRuns(title: string, runs: readonly SimulatedRun[]): string {
  const algorithms = [...new Set(runs.map(({ algorithm }) => algorithm))]
  const mostEvaluations = Math.max(...runs.map(({ evaluations }) => evaluations), 1)
  const evaluations = Array.from({ length: Math.min(120, mostEvaluations) }, (_, index) => index + 1).filter((count) =>
    runs.every((run) => isKnownAt(run, 0, count)),
  )
  const ends = runs.filter((run) => !findStep(run, run.best)).map(({ seconds }) => seconds)
  const longest = Math.min(Math.max(...runs.map(({ seconds }) => seconds)), ...ends)
  const seconds = Array.from({ length: 121 }, (_, index) => (index * longest) / 120)
  const draw = (axis: 0 | 1, positions: readonly number[], xLabel: string): ChartPanel => ({
    ...{ title, xLabel, yLabel: 'regret (validation accuracy)' },
    lines: algorithms.map((name) => ({
      name,
      points: positions.map((x) => {
        const regrets = runs
          .filter(({ algorithm }) => algorithm === name)
          .map((run) => run.best - bestUntil(run, axis, x))
        const at = quantilesOf(regrets)
        return { x, y: at(0.5), low: at(0.25), high: at(0.75) }
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

/** Whether the best accuracy so far is known at this number of evaluations or second. */
function isKnownAt(run: SimulatedRun, axis: 0 | 1, limit: number): boolean {
  return limit <= (axis === 0 ? run.evaluations : run.seconds) || findStep(run, run.best) !== undefined
}

function measureTime(
  runs: readonly SimulatedRun[],
  toTime: (run: SimulatedRun) => number | null,
  toLeast: (run: SimulatedRun) => number,
): TimeToGoal {
  const times = runs.map(toTime)
  const reached = times.filter((time) => time !== null).length
  const meanAtLeast = meanOf(runs.map((run, index) => times[index] ?? toLeast(run)))
  const at = quantilesOf(times.map((time) => time ?? Number.POSITIVE_INFINITY))
  const known = (value: number) => (Number.isFinite(value) ? value : null)
  return {
    ...{ reached, mean: reached === runs.length ? meanAtLeast : null, meanAtLeast },
    ...{ low: known(at(0.25)), median: known(at(0.5)), high: known(at(0.75)) },
  }
}

function quantilesOf(values: readonly number[]): (share: number) => number {
  const sorted = [...values].sort((a, b) => a - b)
  return (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
