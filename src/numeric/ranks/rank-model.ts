import { medianError } from '../median-error.js'
import { normalShare } from '../normal-share.js'
import { fitNoiseScale, type RankedValue, type RunSpread, toDeviations } from './noise-scale.js'
import { fitTrueValues, type RankPart } from './true-values.js'

/** The ranks that are plausible for a function. */
export interface RankInterval {
  readonly best: number
  readonly worst: number
}

/** Gives the interval of the true rank of each function of a dataset. */
export interface RankModel {
  intervalOf(evaluation: RankedEvaluation): RankInterval
}

export interface RankedEvaluation {
  /** Higher is better. */
  readonly value: number
  /** Number of runs; at least 1. */
  readonly runs: number
  /** 1 + the number of greater values. */
  readonly rank: number
}

export interface RankData {
  /** Every function; similar values may be summed up as their mean. */
  readonly measured: readonly RankedValue[]
  /** The functions with several runs. */
  readonly spreads: readonly RunSpread[]
  /** The variance of a single run, pooled over the better half. */
  readonly variance: number
}

/** Larger gaps between measured values are made as small as this, in deviations: nothing can lie across them. */
const WIDEST_GAP = 12
/**
 * Errors are this much larger than those of a normal distribution with the estimated deviation: the tails are heavier, and
 * the deviation is an estimate. Chosen by bench/noise/rank-coverage.ts.
 */
const WIDENING = 1.1
/**
 * The 97.5% quantile of Student's distribution divided by that of a normal one, for 1 to 10 degrees of freedom: with a few
 * repeated functions the noise itself is hardly known.
 */
const STUDENT = [6.48, 2.2, 1.62, 1.42, 1.31, 1.25, 1.21, 1.18, 1.15, 1.14]
/** The probability that the true rank is outside. */
const OUTSIDE = 0.05

/**
 * The model of the true ranks of a dataset. The true value of a function is the median that infinitely many runs would
 * give, and the true rank is 1 + the number of functions with a better true value. An evaluation is the true value plus the
 * error of a median of its runs. The distribution of the true values is estimated from all evaluations, so the best of many
 * evaluations is expected to be partly lucky. The interval has 95% of the probability of the true rank, and always includes
 * the rank of the evaluation.
 */
export function createRankModel({ measured, spreads, variance }: RankData): RankModel {
  const scale = fitNoiseScale(spreads, variance)
  if (!scale || measured.length === 0) return { intervalOf: ({ rank }) => ({ best: rank, worst: rank }) }
  const sorted = [...measured].sort((a, b) => a.value - b.value)
  const values = sorted.map(({ value }) => value)
  const places = closeGaps(toDeviations(scale, values))
  const degrees = spreads.reduce((sum, spread) => sum + spread.degrees, 0)
  const widening = WIDENING * (STUDENT[degrees - 1] ?? 1 + 1.35 / degrees)
  const errorOf = (runs: number): number => widening * medianError(runs)
  const truth = fitTrueValues(sorted.map(({ runs, count }, i) => ({ place: places[i], error: errorOf(runs), count })))
  const total = sorted.reduce((sum, { count }) => sum + count, 0)
  return {
    intervalOf({ value, runs, rank }) {
      const parts = truth.ranksAt(places[findNearest(values, value)], errorOf(runs))
      return {
        best: Math.min(rank, findQuantile(parts, OUTSIDE / 2, total)),
        worst: Math.max(rank, findQuantile(parts, 1 - OUTSIDE / 2, total)),
      }
    },
  }
}

/** Sums up the gaps, because a failed function may be 1e26 deviations away from the next one. */
function closeGaps(ascending: readonly number[]): number[] {
  let place = 0
  return ascending.map((value, i) => {
    if (i > 0) place += Math.min(WIDEST_GAP, value - ascending[i - 1])
    return place
  })
}

/** The index of the nearest value in an ascending list. */
function findNearest(ascending: readonly number[], value: number): number {
  let [low, high] = [0, ascending.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (ascending[middle] <= value) low = middle
    else high = middle - 1
  }
  const next = low + 1
  return next < ascending.length && ascending[next] - value < value - ascending[low] ? next : low
}

/** The smallest rank up to which the distribution has this probability. */
function findQuantile(parts: readonly RankPart[], probability: number, total: number): number {
  const reached = (rank: number): number =>
    parts.reduce((sum, { weight, mean, deviation }) => sum + weight * normalShare((rank + 0.5 - mean) / deviation), 0)
  let [low, high] = [1, total]
  while (low < high) {
    const middle = (low + high) >> 1
    if (reached(middle) >= probability) high = middle
    else low = middle + 1
  }
  return low
}
