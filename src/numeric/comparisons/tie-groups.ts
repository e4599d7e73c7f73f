import { compareFunctions } from './compare-functions.js'
import { type CountedProbability, correctByHolm } from './holm.js'
import type { ComparedFunction, PairNoise } from './pair-noise.js'

/** Functions that are compared alike. */
export interface CountedFunction extends ComparedFunction {
  readonly count: number
}

/** The groups of functions that cannot be told from the best of their group. */
export interface TieGroups {
  /** 1 for the group of the best function; null beyond MOST_GROUPS. */
  groupOf(each: ComparedFunction): number | null
  readonly count: number
}

/** A difference is real if Holm's corrected probability is below this level. */
export const TIE_LEVEL = 0.05
const MOST_GROUPS = 200

interface Group {
  readonly best: ComparedFunction
  /** The smallest probability of a tie with the best. */
  readonly least: number
}

/**
 * Divides functions into groups, at most `most`: the best function leads group 1, which has all functions that cannot be told from it. The
 * best of the others leads group 2, and so on. Within a group the comparisons with its best are corrected by Holm's method,
 * because the best of many is partly lucky: the truly best function is in group 1 in at least 95 of 100 cases.
 */
export function findTieGroups(noise: PairNoise, functions: readonly CountedFunction[], most = MOST_GROUPS): TieGroups {
  const groups: Group[] = []
  let left = [...functions].sort((a, b) => b.value - a.value)
  while (left.length > 0 && groups.length < most) {
    const [best] = left
    const compared = left.map((each) => ({ each, count: each.count, pValue: probabilityOf(noise, best, each) }))
    // The best is not compared with itself.
    const family: CountedProbability[] = compared.map(({ count, pValue }, i) => ({
      pValue,
      count: i ? count : count - 1,
    }))
    const { adjust } = correctByHolm(family)
    const tied = compared.filter(({ pValue }) => adjust(pValue) >= TIE_LEVEL)
    groups.push({ best, least: tied.reduce((least, { pValue }) => Math.min(least, pValue), 1) })
    left = compared.filter(({ pValue }) => adjust(pValue) < TIE_LEVEL).map(({ each }) => each)
  }
  const isComplete = left.length === 0
  return {
    count: groups.length,
    groupOf(each) {
      const found = groups.findIndex(({ best, least }) => probabilityOf(noise, best, each) >= least)
      if (found >= 0) return found + 1
      return isComplete ? groups.length : null
    },
  }
}

/** The probability of such a difference between equals; 1 if the best is not better. */
function probabilityOf(noise: PairNoise, best: ComparedFunction, each: ComparedFunction): number {
  const { difference, pValue } = compareFunctions(noise, best, each)
  return difference <= 0 ? 1 : (pValue ?? 1)
}
