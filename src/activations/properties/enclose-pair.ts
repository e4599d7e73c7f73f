import { getOperator } from '../operators.js'
import {
  add,
  contains,
  divide,
  hull,
  intersect,
  type Interval,
  interval,
  isFinite,
  isInfinite,
  isPoint,
  multiply,
  negate,
  ONE,
  subtract,
  WHOLE,
  widen,
  ZERO,
} from './interval.js'

/** The function may have a kink, a jump or a pole inside. */
export const ROUGH = 1
/** The function may lack a value somewhere inside. */
export const PARTIAL = 2
/** The function has no value anywhere inside, except perhaps at single points. */
export const NOWHERE = 4

/** Where the values of a function lie on an interval, and all its difference quotients there. */
export interface Enclosure {
  readonly value: Interval
  readonly slope: Interval
  readonly flags: number
}

const RISING: Interval = Object.freeze({ lo: 0, hi: Number.POSITIVE_INFINITY })
const FALLING: Interval = Object.freeze({ lo: Number.NEGATIVE_INFINITY, hi: 0 })
const FALSE_OR_TRUE: Interval = Object.freeze({ lo: 0, hi: 1 })
/** Relative error of powers, with a margin. */
const POWER_ERROR = 4e-15
/** Above this exponent, a power of an integer is treated as any other power. */
const MAX_INTEGER_EXPONENT = 1e6

/** `difference` contains the values of a - b. It may be narrower than the values of a and b let one expect. */
export function enclosePair(operator: string, a: Enclosure, b: Enclosure, difference: Interval): Enclosure {
  const flags = a.flags | b.flags
  switch (operator) {
    case 'add':
      return { value: add(a.value, b.value), slope: add(a.slope, b.slope), flags: flags | sumFlags(a.value, b.value) }
    case 'sub':
      return {
        value: subtract(a.value, b.value),
        slope: subtract(a.slope, b.slope),
        flags: flags | sumFlags(a.value, negate(b.value)),
      }
    case 'mul':
      return {
        value: multiply(a.value, b.value),
        slope: add(multiply(a.value, b.slope), multiply(b.value, a.slope)),
        flags: flags | productFlags(a.value, b.value),
      }
    case 'div':
      return encloseQuotient(a, b)
    case 'pow':
      return enclosePower(a, b)
    case 'max':
    case 'min':
      return encloseExtreme(operator, a, b, difference)
    default:
      return encloseComparison(operator, a, b, difference)
  }
}

/** `where(condition, a, b)`. Only the branch that may be taken counts. */
export function encloseChoice(condition: Enclosure, a: Enclosure, b: Enclosure): Enclosure {
  const { value, flags } = condition
  if (!contains(value, 0)) return { ...a, flags: a.flags | flags }
  if (isPoint(value)) return { ...b, flags: b.flags | flags }
  const partial = (a.flags | b.flags) & NOWHERE ? PARTIAL : 0
  const nowhere = a.flags & b.flags & NOWHERE
  const either = (a.flags | b.flags) & ~NOWHERE
  return { value: hull(a.value, b.value), slope: WHOLE, flags: ROUGH | partial | nowhere | either | flags }
}

/** The flags of a function whose value may be an infinity minus an infinity. */
function sumFlags(a: Interval, b: Interval): number {
  const isLost = (isInfinite(a) || isInfinite(b)) && a.lo + b.lo !== a.lo + b.lo
  return isLost || (isInfinite(a) && isInfinite(b) && a.lo !== b.lo) ? ROUGH | NOWHERE | PARTIAL : 0
}

function productFlags(a: Interval, b: Interval): number {
  if (!isInfinite(a) && !isInfinite(b)) return 0
  return contains(a, 0) || contains(b, 0) ? ROUGH | PARTIAL : 0
}

function encloseQuotient(a: Enclosure, b: Enclosure): Enclosure {
  const value = divide(a.value, b.value)
  const slope = divide(subtract(a.slope, multiply(value, b.slope)), b.value)
  let flags = a.flags | b.flags
  if (contains(b.value, 0)) {
    const isAtEnd = (b.value.lo === 0) !== (b.value.hi === 0)
    flags |= isAtEnd && !contains(a.value, 0) ? ROUGH : ROUGH | PARTIAL
    if (isPoint(b.value) && contains(a.value, 0)) flags |= NOWHERE
  }
  if (isInfinite(a.value) && isInfinite(b.value)) flags |= ROUGH | PARTIAL
  return { value, slope, flags }
}

