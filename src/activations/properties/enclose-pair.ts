import { enclosePower } from './enclose-power.js'
import { type Enclosure, type Extent, NOWHERE, PARTIAL, ROUGH, withFlags } from './enclosure.js'
import {
  add,
  contains,
  divide,
  hull,
  type Interval,
  intersect,
  interval,
  isInfinity,
  isPoint,
  isZero,
  multiply,
  negate,
  ONE,
  subtract,
  WHOLE,
  ZERO,
} from './interval.js'
import { getOperatorRange } from './operator-ranges.js'

const RISING: Interval = { lo: 0, hi: Number.POSITIVE_INFINITY }
const FALLING: Interval = { lo: Number.NEGATIVE_INFINITY, hi: 0 }
const FALSE_OR_TRUE: Interval = { lo: 0, hi: 1 }

/**
 * An operator of two operands. `difference` contains the values of a - b; it may be narrower than the values of a and b let
 * one expect. On an interval, operands that are equal everywhere make no kink; at a single number they may.
 */
export function enclosePair(
  operator: string,
  a: Enclosure,
  b: Enclosure,
  difference: Interval,
  extent: Extent,
): Enclosure {
  const flags = a.flags | b.flags
  switch (operator) {
    case 'add':
      return {
        value: add(a.value, b.value),
        slope: add(a.slope, b.slope),
        flags: flags | sumFlags(a.value, b.value, extent),
      }
    case 'sub':
      return {
        value: subtract(a.value, b.value),
        slope: subtract(a.slope, b.slope),
        flags: flags | sumFlags(a.value, negate(b.value), extent),
      }
    case 'mul':
      return {
        value: multiply(a.value, b.value),
        slope: add(multiply(a.value, b.slope), multiply(b.value, a.slope)),
        flags: flags | productFlags(a.value, b.value),
      }
    case 'div':
      return encloseQuotient(a, b, extent)
    case 'pow':
      return enclosePower(a, b)
    case 'max':
    case 'min':
      return encloseExtreme(operator, a, b, difference, extent)
    default:
      return encloseComparison(operator, a, b, difference)
  }
}

/** An operator of two operands that are the same. */
export function encloseTwice(operator: string, a: Enclosure, extent: Extent): Enclosure {
  const isDefined = (a.flags & (PARTIAL | NOWHERE)) === 0
  switch (operator) {
    case 'sub':
      return { value: ZERO, slope: ZERO, flags: a.flags }
    case 'mul': {
      const square = getOperatorRange('square')
      return { value: square.value(a.value), slope: multiply(square.slope(a.value), a.slope), flags: a.flags }
    }
    case 'div':
      return { value: ONE, slope: ZERO, flags: a.flags | (contains(a.value, 0) ? PARTIAL : 0) }
    case 'max':
    case 'min':
      return a
    case 'greater':
    case 'less':
    case 'not_equal':
      if (isDefined) return { value: ZERO, slope: ZERO, flags: 0 }
      break
    case 'greater_equal':
    case 'less_equal':
    case 'equal':
      if (isDefined) return { value: ONE, slope: ZERO, flags: 0 }
  }
  return enclosePair(operator, a, a, ZERO, extent)
}

/** `where(condition, a, b)`. Only the branch that may be taken counts. */
export function encloseChoice(condition: Enclosure, a: Enclosure, b: Enclosure, extent: Extent): Enclosure {
  // NaN differs from 0, so it chooses like a condition that is true.
  if (condition.flags & NOWHERE) return a
  const { value, flags } = condition
  if (flags & PARTIAL) return { value: hull(a.value, b.value), slope: WHOLE, flags: ROUGH | PARTIAL }
  if (!contains(value, 0)) return withFlags(a, a.flags | flags)
  if (isPoint(value)) {
    // At a single number, the numbers next to it may choose the other branch.
    const isAlone = extent !== 'INTERVAL' && !isZero(condition.slope)
    return withFlags(b, b.flags | flags | (isAlone ? ROUGH : 0))
  }
  const partial = (a.flags | b.flags) & NOWHERE ? PARTIAL : 0
  const nowhere = a.flags & b.flags & NOWHERE
  const either = (a.flags | b.flags) & ~NOWHERE
  return { value: hull(a.value, b.value), slope: WHOLE, flags: ROUGH | partial | nowhere | either | flags }
}

