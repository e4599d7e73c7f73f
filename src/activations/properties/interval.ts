/**
 * A closed interval. An infinite end means that the numbers have no bound there; both ends infinite and equal mean the
 * infinity itself, as a value or as a limit. Every function here returns an interval that contains all exact results.
 */
export interface Interval {
  readonly lo: number
  readonly hi: number
}

export const WHOLE: Interval = { lo: Number.NEGATIVE_INFINITY, hi: Number.POSITIVE_INFINITY }
export const ZERO: Interval = { lo: 0, hi: 0 }
export const ONE: Interval = { lo: 1, hi: 1 }

/** More than one unit in the last place, relative to the number. */
const UNIT = 2.3e-16
const TINY = 5e-324
/** Below this number the relative rounding error may exceed `UNIT`. */
const SMALL = 1e-290

export function interval(lo: number, hi: number): Interval {
  return lo <= hi ? { lo, hi } : WHOLE
}

export function isPoint({ lo, hi }: Interval): boolean {
  return lo === hi
}

/** Whether it is 0 and nothing else. */
export function isZero({ lo, hi }: Interval): boolean {
  return lo === 0 && hi === 0
}

/** Whether it is an infinity as a value or as a limit. */
export function isInfinity({ lo, hi }: Interval): boolean {
  return lo === hi && lo - lo !== 0
}

/** Where the interval lies: above the number, below it, on it, from it on, up to it, or around it. */
export function sideOf({ lo, hi }: Interval, x: number): number {
  if (lo > x) return 1
  if (hi < x) return 2
  if (lo === x) return hi === x ? 3 : 4
  return hi === x ? 5 : 6
}

export function hasFiniteEnds({ lo, hi }: Interval): boolean {
  return lo - lo === 0 && hi - hi === 0
}

export function contains({ lo, hi }: Interval, x: number): boolean {
  return lo <= x && x <= hi
}

export function hull(a: Interval, b: Interval): Interval {
  return { lo: Math.min(a.lo, b.lo), hi: Math.max(a.hi, b.hi) }
}

/** The common part of two intervals that contain the same number. */
export function intersect(a: Interval, b: Interval): Interval {
  return a.lo > b.hi || b.lo > a.hi ? a : { lo: Math.max(a.lo, b.lo), hi: Math.min(a.hi, b.hi) }
}

export function widthOf({ lo, hi }: Interval): number {
  return hi - lo
}

/** The size of its numbers, at least 1. */
export function sizeOf({ lo, hi }: Interval): number {
  return Math.max(1, Math.abs(lo), Math.abs(hi))
}

/** The number with the fewest digits in the interval. */
export function simplestIn(range: Interval): number {
  if (isPoint(range)) return range.lo + 0
  if (contains(range, 0)) return 0
  const middle = range.lo + widthOf(range) / 2
  for (let digits = 1; digits < 17; digits++) {
    const rounded = Number(middle.toPrecision(digits))
    if (contains(range, rounded)) return rounded
  }
  return middle
}

export function negate({ lo, hi }: Interval): Interval {
  return { lo: 0 - hi, hi: 0 - lo }
}

export function add(a: Interval, b: Interval): Interval {
  return interval(addDown(a.lo, b.lo), -addDown(-a.hi, -b.hi))
}

export function subtract(a: Interval, b: Interval): Interval {
  return add(a, negate(b))
}

export function multiply(a: Interval, b: Interval): Interval {
  if ((isInfinity(a) && contains(b, 0)) || (isInfinity(b) && contains(a, 0))) return WHOLE
  if (a.lo >= 0 && b.lo >= 0) return interval(multiplyDown(a.lo, b.lo), multiplyUp(a.hi, b.hi))
  return interval(
    Math.min(multiplyDown(a.lo, b.lo), multiplyDown(a.lo, b.hi), multiplyDown(a.hi, b.lo), multiplyDown(a.hi, b.hi)),
    Math.max(multiplyUp(a.lo, b.lo), multiplyUp(a.lo, b.hi), multiplyUp(a.hi, b.lo), multiplyUp(a.hi, b.hi)),
  )
}

/** The quotients, as far as they exist. A divisor of 0 at one end gives quotients without a bound. */
export function divide(a: Interval, b: Interval): Interval {
  if (b.lo < 0 && b.hi > 0) return WHOLE
  if (b.lo === 0 || b.hi === 0) return multiply(a, invertTouchingZero(b))
  if (a.lo === b.lo && a.hi === b.hi && isPoint(a) && hasFiniteEnds(a)) return ONE
  const first = a.lo / b.lo
  const second = a.lo / b.hi
  const third = a.hi / b.lo
  const fourth = a.hi / b.hi
  const lo = Math.min(first, second, third, fourth)
  const hi = Math.max(first, second, third, fourth)
  if (Number.isNaN(lo)) return isInfinity(a) || isInfinity(b) ? WHOLE : multiply(a, invertUnbounded(b))
  const isExact = isPoint(b) && Math.abs(b.lo) === 1
  return isExact ? interval(lo, hi) : interval(roundDown(lo, a.lo), roundUp(hi, a.hi))
}

/** Widens by a relative error. Zero stays, because a relative error of zero is none. */
export function widen({ lo, hi }: Interval, relative: number): Interval {
  return { lo: lo - Math.abs(lo) * relative, hi: hi + Math.abs(hi) * relative }
}

function invertTouchingZero(b: Interval): Interval {
  if (isPoint(b)) return { lo: Number.POSITIVE_INFINITY, hi: Number.POSITIVE_INFINITY }
  if (b.lo === 0) return { lo: roundDown(1 / b.hi, 1), hi: Number.POSITIVE_INFINITY }
  return { lo: Number.NEGATIVE_INFINITY, hi: roundUp(1 / b.lo, 1) }
}

function invertUnbounded(b: Interval): Interval {
  return b.lo > 0 ? { lo: 0, hi: roundUp(1 / b.lo, 1) } : { lo: roundDown(1 / b.hi, 1), hi: 0 }
}

/** The sum, rounded down unless it is exact (Knuth's error of a sum is 0). */
function addDown(a: number, b: number): number {
  const sum = a + b
  if (sum - sum !== 0) return sum === Number.POSITIVE_INFINITY && a - a === 0 && b - b === 0 ? Number.MAX_VALUE : sum
  const part = sum - a
  const error = a - (sum - part) + (b - part)
  return error === 0 ? sum : sum - Math.abs(sum) * UNIT - TINY
}

function multiplyDown(a: number, b: number): number {
  if (a === 0 || b === 0) return 0
  const product = a * b
  if (Math.abs(a) === 1 || Math.abs(b) === 1) return product
  if (product === Number.POSITIVE_INFINITY) return a - a === 0 && b - b === 0 ? Number.MAX_VALUE : product
  if (product === 0) return a > 0 === b > 0 ? 0 : -TINY
  return product - Math.abs(product) * UNIT - (Math.abs(product) < SMALL ? TINY : 0)
}

function multiplyUp(a: number, b: number): number {
  return -multiplyDown(-a, b) + 0
}

/** A quotient, rounded down; `numerator` tells an exact zero from an underflow. */
function roundDown(quotient: number, numerator: number): number {
  if (quotient === 0) return numerator === 0 ? 0 : -TINY
  if (quotient === Number.POSITIVE_INFINITY) return Number.MAX_VALUE
  return quotient - Math.abs(quotient) * UNIT - (Math.abs(quotient) < SMALL ? TINY : 0)
}

function roundUp(quotient: number, numerator: number): number {
  return -roundDown(-quotient, numerator) + 0
}