/** The greater one for 'max'. A tie is no kink if the difference has one sign on the whole interval. */
function encloseExtreme(operator: 'max' | 'min', a: Enclosure, b: Enclosure, difference: Interval): Enclosure {
  const pick = operator === 'max' ? Math.max : Math.min
  const flags = a.flags | b.flags
  const value = interval(pick(a.value.lo, b.value.lo), pick(a.value.hi, b.value.hi))
  if (!isTieAtPoint(a, b, difference)) {
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
  const flags = (a.flags | b.flags) & ~NOWHERE
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

function enclosePower(a: Enclosure, b: Enclosure): Enclosure {
  const flags = a.flags | b.flags
  const isFixed = isPoint(b.value) && b.slope.lo === 0 && b.slope.hi === 0
  const exponent = b.value.lo
  if (isFixed && Number.isInteger(exponent) && Math.abs(exponent) <= MAX_INTEGER_EXPONENT) {
    return encloseIntegerPower(a, exponent, flags)
  }
  if (a.value.hi < 0) return { value: WHOLE, slope: WHOLE, flags: ROUGH | PARTIAL | NOWHERE }
  const base = interval(Math.max(0, a.value.lo), a.value.hi)
  const power = positivePowers(base, b.value)
  const byBase = multiply(b.value, positivePowers(base, subtract(b.value, ONE)))
  const byExponent = base.lo > 0 ? multiply(power, logarithms(base)) : WHOLE
  const slope = add(multiply(byBase, a.slope), isFixed ? ZERO : multiply(byExponent, b.slope))
  const lost = a.value.lo < 0 ? PARTIAL : 0
  return { value: power, slope, flags: flags | lost | (a.value.lo <= 0 ? ROUGH : 0) }
}

function encloseIntegerPower(a: Enclosure, exponent: number, flags: number): Enclosure {
  if (exponent === 0) return { value: ONE, slope: ZERO, flags: 0 }
  if (exponent === 1) return { ...a, flags }
  const value = integerPowers(a.value, exponent)
  const slope = multiply(multiply({ lo: exponent, hi: exponent }, integerPowers(a.value, exponent - 1)), a.slope)
  return { value, slope, flags: exponent < 0 && contains(a.value, 0) ? flags | ROUGH : flags }
}

function integerPowers(a: Interval, exponent: number): Interval {
  if (exponent === 0) return ONE
  if (exponent < 0) return divide(ONE, integerPowers(a, -exponent))
  if (exponent === 1) return a
  const pow = getOperator('pow').value
  const [lo, hi] = [pow(a.lo, exponent), pow(a.hi, exponent)]
  if (isInfinite(a)) return { lo, hi }
  if (exponent % 2 === 1) return grow(lo, hi)
  return contains(a, 0) ? grow(0, Math.max(lo, hi)) : grow(Math.min(lo, hi), Math.max(lo, hi))
}

/** Powers of bases from 0 on. They have their extremes at the corners. */
function positivePowers(base: Interval, exponents: Interval): Interval {
  const pow = getOperator('pow').value
  const corners = [
    pow(base.lo, exponents.lo),
    pow(base.lo, exponents.hi),
    pow(base.hi, exponents.lo),
    pow(base.hi, exponents.hi),
  ]
  // Next to 0 to the power of 0, every number is a power.
  if (corners.some(Number.isNaN) || (base.lo === 0 && contains(exponents, 0))) return RISING
  const { lo, hi } = grow(Math.min(...corners), Math.max(...corners))
  return { lo: Math.max(0, lo), hi }
}

function logarithms(base: Interval): Interval {
  const log = getOperator('log').value
  return widen(interval(log(base.lo), log(base.hi)), POWER_ERROR)
}

function grow(lo: number, hi: number): Interval {
  if (lo === hi && !isFinite({ lo, hi })) return lo > 0 ? { lo: Number.MAX_VALUE, hi } : { lo, hi: -Number.MAX_VALUE }
  const { lo: down, hi: up } = widen(interval(lo, hi), POWER_ERROR)
  return { lo: down, hi: up === 0 && lo === 0 ? 0 : up }
}
