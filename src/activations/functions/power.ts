import { exp, powerOfTwo } from './exponential.js'
import { cellOf, exponentOf, INVERSES, LN2_HIGH, LN2_LOW, LOG_TAILS, LOGS, log, logTail } from './logarithm.js'

/** Veltkamp's factor 2^27 + 1, which splits a double into two halves of 26 bits. */
const SPLITTER = 134217729

/** base^exponent by the rules of C and TensorFlow: 1^y = x^0 = 1, and NaN for a negative base to a fraction. */
export function pow(base: number, exponent: number): number {
  if (exponent === 0 || base === 1) return 1
  if (Number.isNaN(base) || Number.isNaN(exponent)) return Number.NaN
  const magnitude = Math.abs(base)
  if (magnitude > 0 && magnitude < Number.POSITIVE_INFINITY && Math.abs(exponent) < Number.POSITIVE_INFINITY) {
    if (base > 0) return powPositive(base, exponent)
    if (!Number.isInteger(exponent)) return Number.NaN
    return isOdd(exponent) ? -powPositive(magnitude, exponent) : powPositive(magnitude, exponent)
  }
  return powExtreme(base, magnitude, exponent)
}

/** The partial derivative of base^exponent (= `power`) by its base. */
export function powSlopeByBase(base: number, exponent: number, power: number): number {
  if (exponent === 0) return 0
  const ratio = power / base
  const slope = exponent * (ratio !== 0 && ratio - ratio === 0 ? ratio : pow(base, exponent - 1))
  // An infinite exponent times a power of 0 has the limit 0.
  return Number.isNaN(slope) && power === 0 ? 0 : slope
}

/**
 * The partial derivative of base^exponent (= `power`) by its base is the product of this and of `powBaseRest`. An inner
 * derivative as large as the base is multiplied between both, so that the result does not underflow before it must.
 */
export function powBaseFactor(base: number, exponent: number, power: number): number {
  return isSplit(base, power) ? power : powSlopeByBase(base, exponent, power)
}

/** See `powBaseFactor`. */
export function powBaseRest(base: number, exponent: number, power: number): number {
  return isSplit(base, power) ? exponent / base : 1
}

/** Whether power / base underflows or has lost digits. */
function isSplit(base: number, power: number): boolean {
  return power !== 0 && Math.abs(power / base) < 1e-290 && Math.abs(base) < Number.POSITIVE_INFINITY
}

/**
 * The partial derivative of base^exponent (= `power`) by its exponent. It is 0 for a base of 0, as the limit, and by
 * convention for negative bases, whose powers exist only for integer exponents.
 */
export function powSlopeByExponent(base: number, power: number): number {
  return base > 0 && power !== 0 ? power * log(base) : 0
}

/**
 * e^(exponent · log base). The logarithm and the product have nearly twice the working precision, because the exponential
 * magnifies their errors: the logarithm is `head` + `tail`, and `exponent` · `head` is `product` + `lost`.
 */
function powPositive(base: number, exponent: number): number {
  if (Math.abs(exponent) > 1e20) return exp(exponent * log(base))
  const isSubnormal = base < 2.3e-308
  const normal = isSubnormal ? base * 2 ** 54 : base
  const normalExponent = exponentOf(normal)
  const mantissa = normal * powerOfTwo(-normalExponent)
  const k = isSubnormal ? normalExponent - 54 : normalExponent
  const cell = cellOf(mantissa)
  const centre = 1 + cell / 128
  const r = (mantissa - centre) * INVERSES[cell]
  const rHead = Math.fround(r)
  const rTail = (mantissa - centre - rHead * centre) * INVERSES[cell]
  const coarse = k * LN2_HIGH + LOGS[cell]
  const sum = coarse + rHead
  const rest = rHead - (sum - coarse) + (rTail + k * LN2_LOW + LOG_TAILS[cell] + logTail(r))
  const head = sum + rest
  const tail = rest - (head - sum)
  const product = head * exponent
  const a = SPLITTER * head
  const headHigh = a - (a - head)
  const headLow = head - headHigh
  const b = SPLITTER * exponent
  const exponentHigh = b - (b - exponent)
  const exponentLow = exponent - exponentHigh
  const lost =
    headLow * exponentLow - (product - headHigh * exponentHigh - headLow * exponentHigh - headHigh * exponentLow)
  const power = exp(product)
  return power > 0 && power < Number.POSITIVE_INFINITY ? power + power * (lost + tail * exponent) : power
}

function powExtreme(base: number, magnitude: number, exponent: number): number {
  if (magnitude === 1) return 1
  const large = exponent > 0 === magnitude > 1
  const size = large ? Number.POSITIVE_INFINITY : 0
  return (base < 0 || Object.is(base, -0)) && isOdd(exponent) ? -size : size
}

function isOdd(exponent: number): boolean {
  return Math.abs(exponent % 2) === 1
}
