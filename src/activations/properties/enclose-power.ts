import { getOperator } from '../operators.js'
import { type Enclosure, NOWHERE, PARTIAL, ROUGH } from './enclosure.js'
import {
  add,
  contains,
  divide,
  hasFiniteEnds,
  type Interval,
  interval,
  isInfinity,
  isPoint,
  isZero,
  multiply,
  ONE,
  subtract,
  WHOLE,
  widen,
  ZERO,
} from './interval.js'

const ANY_POWER: Interval = { lo: 0, hi: Number.POSITIVE_INFINITY }
/** Relative error of powers, with a margin. */
const POWER_ERROR = 4e-15
/** Above this exponent, a power of an integer is treated as any other power. */
const MAX_INTEGER_EXPONENT = 1e6

/** The power of `a` to `b`. */
export function enclosePower(a: Enclosure, b: Enclosure): Enclosure {
  const flags = a.flags | b.flags
  const isFixed = isPoint(b.value) && isZero(b.slope)
  const exponent = b.value.lo
  // 1 to the power of NaN is 1.
  if (isZero(a.slope) && a.value.lo === 1 && a.value.hi === 1) return { value: ONE, slope: ZERO, flags: a.flags }
  if (isFixed && Number.isInteger(exponent) && Math.abs(exponent) <= MAX_INTEGER_EXPONENT) {
    return encloseIntegerPower(a, b, exponent)
  }
  if (a.value.hi < 0) {
    return { value: WHOLE, slope: WHOLE, flags: ROUGH | PARTIAL | (staysInteger(b) ? 0 : NOWHERE) }
  }
  if (isZero(a.value) && isZero(a.slope) && b.value.lo > 0) return { value: ZERO, slope: ZERO, flags }
  const base = interval(Math.max(0, a.value.lo), a.value.hi)
  const value = positivePowers(base, b.value)
  const byBase = multiply(b.value, positivePowers(base, subtract(b.value, ONE)))
  const byExponent = isFixed ? ZERO : multiply(powersTimesLogs(base, b.value, value), b.slope)
  const lost = a.value.lo < 0 ? PARTIAL : 0
  const slope = add(multiply(byBase, a.slope), byExponent)
  return { value, slope, flags: flags | lost | (a.value.lo <= 0 ? ROUGH : 0) }
}

/** Whether an exponent is a positive integer everywhere. Its power has no kink. */
export function isNatural({ value: { lo, hi }, slope }: Enclosure): boolean {
  return lo === hi && lo > 0 && Number.isInteger(lo) && isZero(slope)
}

/** Whether an exponent may be an integer at more than single points: it has branches, or is a constant. */
function staysInteger({ value, slope, flags }: Enclosure): boolean {
  return Math.floor(value.hi) >= value.lo && ((flags & ROUGH) !== 0 || isZero(slope))
}

function encloseIntegerPower(a: Enclosure, b: Enclosure, exponent: number): Enclosure {
  const flags = a.flags | b.flags
  // NaN to the power of 0 is 1, so only the flags of the exponent count.
  if (exponent === 0) return { value: ONE, slope: ZERO, flags: b.flags }
  if (exponent === 1) return { value: a.value, slope: a.slope, flags }
  const value = integerPowers(a.value, exponent)
  const slope = multiply(multiply({ lo: exponent, hi: exponent }, integerPowers(a.value, exponent - 1)), a.slope)
  return { value, slope, flags: exponent < 0 && contains(a.value, 0) ? flags | ROUGH : flags }
}

function integerPowers(a: Interval, exponent: number): Interval {
  if (exponent === 0) return ONE
  if (exponent < 0) return divide(ONE, integerPowers(a, -exponent))
  if (exponent === 1) return a
  const pow = getOperator('pow').value
  const lo = pow(a.lo, exponent)
  const hi = pow(a.hi, exponent)
  if (isInfinity(a)) return { lo, hi }
  if (exponent % 2 === 1) return grow(lo, hi)
  return contains(a, 0) ? grow(0, Math.max(lo, hi)) : grow(Math.min(lo, hi), Math.max(lo, hi))
}

/** Powers of bases from 0 on. They have their extremes at the corners. */
function positivePowers(base: Interval, exponents: Interval): Interval {
  const pow = getOperator('pow').value
  const first = pow(base.lo, exponents.lo)
  const second = isPoint(exponents) ? first : pow(base.lo, exponents.hi)
  const third = isPoint(base) ? first : pow(base.hi, exponents.lo)
  const fourth = isPoint(base) ? second : isPoint(exponents) ? third : pow(base.hi, exponents.hi)
  const least = Math.min(first, second, third, fourth)
  // Next to 0 to the power of 0, every number is a power.
  if (Number.isNaN(least) || (base.lo === 0 && contains(exponents, 0))) return ANY_POWER
  const { lo, hi } = grow(least, Math.max(first, second, third, fourth))
  return { lo: Math.max(0, lo), hi }
}

/** The values of a^b log a. Next to a = 0 they are at least -1/(e b). */
function powersTimesLogs(base: Interval, exponents: Interval, power: Interval): Interval {
  const { value: log } = getOperator('log')
  if (base.lo > 0) return multiply(power, widen(interval(log(base.lo), log(base.hi)), POWER_ERROR))
  if (!(exponents.lo > 0)) return WHOLE
  const greatest = log(base.hi)
  const hi = greatest > 0 ? multiply(power, { lo: 0, hi: greatest * (1 + POWER_ERROR) }).hi : 0
  return { lo: -0.37 / exponents.lo, hi }
}

/** Adds the rounding error. An infinite power of finite numbers is an overflow. */
function grow(lo: number, hi: number): Interval {
  if (lo === hi && !hasFiniteEnds({ lo, hi })) {
    return lo > 0 ? { lo: Number.MAX_VALUE, hi } : { lo, hi: -Number.MAX_VALUE }
  }
  const { lo: down, hi: up } = widen(interval(lo, hi), POWER_ERROR)
  return { lo: down, hi: up }
}