/** The flags of a function whose value may be an infinity minus an infinity. The limit of such a sum may be any number. */
function sumFlags(a: Interval, b: Interval, extent: Extent): number {
  if (!isInfinity(a) && !isInfinity(b)) return 0
  const isLost = Number.isNaN(a.lo + b.lo) || Number.isNaN(a.hi + b.hi)
  return isLost ? ROUGH | PARTIAL | (extent === 'LIMIT' ? 0 : NOWHERE) : 0
}

function productFlags(a: Interval, b: Interval): number {
  if (!isInfinity(a) && !isInfinity(b)) return 0
  return contains(a, 0) || contains(b, 0) ? ROUGH | PARTIAL : 0
}

function encloseQuotient(a: Enclosure, b: Enclosure, extent: Extent): Enclosure {
  const value = divide(a.value, b.value)
  const slope = divide(subtract(a.slope, multiply(value, b.slope)), b.value)
  let flags = a.flags | b.flags
  if (contains(b.value, 0)) {
    const isAtEnd = (b.value.lo === 0) !== (b.value.hi === 0)
    flags |= isAtEnd && !contains(a.value, 0) ? ROUGH : ROUGH | PARTIAL
    if (isZero(b.value) && isZero(a.value) && extent !== 'LIMIT') flags |= NOWHERE
  }
  if (isInfinity(a.value) && isInfinity(b.value)) flags |= ROUGH | PARTIAL
  return { value, slope, flags }
}

/** The greater one for 'max'. A tie makes no kink if the difference has one sign on the whole interval. */
function encloseExtreme(
  operator: 'max' | 'min',
  a: Enclosure,
  b: Enclosure,
  difference: Interval,
  extent: Extent,
): Enclosure {
  const pick = operator === 'max' ? Math.max : Math.min
  const flags = a.flags | b.flags
  const value = interval(pick(a.value.lo, b.value.lo), pick(a.value.hi, b.value.hi))
  if (extent === 'INTERVAL' || !isTieAtPoint(a, b, difference)) {
    const isFirst = operator === 'max' ? difference.lo >= 0 : difference.hi <= 0
    const isSecond = operator === 'max' ? difference.hi <= 0 : difference.lo >= 0
    if (isFirst || isSecond) {
      const chosen = isFirst ? a : b
      return { value: intersect(chosen.value, value), slope: chosen.slope, flags }
    }
  }
  return { value, slope: hull(a.slope, b.slope), flags: flags | ROUGH }
}

/** In a point, a tie is a kink unless both slopes agree. */
function isTieAtPoint(a: Enclosure, b: Enclosure, difference: Interval): boolean {
  if (!isPoint(difference) || difference.lo !== 0) return false
  return a.slope.lo !== b.slope.lo || a.slope.hi !== b.slope.hi
}

function encloseComparison(operator: string, a: Enclosure, b: Enclosure, { lo, hi }: Interval): Enclosure {
  // A comparison with NaN is false, and NaN differs from everything.
  const lost = operator === 'not_equal' ? ONE : ZERO
  if ((a.flags | b.flags) & NOWHERE) return { value: lost, slope: ZERO, flags: 0 }
  if ((a.flags | b.flags) & PARTIAL) return { value: FALSE_OR_TRUE, slope: WHOLE, flags: ROUGH }
  const flags = a.flags | b.flags
  const isOver = lo > 0
  const isUnder = hi < 0
  const isTie = lo === 0 && hi === 0
  const rough = isOver || isUnder ? flags : flags | ROUGH
  const answer = (isTrue: boolean): Enclosure => ({ value: isTrue ? ONE : ZERO, slope: ZERO, flags: rough })
  const open = (step: Interval): Enclosure => ({
    value: FALSE_OR_TRUE,
    slope: multiply(step, subtract(a.slope, b.slope)),
    flags: rough,
  })
  switch (operator) {
    case 'greater':
      return isOver ? answer(true) : hi <= 0 ? answer(false) : open(RISING)
    case 'greater_equal':
      return lo >= 0 ? answer(true) : isUnder ? answer(false) : open(RISING)
    case 'less':
      return isUnder ? answer(true) : lo >= 0 ? answer(false) : open(FALLING)
    case 'less_equal':
      return hi <= 0 ? answer(true) : isOver ? answer(false) : open(FALLING)
    case 'equal':
      return isTie ? answer(true) : isOver || isUnder ? answer(false) : open(WHOLE)
    case 'not_equal':
      return isTie ? answer(false) : isOver || isUnder ? answer(true) : open(WHOLE)
    default:
      throw new Error(`enclosures: expected an operator of two operands, got ${operator}`)
  }
}
