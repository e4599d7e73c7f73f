import type { RankData } from './rank-model.js'

/** A function with the values of all its runs. Higher is better. */
export interface MeasuredFunction {
  /** The median of the runs. */
  readonly value: number
  readonly runs: readonly number[]
}

/** How much the runs of one function differ: the definition of `seedNoise` in the API. */
export interface PooledNoise {
  /** The standard deviation of a single run. */
  readonly deviation: number
  /** The number of functions in the estimate, and of their runs. */
  readonly functions: number
  readonly runs: number
}

/**
 * The noise of a single run, pooled over the functions that have several runs and are not worse than the median: functions
 * that do not learn agree from seed to seed, and nobody compares them. Otherwise null.
 */
export function poolNoise(functions: readonly MeasuredFunction[]): PooledNoise | null {
  const sorted = functions.map(({ value }) => value).sort((a, b) => a - b)
  const middle = (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2
  const repeated = functions.filter(({ value, runs }) => runs.length > 1 && value >= middle)
  if (repeated.length === 0) return null
  const runs = repeated.reduce((sum, each) => sum + each.runs.length, 0)
  const squares = repeated.reduce((sum, each) => sum + sumSquares(each.runs), 0)
  return { deviation: Math.sqrt(squares / (runs - repeated.length)), functions: repeated.length, runs }
}

/** The input of the model of true ranks. */
export function toRankData(functions: readonly MeasuredFunction[]): RankData {
  return {
    measured: functions.map(({ value, runs }) => ({ value, runs: Math.max(1, runs.length), count: 1 })),
    spreads: functions
      .filter(({ runs }) => runs.length > 1)
      .map(({ value, runs }) => ({ value, squares: sumSquares(runs), degrees: runs.length - 1 })),
    variance: (poolNoise(functions)?.deviation ?? 0) ** 2,
  }
}

/** The sum of the squared distances from the mean. */
function sumSquares(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
}
