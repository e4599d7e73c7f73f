/** log2(e) times 64, and ln(2)/64 in two parts: the first has few digits, so its product with an integer is exact. */
const STEPS_PER_UNIT = 64 / Math.LN2
const STEP_HIGH = 0.6931471803691238 / 64
const STEP_LOW = 1.9082149292705877e-10 / 64
/** Adding and subtracting 1.5·2^52 rounds to the nearest integer without a branch. */
const ROUNDER = 6755399441055744
const { high: ROOTS, low: ROOT_TAILS } = computeRoots()
const POWER_OFFSET = 1074
const POWERS = computePowers()
/** The constants of this file, for code that computes the same for several numbers together. They are not exported one by one, because the loops would be slower. */
export const EXPONENTIAL = { STEPS_PER_UNIT, STEP_HIGH, STEP_LOW, ROUNDER, ROOTS, ROOT_TAILS }

/**
 * e^x, within 0.6 units in the last place.
 *
 * The elementary functions of this folder use only + - * / and square roots. IEEE 754 defines these to the last bit, so
 * the identity of an activation does not depend on the JavaScript engine. The functions have no branch on the sign of x:
 * in loops over inputs of random sign a misprediction costs more than the arithmetic (swish with its derivative takes
 * 21 ns per element with Math.exp and branches on the sign, and 7 ns without).
 *
 * Method: x = (64q + j) ln(2)/64 + r and e^x = 2^q · 2^(j/64) · e^r. The middle factor comes from a table, and the last
 * factor is a polynomial.
 */
export function exp(x: number): number {
  if (!(x < 708)) return expOutside(x)
  if (x < -708) return expOutside(x)
  const rounded = x * STEPS_PER_UNIT + ROUNDER - ROUNDER
  const n = rounded | 0
  const j = n & 63
  const r = x - rounded * STEP_HIGH - rounded * STEP_LOW
  const r2 = r * r
  const tail = r + (r2 * (0.5 + r * (1 / 6)) + r2 * r2 * (1 / 24 + r * (1 / 120) + r2 * (1 / 720)))
  return (ROOTS[j] + (ROOTS[j] * tail + ROOT_TAILS[j])) * POWERS[(n >> 6) + POWER_OFFSET]
}

/** e^x - 1, with full relative accuracy near 0; keeps the sign of a zero. */
export function expm1(x: number): number {
  if (!(x < 708)) return expOutside(x)
  if (x < -40) return -1
  if (x === 0) return x
  const rounded = x * STEPS_PER_UNIT + ROUNDER - ROUNDER
  const n = rounded | 0
  const j = n & 63
  const r = x - rounded * STEP_HIGH - rounded * STEP_LOW
  const r2 = r * r
  const tail = r + (r2 * (0.5 + r * (1 / 6)) + r2 * r2 * (1 / 24 + r * (1 / 120) + r2 * (1 / 720)))
  const power = POWERS[(n >> 6) + POWER_OFFSET]
  const root = ROOTS[j] * power
  return root - 1 + (root * tail + ROOT_TAILS[j] * power)
}

/** e^(-x²). The rounding error of the square is corrected, so the relative accuracy holds far from 0. */
export function gaussian(x: number): number {
  const a = Math.abs(x)
  if (a > 28) return 0
  const head = Math.fround(a)
  const square = a * a
  const lost = head * head - square + (a + head) * (a - head)
  return exp(-square) * (1 - lost)
}

/** (e^x - e^-x) / 2; keeps the sign of a zero. */
export function sinh(x: number): number {
  const a = Math.abs(x)
  if (!(a < 708)) return x < 0 ? -coshOutside(a) : coshOutside(a)
  if (x === 0) return x
  const grown = expm1(a)
  return (0.5 - +(x < 0)) * (grown + grown / (grown + 1))
}

/** (e^x + e^-x) / 2. */
export function cosh(x: number): number {
  const a = Math.abs(x)
  if (!(a < 708)) return coshOutside(a)
  const e = exp(a)
  return 0.5 * (e + 1 / e)
}

/** x if it is positive, else 0, without a branch on the sign; NaN stays NaN. */
export function positivePart(x: number): number {
  return x > -1.7e308 ? 0.5 * x + 0.5 * Math.abs(x) : Number.isNaN(x) ? x : 0
}

/** x if it is negative, else 0, without a branch on the sign; NaN stays NaN. */
export function negativePart(x: number): number {
  return x < 1.7e308 ? 0.5 * x - 0.5 * Math.abs(x) : Number.isNaN(x) ? x : 0
}

/** 2^k for an integer k from -1074 to 1023. */
export function powerOfTwo(k: number): number {
  return POWERS[k + POWER_OFFSET]
}

function expOutside(x: number): number {
  if (Number.isNaN(x)) return x
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY
  if (x < -745.1332191019412) return 0
  return x > 0 ? exp(x - 2) * 7.38905609893065 : exp(x + 64) * 1.603810890548638e-28
}

function coshOutside(a: number): number {
  const half = exp(0.5 * a)
  return 0.5 * half * half
}

/** 2^(j/64) for j below 64, as the nearest double and the remainder, by integer square roots of 256 bits. */
function computeRoots(): { high: Float64Array; low: Float64Array } {
  const bits = 256n
  let root = 2n << bits
  for (let halvings = 0; halvings < 6; halvings++) root = integerSquareRoot(root << bits)
  const high = new Float64Array(64)
  const low = new Float64Array(64)
  let power = 1n << bits
  for (let j = 0; j < 64; j++) {
    high[j] = Number(power >> 192n) / 2 ** 64
    low[j] = Number(power - (BigInt(high[j] * 2 ** 64) << 192n)) / 2 ** 256
    power = (power * root) >> bits
  }
  return { high, low }
}

function integerSquareRoot(square: bigint): bigint {
  let root = 1n << BigInt((square.toString(16).length * 4) / 2 + 1)
  for (;;) {
    const next = (root + square / root) >> 1n
    if (next >= root) return root
    root = next
  }
}

function computePowers(): Float64Array {
  const powers = new Float64Array(2 * POWER_OFFSET)
  let power = 1
  for (let k = 0; k < 1024; k++, power *= 2) powers[POWER_OFFSET + k] = power
  power = 1
  for (let k = 0; k <= POWER_OFFSET; k++, power /= 2) powers[POWER_OFFSET - k] = power
  return powers
}
