import type { RankInterval } from '../../src/numeric/ranks/rank-model.js'
import type { TraitCount } from './traits.js'

/** An answer of the data to a question. */
export type Verdict = 'YES' | 'NO' | 'OPEN'

/** A difference is beyond noise if it is more than this many standard errors. */
export const STANDARD_ERRORS = 2
/** A share is unlike another one if chance gives such a difference, or a larger one, less often than this. */
export const LEAST_PROBABILITY = 0.01
/** With fewer functions, no question about the best of them has an answer. */
export const FEWEST_FUNCTIONS = 100
/** The best functions are this share of all. */
export const BEST_SHARE = 0.01

/** Whether a value is above another one, from their difference in standard errors; null if the noise is not known. */
export function judgeDifference(standardErrors: number | null): Verdict {
  if (standardErrors === null || Math.abs(standardErrors) <= STANDARD_ERRORS) return 'OPEN'
  return standardErrors > 0 ? 'YES' : 'NO'
}

/**
 * Whether the best functions have a trait more often than all functions (YES) or less often (NO). If the best were drawn at
 * random, the number of those with the trait would have a hypergeometric distribution.
 */
export function judgeTrait(count: TraitCount): { verdict: Verdict; probability: number } {
  const { best, bestWith, all, allWith } = count
  if (all < FEWEST_FUNCTIONS || best === 0) return { verdict: 'OPEN', probability: 1 }
  const more = hypergeometricTail(count, bestWith, best)
  const fewer = hypergeometricTail(count, 0, bestWith)
  const isMore = bestWith / best > allWith / all
  const probability = Math.min(1, 2 * Math.min(more, fewer))
  if (probability >= LEAST_PROBABILITY) return { verdict: 'OPEN', probability }
  return { verdict: isMore ? 'YES' : 'NO', probability }
}

/**
 * Whether a function is among the best 1% (at least the best ten): YES if its whole rank interval is, NO if nothing of it is,
 * otherwise open. Open without the function, without noise, and with too few functions.
 */
export function judgeAmongBest(interval: RankInterval | null, functions: number): Verdict {
  if (interval === null || functions < FEWEST_FUNCTIONS) return 'OPEN'
  const last = countBest(functions)
  if (interval.worst <= last) return 'YES'
  return interval.best > last ? 'NO' : 'OPEN'
}

/** The number of functions that count as the best. */
export function countBest(functions: number): number {
  return Math.max(10, Math.round(functions * BEST_SHARE))
}

/** One verdict over several datasets: that of most decided ones, if none says the opposite. */
export function combineVerdicts(verdicts: readonly Verdict[]): Verdict {
  const [yes, no] = [verdicts.includes('YES'), verdicts.includes('NO')]
  if (yes === no) return 'OPEN'
  return yes ? 'YES' : 'NO'
}

/** The probability of `from` to `to` functions with the trait among the best, if they were drawn at random. */
function hypergeometricTail({ best, all, allWith }: TraitCount, from: number, to: number): number {
  let sum = 0
  for (let hit = from; hit <= to; hit++) {
    if (hit > allWith || best - hit > all - allWith) continue
    sum += Math.exp(logChoose(allWith, hit) + logChoose(all - allWith, best - hit) - logChoose(all, best))
  }
  return Math.min(1, sum)
}

function logChoose(n: number, k: number): number {
  let sum = 0
  for (let i = 1; i <= k; i++) sum += Math.log((n - k + i) / i)
  return sum
}
