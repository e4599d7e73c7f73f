import { type Interval, interval, WHOLE } from './interval.js'

/** A number to the left and one to the right. */
export type Ends = readonly [left: number, right: number]

/** Relative error of the functions of `activations/functions/`, with a margin. */
export const ERROR = 2e-15
const TINY = 5e-324
const INF = Number.POSITIVE_INFINITY

/** The range of a function that is monotone between its critical points. */
export function rangeOf(
  compute: (a: number) => number,
  critical: readonly number[],
  [left, right]: Ends,
  [least, greatest]: Ends = [-INF, INF],
): (a: Interval) => Interval {
  const at = (a: number) => (a === INF ? right : a === -INF ? left : compute(a))
  return (a) => {
    const start = at(a.lo)
    const end = a.hi === a.lo ? start : at(a.hi)
    if (Number.isNaN(start) || Number.isNaN(end)) return WHOLE
    // A limit is exact, also an infinite one, and so is the value at a pole; another infinity is an overflow.
    if (start === end && start - start !== 0 && (!Number.isFinite(a.lo) || a.lo === 0)) return { lo: start, hi: end }
    let lo = Math.min(roundDown(start, a.lo), roundDown(end, a.hi))
    let hi = Math.max(roundUp(start, a.lo), roundUp(end, a.hi))
    for (let i = 0; i < critical.length; i++) {
      const point = critical[i]
      if (point <= a.lo || point >= a.hi) continue
      const value = compute(point)
      lo = Math.min(lo, roundDown(value, point))
      hi = Math.max(hi, roundUp(value, point))
    }
    return { lo: Math.max(lo, least), hi: Math.min(hi, greatest) }
  }
}

/** A zero is exact if the operand is 0 or infinite; else it may be an underflow. */
function roundDown(value: number, operand: number): number {
  if (value === INF) return Number.isFinite(operand) && operand !== 0 ? Number.MAX_VALUE : value
  if (value === 0) return operand === 0 || !Number.isFinite(operand) ? 0 : -TINY
  return value - Math.abs(value) * ERROR
}

function roundUp(value: number, operand: number): number {
  return 0 - roundDown(-value, operand)
}

export function pad(lo: number, hi: number): Interval {
  return interval(lo - Math.abs(lo) * ERROR, hi + Math.abs(hi) * ERROR)
}

/** For differences of numbers up to 1, whose error is absolute. */
export function absolutePad(lo: number, hi: number): Interval {
  return interval(lo - ERROR, hi + ERROR)
}
