import { powerOfTwo } from './exponential.js'
import { evaluatePolynomials, fitPolynomials } from './piecewise-polynomial.js'

const BITS = new Float64Array(1)
const WORDS = new Int32Array(BITS.buffer)
const HIGH_WORD = new Uint8Array(new Uint16Array([1]).buffer)[0]
const CELLS = 128
/** ln 2 in two parts: the first has few digits, so its product with an exponent is exact. */
export const LN2_HIGH = 0.6931471803691238
export const LN2_LOW = 1.9082149292705877e-10
/** log(1 + j/128) for j up to 128 in two parts, the first of 32 binary places, and 1/(1 + j/128). */
export const { high: LOGS, low: LOG_TAILS, inverse: INVERSES } = computeLogs()
const LOG1P_SLOPE = fitPolynomials((x) => computeLog1p(x) / x, 1 / 16, 17)
const ARCTAN_SLOPE = fitPolynomials(computeArctanSlope, 1 / 16, 17)
/** Tables of this file, for code that computes the same for several numbers together. */
export const LOGARITHM: { LOG1P_SLOPE: Float64Array; ARCTAN_SLOPE: Float64Array } = { LOG1P_SLOPE, ARCTAN_SLOPE }

/** The natural logarithm: NaN below 0, minus infinity at 0. */
export function log(x: number): number {
  if (!(x > 2.3e-308 && x < Number.POSITIVE_INFINITY)) return logOutside(x)
  const k = exponentOf(x)
  const mantissa = x * powerOfTwo(-k)
  const cell = cellOf(mantissa)
  const r = (mantissa - (1 + cell / CELLS)) * INVERSES[cell]
  return k * LN2_HIGH + LOGS[cell] + (r + (logTail(r) + LOG_TAILS[cell] + k * LN2_LOW))
}

/** The exponent k of a normal positive number, where x is from 2^k to below 2^(k+1). */
export function exponentOf(x: number): number {
  BITS[0] = x
  return (WORDS[HIGH_WORD] >> 20) - 1023
}

/** The number j whose 1 + j/128 is nearest to a mantissa from 1 to 2. */
export function cellOf(mantissa: number): number {
  return ((mantissa - 1) * CELLS + 0.5) | 0
}

/** log(1 + r) - r for |r| up to 1/256. */
export function logTail(r: number): number {
  const r2 = r * r
  return r2 * (-0.5 + r * (1 / 3) + r2 * (-0.25 + r * 0.2 + r2 * (-1 / 6 + r * (1 / 7))))
}

/** log(1 + x) for x from 0 to 1, with full relative accuracy near 0. */
export function log1pUpTo1(x: number): number {
  return x * evaluatePolynomials(LOG1P_SLOPE, 16 * x)
}

/** log(1 + x), with full relative accuracy near 0; keeps the sign of a zero; NaN below -1, minus infinity at -1. */
export function log1p(x: number): number {
  if (x >= 0 && x <= 1) return log1pUpTo1(x)
  const sum = 1 + x
  if (!(sum > 0 && sum < Number.POSITIVE_INFINITY)) return log(sum)
  return log(sum) + (x - (sum - 1)) / sum
}

/** The inverse of sinh; keeps the sign of a zero. */
export function arcsinh(x: number): number {
  const a = Math.abs(x)
  if (a < 0.75) return x === 0 ? x : (1 - 2 * +(x < 0)) * log1pUpTo1(a + (a * a) / (1 + Math.sqrt(1 + a * a)))
  const y = a < 1e8 ? log(a + Math.sqrt(a * a + 1)) : log(a) + Math.LN2
  return x < 0 ? -y : y
}

/** The inverse of tan, between -π/2 and π/2. */
export function arctan(x: number): number {
  const a = Math.abs(x)
  if (a <= 1) return x * evaluatePolynomials(ARCTAN_SLOPE, 16 * a)
  const inverse = 1 / a
  const y = 1.5707963267948966 - (inverse * evaluatePolynomials(ARCTAN_SLOPE, 16 * inverse) - 6.123233995736766e-17)
  return x < 0 ? -y : y
}

function logOutside(x: number): number {
  if (x > 0) return x < 1 ? log(x * 2 ** 54) - 54 * Math.LN2 : x
  return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN
}

/** log(1 + x) for x from 0 to slightly above 1. */
function computeLog1p(x: number): number {
  const cell = (x * CELLS + 0.5) | 0
  if (cell > CELLS) return log(1 + x)
  const r = (x - cell / CELLS) / (1 + cell / CELLS)
  return LOGS[cell] + (r + (logTail(r) + LOG_TAILS[cell]))
}

/** Computes log(1 + j/128) = 2 artanh(j / (256 + j)) in integers of 160 bits. */
function computeLogs(): { high: Float64Array; low: Float64Array; inverse: Float64Array } {
  const one = 1n << 160n
  const high = new Float64Array(CELLS + 1)
  const low = new Float64Array(CELLS + 1)
  for (let j = 0; j <= CELLS; j++) {
    const t = (one * BigInt(j)) / BigInt(2 * CELLS + j)
    const square = (t * t) >> 160n
    let sum = 0n
    let power = t
    for (let k = 1n; power > 0n; k += 2n, power = (power * square) >> 160n) sum += power / k
    const short = ((2n * sum) >> 128n) << 128n
    high[j] = Number(short) / 2 ** 160
    low[j] = Number(2n * sum - short) / 2 ** 160
  }
  // The split of ln 2 is the same as for the exponent, so the two cancel exactly just below 1.
  high[CELLS] = LN2_HIGH
  low[CELLS] = LN2_LOW
  return { high, low, inverse: high.map((_, j) => 1 / (1 + j / CELLS)) }
}

/** arctan(x)/x by Euler's series, all of whose terms are positive. */
function computeArctanSlope(x: number): number {
  const share = (x * x) / (1 + x * x)
  let sum = 1
  for (let n = 70; n > 0; n--) sum = 1 + (sum * share * 2 * n) / (2 * n + 1)
  return sum / (1 + x * x)
}
