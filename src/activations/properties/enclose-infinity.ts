import { getOperator } from '../operators.js'
import { type Enclosure, NOWHERE, PARTIAL, ROUGH } from './enclosure.js'
import { contains, type Interval, isInfinity, isPoint, isZero, subtract, WHOLE, ZERO } from './interval.js'

/** Whether an operator divides by a number that is exactly 0. */
export function dividesByZero(operator: string, [a, b]: readonly Enclosure[]): boolean {
  if (operator === 'div') return isZero(b.value)
  if (operator === 'reciprocal') return isZero(a.value)
  return operator === 'pow' && isZero(a.value) && b.value.hi < 0
}

/**
 * A quotient of a divisor that is 0: an infinity of either sign, but no value for 0 / 0. `quotient` is what numbers give at a
 * point of an interval on which the divisor stays 0, because the sign of a zero decides the sign of the infinity; else null.
 */
export function encloseZeroDivisor(
  operator: string,
  operands: readonly Enclosure[],
  quotient: number | null,
): Enclosure {
  if ((operator === 'div' && isZero(operands[0].value)) || Number.isNaN(quotient)) return nowhere()
  // A finite quotient comes from a divisor that is 0 but for a rounding error, which tells nothing.
  if (quotient === null || Number.isFinite(quotient)) return anyInfinity(operands)
  return { value: { lo: quotient, hi: quotient }, slope: ZERO, flags: flagsOf(operands) }
}

function anyInfinity(operands: readonly Enclosure[]): Enclosure {
  return { value: WHOLE, slope: WHOLE, flags: flagsOf(operands) | ROUGH | PARTIAL }
}

/**
 * An operator of operands of which one is an infinity, as numbers compute it: a finite number divided by it is 0, and an
 * infinity minus an infinity is NaN. Null if the ranges of the operator say as much.
 */
export function encloseAtInfinity(operator: string, operands: readonly Enclosure[]): Enclosure | null {
  if (!operands.some(({ value }) => isInfinity(value)) || flagsOf(operands) & NOWHERE) return null
  const compute = getOperator(operator).value
  const lo = compute(...operands.map(({ value }) => value.lo))
  const hi = compute(...operands.map(({ value }) => value.hi))
  const arePoints = operands.every(({ value }) => isPoint(value))
  if (arePoints && Number.isNaN(lo)) return nowhere()
  if (operator === 'pow' && !arePoints && !isMonotonePower(operands)) return anyInfinity(operands)
  if (operator === 'div' && contains(operands[1].value, 0)) return null
  if (lo !== hi || (lo !== 0 && Number.isFinite(lo))) return null
  const isLevel = operands.every(({ slope }) => isZero(slope))
  return { value: exactly(lo), slope: isLevel ? ZERO : WHOLE, flags: flagsOf(operands) }
}

/** Whether powers of which the base or the exponent is an infinity lie between those of the ends. */
function isMonotonePower([base, exponent]: readonly Enclosure[]): boolean {
  if (base.value.lo >= 0) return true
  if (isInfinity(exponent.value)) return base.value.hi <= 0
  const { lo, hi } = exponent.value
  return Math.floor(lo) === Math.floor(hi) && !Number.isInteger(lo)
}

/** a - b, which is 0 for two infinities of the same sign: they are equal, although their difference is NaN. */
export function subtractValues(a: Interval, b: Interval): Interval {
  return isInfinity(a) && isInfinity(b) && a.lo === b.lo ? ZERO : subtract(a, b)
}

function nowhere(): Enclosure {
  return { value: WHOLE, slope: WHOLE, flags: ROUGH | PARTIAL | NOWHERE }
}

function exactly(number: number): Interval {
  return { lo: number + 0, hi: number + 0 }
}

function flagsOf(operands: readonly Enclosure[]): number {
  return operands.reduce((all, { flags }) => all | flags, 0)
}
