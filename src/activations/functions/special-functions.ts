import { exp, gaussian } from './exponential.js'
import { evaluatePolynomials, fitPolynomials } from './piecewise-polynomial.js'

const ERFCX = fitPolynomials(computeErfcx, 1 / 8, 28 * 8)
const ERF_SLOPE = fitPolynomials(computeErfSlope, 1 / 8, 4)
const BESSEL_LIMIT = 32
const BESSEL_I0E = fitPolynomials((x) => computeBesselSeries(x, 0), 1 / 4, BESSEL_LIMIT * 4)
const BESSEL_I1E = fitPolynomials((x) => computeBesselSeries(x, 1), 1 / 4, BESSEL_LIMIT * 4)
/** Tables of this file, for code that computes the same for several numbers together. */
export const SPECIAL: Record<'ERFCX' | 'ERF_SLOPE' | 'BESSEL_I0E' | 'BESSEL_I1E', Float64Array> = {
  ERFCX,
  ERF_SLOPE,
  BESSEL_I0E,
  BESSEL_I1E,
}

/** The error function, 2/√π times the integral of e^(-t²) from 0 to x. */
export function erf(x: number): number {
  return erfFrom(x, gaussian(x))
}

/** 1 - erf(x), with full relative accuracy in the right tail. */
export function erfc(x: number): number {
  return erfcFrom(x, gaussian(x))
}

/** erf(x), given e^(-x²). */
export function erfFrom(x: number, density: number): number {
  const a = Math.abs(x)
  if (a < 0.5) return x * evaluatePolynomials(ERF_SLOPE, 8 * a)
  return (1 - 2 * +(x < 0)) * (1 - density * scaledErfc(a))
}

/** erfc(x), given e^(-x²). */
export function erfcFrom(x: number, density: number): number {
  const negative = +(x < 0)
  return 2 * negative + (1 - 2 * negative) * density * scaledErfc(Math.abs(x))
}

/** e^(a²) erfc(a) for a >= 0. Above 28 it is the leading term, which callers multiply by an e^(-a²) of 0. */
export function scaledErfc(a: number): number {
  return a < 28 ? evaluatePolynomials(ERFCX, 8 * a) : 0.5641895835477563 / a
}

/** e^-|x| I0(x), the scaled modified Bessel function of order 0. */
export function besselI0e(x: number): number {
  const a = Math.abs(x)
  if (a === 0) return 1
  return a < BESSEL_LIMIT ? evaluatePolynomials(BESSEL_I0E, 4 * a) : computeBesselAsymptotic(a, 0)
}

/** e^-|x| I1(x), the scaled modified Bessel function of order 1. */
export function besselI1e(x: number): number {
  const a = Math.abs(x)
  if (a < BESSEL_LIMIT) return x * evaluatePolynomials(BESSEL_I1E, 4 * a)
  return x < 0 ? -computeBesselAsymptotic(a, 1) : computeBesselAsymptotic(a, 1)
}

/** The derivative of besselI0e (= `value`). At 0 it is the derivative of the left side. */
export function besselI0eSlope(x: number, value: number): number {
  const a = Math.abs(x)
  if (a >= BESSEL_LIMIT) return (x < 0 ? -1 : 1) * sumSlopeTerms(a, 0)
  return besselI1e(x) - (x > 0 ? value : -value)
}

/** The derivative of besselI1e (= `value`). */
export function besselI1eSlope(x: number, value: number): number {
  const a = Math.abs(x)
  if (a >= BESSEL_LIMIT) return sumSlopeTerms(a, 1)
  return besselI0e(x) - Math.abs(value) - (x === 0 ? 0.5 : value / x)
}

/**
 * The derivatives for x >= 32, from the asymptotic series of both functions. Their leading terms cancel, so the series are
 * subtracted term by term.
 */
function sumSlopeTerms(x: number, order: 0 | 1): number {
  let [term0, term1, sum] = [1, 1, 0]
  for (let k = 1; k < 40; k++) {
    const previous = term1
    term0 *= (2 * k - 1) ** 2 / (8 * k * x)
    term1 *= ((2 * k - 1) ** 2 - 4) / (8 * k * x)
    const term = order === 0 ? term1 - term0 : term0 - term1 - previous / x
    sum += term
    if (Math.abs(term) < 1e-17 * Math.abs(sum)) break
  }
  return sum / Math.sqrt(2 * Math.PI * x)
}

/**
 * e^(x²) erfc(x). Below 1/2 it uses the series of erf. Above, it evaluates Laplace's continued fraction (Abramowitz &
 * Stegun 7.1.14) from its last level; (18.5/x)² / 2 levels are enough for 16 digits.
 */
function computeErfcx(x: number): number {
  if (x < 0.5) return exp(x * x) * (1 - x * computeErfSlope(x))
  let fraction = x
  for (let level = Math.ceil(200 / (x * x)) + 20; level > 0; level--) fraction = x + (0.5 * level) / fraction
  return 0.5641895835477563 / fraction
}

/** erf(x) / x = 2/√π e^(-x²) Σ (2x²)^n / (2n+1)!! (Abramowitz & Stegun 7.1.6): no cancellation. */
function computeErfSlope(x: number): number {
  let sum = 1
  for (let n = 40; n > 0; n--) sum = 1 + (sum * 2 * x * x) / (2 * n + 1)
  return 1.1283791670955126 * exp(-x * x) * sum
}

/** e^-x I0(x), or e^-x I1(x)/x, by the power series (Abramowitz & Stegun 9.6.10): no cancellation. */
function computeBesselSeries(x: number, order: 0 | 1): number {
  const quarter = 0.25 * x * x
  let sum = 1
  for (let k = 30 + Math.ceil(2 * x); k > 0; k--) sum = 1 + (sum * quarter) / (k * (k + order))
  return exp(-x) * sum * (order === 0 ? 1 : 0.5)
}

/** e^-x I(x) for x >= 32 (Abramowitz & Stegun 9.7.1): the terms fall below 1e-17 before they grow. */
function computeBesselAsymptotic(x: number, order: 0 | 1): number {
  let term = 1
  let sum = 1
  for (let k = 1; k < 40; k++) {
    term *= -(4 * order * order - (2 * k - 1) ** 2) / (8 * k * x)
    sum += term
    if (Math.abs(term) < 1e-17) break
  }
  return sum / Math.sqrt(2 * Math.PI * x)
}
