import { studentQuantile } from '../student.js'
import { compareFunctions, degreesOfPairs, pairUp, partsAt, varianceOfPairs } from './compare-functions.js'
import { type CountedProbability, correctByHolm } from './holm.js'
import type { ComparedFunction, PairNoise } from './pair-noise.js'
import { openReach } from './reach.js'

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
  const sorted = [...functions].sort((a, b) => b.value - a.value)
  // Functions that are compared pair by pair may differ much from seed to seed, so each of them is looked at.
  let paired = sorted.filter(canBePaired).map((each) => ({ each, parts: partsAt(noise, each.value) }))
  const others = sorted.filter((each) => !canBePaired(each))
  const total = functions.reduce((sum, { count }) => sum + count, 0)
  const probability = TIE_LEVEL / Math.max(1, total)
  const reach = openReach(noise, probability)
  const quantile = studentQuantile(probability, degreesOfPairs(noise, 2))
  let [from, left] = [0, total]
  while (left > 0 && groups.length < most) {
    const first = paired[0]?.each
    const best = !first || others[from]?.value > first.value ? others[from] : first
    const lowest = best.value - reach(best.value)
    let to = from
    while (to < others.length && others[to].value >= lowest) to++
    const own = partsAt(noise, best.value)
    const isNear = ({ each, parts }: (typeof paired)[number]) => {
      const pairs = pairUp(best, each)
      if (pairs.count < 2) return each.value >= lowest
      return pairs.mean < quantile * Math.sqrt(varianceOfPairs(noise, pairs, own, parts))
    }
    const compare = (each: CountedFunction) => ({ each, count: each.count, pValue: probabilityOf(noise, best, each) })
    const pairs = paired.filter(isNear).map(({ each }) => compare(each))
    const singles = others.slice(from, to).map(compare)
    // The best is not compared with itself. All that are further away differ.
    const family = [...pairs, ...singles].map(({ each, count, pValue }): CountedProbability => {
      return { pValue, count: each === best ? count - 1 : count }
    })
    const near = [...pairs, ...singles].reduce((sum, { count }) => sum + count, 0)
    const { adjust } = correctByHolm([...family, { pValue: 0, count: left - near }])
    const isTied = ({ pValue }: CountedProbability) => adjust(pValue) >= TIE_LEVEL
    const tied = [...pairs, ...singles].filter(isTied)
    groups.push({ best, least: tied.reduce((least, { pValue }) => Math.min(least, pValue), 1) })
    left -= tied.reduce((sum, { count }) => sum + count, 0)
    const gone = new Set(tied.map(({ each }) => each))
    paired = paired.filter(({ each }) => !gone.has(each))
    // Those that remain move to the end of the near ones.
    const rest = singles.filter((each) => !isTied(each))
    from = to - rest.length
    for (const [i, { each }] of rest.entries()) others[from + i] = each
  }
  const isComplete = left === 0
  return {
    count: groups.length,
    groupOf(each) {
      const found = groups.findIndex(({ best, least }) => probabilityOf(noise, best, each) >= least)
      if (found >= 0) return found + 1
      return isComplete ? groups.length : null
    },
  }
}

function canBePaired({ runs }: ComparedFunction): boolean {
  return runs.length > 1 && runs.filter(({ seed }) => seed !== null).length > 1
}

/** The probability of such a difference between equals; 1 if the best is not better. */
function probabilityOf(noise: PairNoise, best: ComparedFunction, each: ComparedFunction): number {
  const { difference, pValue } = compareFunctions(noise, best, each)
  return difference <= 0 ? 1 : (pValue ?? 1)
}
