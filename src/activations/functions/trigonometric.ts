/** 2/π, and π/2 in four parts: the first three have 33 bits, so their products with integers below 2^20 are exact. */
const QUARTERS_PER_UNIT = 0.6366197723675814
const QUARTER_1 = 1.5707963267341256
const QUARTER_2 = 6.077100506303966e-11
const QUARTER_3 = 2.0222662487111665e-21
const QUARTER_4 = 8.4784276603689e-32
/** Up to here the number of quarter turns is below 2^20. */
const MEDIUM = 1.6e6
/** Adding and subtracting 1.5·2^52 rounds to the nearest integer without a branch. */
const ROUNDER = 6755399441055744
/** Bits after the point of π/2 for large angles: 1024 for the largest angle, and 176 for the remainder. */
const SCALE = 1200n
let scaledQuarter: bigint | null = null

/** The remainder of the last reduction: `head` + `tail`, at most π/4 in magnitude. Returned in place of an object. */
const rest = { head: 0, tail: 0 }

/**
 * The sine of an angle in radians, within one unit in the last place for every angle, however large; keeps the sign of a
 * zero; NaN for infinities. Polynomials of fdlibm (k_sin.c, k_cos.c; Sun Microsystems, 1993).
 */
export function sin(x: number): number {
  if (x === 0) return x
  const quarters = reduce(x)
  const y = (quarters & 1) === 0 ? sinNearZero(rest.head, rest.tail) : cosNearZero(rest.head, rest.tail)
  return (quarters & 2) === 0 ? y : -y
}

/** The cosine of an angle in radians, as accurate as `sin`. */
export function cos(x: number): number {
  const quarters = reduce(x)
  const y = (quarters & 1) === 0 ? cosNearZero(rest.head, rest.tail) : sinNearZero(rest.head, rest.tail)
  return ((quarters + 1) & 2) === 0 ? y : -y
}

/** sin(x) / x, and 1 at 0. */
export function sinc(x: number): number {
  return x === 0 ? 1 : sin(x) / x
}

/** The derivative of `sinc`: a series near 0, where cos(x) - sin(x)/x cancels. */
export function sincSlope(x: number): number {
  if (Math.abs(x) >= 1) return (cos(x) - sin(x) / x) / x
  const z = x * x
  let sum = 0
  for (let k = SINC_SLOPES.length - 1; k >= 0; k--) sum = SINC_SLOPES[k] + z * sum
  return x * sum
}

/** (-1)^k 2k / (2k + 1)! for k = 1, 2, ...: the coefficients of x, x³, ... */
const SINC_SLOPES = computeSincSlopes()

/** Constants of this file, for code that computes the same for several numbers together. */
export const TRIGONOMETRIC = {
  QUARTERS_PER_UNIT,
  QUARTER_1,
  QUARTER_2,
  QUARTER_3,
  QUARTER_4,
  MEDIUM,
  ROUNDER,
  SINC_SLOPES,
}

function computeSincSlopes(): number[] {
  const slopes: number[] = []
  let factorial = 1
  for (let k = 1; k <= 10; k++) {
    factorial *= -2 * k * (2 * k + 1)
    slopes.push((2 * k) / factorial)
  }
  return slopes
}

/** Writes x minus the nearest multiple of π/2 to `rest`; returns the number of quarter turns modulo 4. */
function reduce(x: number): number {
  const a = Math.abs(x)
  if (a < 0.7853981633974483) {
    rest.head = x
    rest.tail = 0
    return 0
  }
  if (!(a < MEDIUM)) return reduceLarge(x)
  const turns = x * QUARTERS_PER_UNIT + ROUNDER - ROUNDER
  const first = x - turns * QUARTER_1
  const second = turns * QUARTER_2
  const third = turns * QUARTER_3
  const high = first - second
  const lost = differenceError(first, second, high)
  const low = high - third
  const tail = lost + differenceError(high, third, low) - turns * QUARTER_4
  rest.head = low + tail
  rest.tail = low - rest.head + tail
  return turns & 3
}

/** The rounding error of `difference` = a - b (Knuth's two-sum). */
function differenceError(a: number, b: number, difference: number): number {
  const part = a - difference
  return a - (difference + part) + (part - b)
}

/** Exact integers: a double is an integer times a power of two. */
function reduceLarge(x: number): number {
  if (!(Math.abs(x) < Number.POSITIVE_INFINITY)) {
    rest.head = Number.NaN
    rest.tail = 0
    return 0
  }
  scaledQuarter ??= computeScaledQuarter()
  const angle = toScaledInteger(Math.abs(x))
  let turns = angle / scaledQuarter
  let remainder = angle % scaledQuarter
  if (2n * remainder > scaledQuarter) {
    remainder -= scaledQuarter
    turns += 1n
  }
  const short = remainder >> 200n
  const head = Number(short)
  const sign = x < 0 ? -1 : 1
  rest.head = (sign * head) / 2 ** 1000
  rest.tail = (sign * Number(short - BigInt(head))) / 2 ** 1000
  return (sign * Number(turns & 3n)) & 3
}

/** x · 2^1200 for a large positive x, whose last bit is worth at least 2^-32. */
function toScaledInteger(x: number): bigint {
  let exponent = 0
  let mantissa = x
  while (mantissa >= 2 ** 53) {
    mantissa /= 2 ** 32
    exponent += 32
  }
  return ((BigInt(mantissa * 2 ** 32) << SCALE) >> 32n) << BigInt(exponent)
}

/** π/2 · 2^1200 by Machin's formula, π/4 = 4 arctan(1/5) - arctan(1/239). */
function computeScaledQuarter(): bigint {
  const one = 1n << (SCALE + 64n)
  const arctanOfInverse = (n: bigint): bigint => {
    let power = one / n
    let sum = power
    for (let k = 3n, sign = -1n; power > 0n; k += 2n, sign = -sign) {
      power /= n * n
      sum += (sign * power) / k
    }
    return sum
  }
  return (8n * arctanOfInverse(5n) - 2n * arctanOfInverse(239n)) >> 64n
}

function sinNearZero(x: number, tail: number): number {
  const z = x * x
  const v = z * x
  const r =
    0.00833333333332249 +
    z * (-0.0001984126982985795 + z * (2.7557313707070068e-6 + z * (-2.5050760253406863e-8 + z * 1.58969099521155e-10)))
  return x - (z * (0.5 * tail - v * r) - tail - v * -0.16666666666666632)
}

function cosNearZero(x: number, tail: number): number {
  const z = x * x
  const w = z * z
  const r =
    z * (0.0416666666666666 + z * (-0.001388888888887411 + z * 2.480158728947673e-5)) +
    w * w * (-2.7557314351390663e-7 + z * (2.087572321298175e-9 + z * -1.1359647557788195e-11))
  const half = 0.5 * z
  const top = 1 - half
  return top + (1 - top - half + (z * r - x * tail))
}
