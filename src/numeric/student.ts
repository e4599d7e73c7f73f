import { logGamma } from './gamma.js'

/**
 * The probability that Student's distribution with these degrees of freedom is at least this far from 0, on either side.
 * Infinite degrees give the normal distribution.
 */
export function studentTails(t: number, degrees: number): number {
  if (Number.isNaN(t) || !(degrees > 0)) return Number.NaN
  const finite = Math.min(degrees, MOST_DEGREES)
  const square = t * t
  if (square === Number.POSITIVE_INFINITY) return 0
  return incompleteBeta(finite / (finite + square), square / (finite + square), finite / 2, 0.5)
}

/** Beyond these degrees, the distribution is normal to 7 digits. */
const MOST_DEGREES = 1e8

/** The distance from 0 that studentTails reaches with this probability, by bisection. */
export function studentQuantile(probability: number, degrees: number): number {
  let [low, high] = [0, 2]
  while (studentTails(high, degrees) > probability) high *= 2
  for (let step = 0; step < 100 && high - low > 1e-12 * high; step++) {
    const middle = (low + high) / 2
    if (studentTails(middle, degrees) > probability) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** The regularised incomplete beta function at x; `rest` is 1 - x without the loss of digits. */
function incompleteBeta(x: number, rest: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (rest <= 0) return 1
  const front = Math.exp(a * logOf(x, rest) + b * logOf(rest, x) - logBeta(a, b))
  // The fraction converges fast on one side of the mean; the other side follows by symmetry.
  return x < (a + 1) / (a + b + 2)
    ? (front * continuedFraction(x, a, b)) / a
    : 1 - (front * continuedFraction(rest, b, a)) / b
}

/** The beta function of the last arguments: comparisons of a dataset have the same degrees of freedom again and again. */
let last = { a: Number.NaN, b: Number.NaN, value: Number.NaN }

function logBeta(a: number, b: number): number {
  if (last.a !== a || last.b !== b) last = { a, b, value: computeLogBeta(a, b) }
  return last.value
}

function computeLogBeta(a: number, b: number): number {
  if (a < MANY || b !== 0.5) return logGamma(a) + logGamma(b) - logGamma(a + b)
  // The difference of two large logarithms, by their asymptotic series.
  return logGamma(b) - (Math.log(a) / 2 - 1 / (8 * a) + 1 / (192 * a ** 3))
}

const MANY = 1000

/** The logarithm of a share whose rest to 1 is known, exact near 1. */
function logOf(share: number, rest: number): number {
  return rest < 0.5 ? Math.log1p(-rest) : Math.log(share)
}

/** By the modified method of Lentz (Numerical Recipes, betacf). */
function continuedFraction(x: number, a: number, b: number): number {
  let c = 1
  let d = invert(1 - ((a + b) * x) / (a + 1))
  let value = d
  for (let m = 1; m < MOST_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = invert(1 + even * d)
    c = 1 / invert(1 + even / c)
    value *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = invert(1 + odd * d)
    c = 1 / invert(1 + odd / c)
    value *= d * c
    if (Math.abs(d * c - 1) < 1e-15) break
  }
  return value
}

const MOST_TERMS = 10_000

function invert(value: number): number {
  return 1 / (Math.abs(value) < 1e-300 ? 1e-300 : value)
}
