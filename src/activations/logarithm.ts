import { evaluatePolynomials, fitPolynomials } from './piecewise-polynomial.js'

const CELLS = 128
const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10
const { high: LOGS, low: LOG_TAILS } = computeLogs()
const ARCTAN_SLOPE = fitPolynomials(computeArctanSlope, 1 / 16, 17)
const BITS = new Float64Array(1)
const WORDS = new Int32Array(BITS.buffer)
const HIGH_WORD = new Uint8Array(new Uint16Array([1]).buffer)[0]

/** The natural logarithm: NaN below 0, minus infinity at 0. */
export function log(x: number): number {
  if (!(x > 0 && x < Number.POSITIVE_INFINITY)) return x === 0 ? Number.NEGATIVE_INFINITY : x > 0 ? x : Number.NaN
  return splitLog(x).head
}

/** log(x) of a positive finite x as the nearest double and a tail that makes it some 20 bits more accurate. */
export function splitLog(x: number): { head: number; tail: number } {
  const scaled = x < 2.3e-308 ? x * 2 ** 54 : x
  BITS[0] = scaled
  const high = WORDS[HIGH_WORD]
  const exponent = (high >> 20) - 1023
  WORDS[HIGH_WORD] = (high & 0xfffff) | 0x3ff00000
  const mantissa = BITS[0]
  const cell = ((mantissa - 1) * CELLS + 0.5) | 0
  const centre = 1 + cell / CELLS
  const k = x < 2.3e-308 ? exponent - 54 : exponent
  const r = (mantissa - centre) / centre
  const rHead = Math.fround(r)
  const rTail = (mantissa - centre - rHead * centre) / centre
  const coarse = k * LN2_HIGH + LOGS[cell]
  const head = coarse + rHead
  const tail = rHead - (head - coarse) + (rTail + k * LN2_LOW + LOG_TAILS[cell] + logTail(r))
  const sum = head + tail
  return { head: sum, tail: tail - (sum - head) }
}

/** log(1 + x) for x from 0 to 1, with full relative accuracy near 0. */
export function log1pUpTo1(x: number): number {
  const cell = (x * CELLS + 0.5) | 0
  const r = (x - cell / CELLS) / (1 + cell / CELLS)
  return LOGS[cell] + (r + (logTail(r) + LOG_TAILS[cell]))
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

/** log(1 + r) - r for |r| up to 1/256. */
function logTail(r: number): number {
  const r2 = r * r
  return r2 * (-0.5 + r * (1 / 3) + r2 * (-0.25 + r * 0.2 + r2 * (-1 / 6 + r * (1 / 7))))
}

/** log(1 + j/128) for j up to 128, as 32 bits and what they leave over: 2 artanh(j / (256 + j)) in 160-bit integers. */
function computeLogs(): { high: Float64Array; low: Float64Array } {
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
  // The same split of ln 2 as that of the exponent, so that they cancel to nothing just below 1.
  high[CELLS] = LN2_HIGH
  low[CELLS] = LN2_LOW
  return { high, low }
}

/** arctan(x)/x by Euler's series, all of whose terms are positive. */
function computeArctanSlope(x: number): number {
  const share = (x * x) / (1 + x * x)
  let sum = 1
  for (let n = 70; n > 0; n--) sum = 1 + (sum * share * 2 * n) / (2 * n + 1)
  return sum / (1 + x * x)
}
