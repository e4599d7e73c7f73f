import { hasValue, RANGE } from './cover.js'
import type { Enclosed, Encloser } from './encloser.js'
import { NOWHERE } from './enclosure.js'
import { add, contains, isInfinity, sizeOf, subtract, widthOf } from './interval.js'

/** Pairs of x and -x that are compared before a function counts as symmetric. */
const PAIRS = 64
/** Shifts next to a kink, so that both of its sides are compared. */
const SHIFTS = [0, 1e-9, -1e-9, 1e-4, -1e-4]
/** A function that has no value at a number and so far from it, relative to it or to 1, has none on an interval. */
const HOLE = 0.618e-6
/** Enclosures wider than this, relative to the value or to 1, say nothing of symmetry. */
const NARROW = 1e-3

export interface SampledSymmetry {
  readonly isEven: boolean
  readonly isOdd: boolean
  /** Whether the pairs tell. Else enclosures say nothing about most of them, and the answers are false for want of evidence. */
  readonly isDecided: boolean
}

/**
 * Compares f(x) with f(-x). An answer is false if the enclosures of a pair prove that it does not hold. An answer that is not
 * wanted is false.
 */
export function samplePairs(
  encloser: Encloser,
  kinks: readonly number[],
  wanted: { even: boolean; odd: boolean },
): SampledSymmetry {
  let { even, odd } = wanted
  let balance = 0
  const near = kinks.flatMap((kink) => SHIFTS.map((shift) => Math.abs(kink) + shift))
  const spread = Array.from({ length: PAIRS }, (_, i) => RANGE * (((i + 1) * 0.6180339887498949) % 1))
  for (const x of [...spread.slice(0, 8), ...near, 0, RANGE, ...spread.slice(8)]) {
    if (!even && !odd) break
    if (x < 0 || x > RANGE) continue
    const plus = encloser.at(x)
    const minus = encloser.at(0 - x)
    const isLost = isMissing(plus) !== isMissing(minus)
    if (isLost && isHole(encloser, isMissing(plus) ? x : 0 - x)) return { isEven: false, isOdd: false, isDecided: true }
    const isCompared = (isNarrow(plus) && isNarrow(minus)) || (isMissing(plus) && isMissing(minus))
    balance += isCompared ? 1 : -1
    if (!hasValue(plus) || !hasValue(minus)) continue
    even &&= contains(subtract(plus.value, minus.value), 0)
    odd &&= contains(add(plus.value, minus.value), 0)
  }
  const isDecided = (!even && !odd) || balance > 0
  return { isEven: even && isDecided, isOdd: odd && isDecided, isDecided }
}

/** Whether the enclosure is at most as wide as a small part of the value, or of 1. */
function isNarrow(enclosed: Enclosed): boolean {
  return hasValue(enclosed) && widthOf(enclosed.value) <= NARROW * sizeOf(enclosed.value)
}

/** Whether the function certainly has no finite value there. */
function isMissing({ flags, value }: Enclosed): boolean {
  return (flags & NOWHERE) !== 0 || isInfinity(value)
}

/** Whether the function, which has no value at `x`, has none on one side of it. A single number does not count. */
function isHole(encloser: Encloser, x: number): boolean {
  const reach = HOLE * Math.max(1, Math.abs(x))
  const neighbours = [x - reach, x + reach].filter((neighbour) => Math.abs(neighbour) <= RANGE)
  return neighbours.some((neighbour) => isMissing(encloser.at(neighbour)))
}
