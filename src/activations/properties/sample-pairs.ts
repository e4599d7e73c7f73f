import { hasValue, RANGE } from './cover.js'
import type { Enclosed, Encloser } from './encloser.js'
import { NOWHERE } from './enclosure.js'
import { add, contains, hasFiniteEnds, subtract } from './interval.js'
import type { Symmetry } from './symmetry.js'

/** Pairs of x and -x that are compared before a function counts as symmetric. */
const PAIRS = 64
/** Shifts next to a kink, so that both of its sides are compared. */
const SHIFTS = [0, 1e-9, -1e-9, 1e-4, -1e-4]

/**
 * Compares f(x) with f(-x). An answer is false if the enclosures of a pair prove that it does not hold. An answer that is not
 * wanted is false.
 */
export function samplePairs(
  encloser: Encloser,
  kinks: readonly number[],
  wanted: { even: boolean; odd: boolean },
): Symmetry {
  let { even, odd } = wanted
  const near = kinks.flatMap((kink) => SHIFTS.map((shift) => Math.abs(kink) + shift))
  const spread = Array.from({ length: PAIRS }, (_, i) => RANGE * (((i + 1) * 0.6180339887498949) % 1))
  for (const x of [...spread.slice(0, 8), ...near, 0, RANGE, ...spread.slice(8)]) {
    if (!even && !odd) break
    if (x < 0 || x > RANGE) continue
    const plus = encloser.at(x)
    const minus = encloser.at(0 - x)
    if (isMissing(plus) !== isMissing(minus)) return { isEven: false, isOdd: false }
    if (!hasValue(plus) || !hasValue(minus)) continue
    even &&= contains(subtract(plus.value, minus.value), 0)
    odd &&= contains(add(plus.value, minus.value), 0)
  }
  return { isEven: even, isOdd: odd }
}

/** Whether the function certainly has no finite value there. */
function isMissing({ flags, value }: Enclosed): boolean {
  return (flags & NOWHERE) !== 0 || (!hasFiniteEnds(value) && value.lo === value.hi)
}
