import { NUMBERS_IN_CELL } from '../../../../activations/functions/piecewise-polynomial.js'
import { SPECIAL } from '../../../../activations/functions/special-functions.js'
import type { Code } from '../code/instructions.js'
import { bits, f64x2, type PairFunction, type PairWriter } from './pair-writer.js'
import { evaluatePolynomials } from './polynomials.js'

/** The tables of the Bessel functions have four cells from each whole number to the next. */
const BESSEL_LIMIT = SPECIAL.BESSEL_I0E.length / NUMBERS_IN_CELL / 4

export const scaledErfc: PairFunction = (w, a) => {
  const isNear = w.formula('a < 28', { a })
  const near = w.name(bits.and(a, isNear))
  const y = evaluatePolynomials(w, 'ERFCX', w.formula('8 * near', { near }))
  return w.formula('isNear ? y : 0.5641895835477563 / a', { isNear, y, a })
}

export const erfFrom: PairFunction = (w, x, density) => {
  const a = w.name(f64x2.abs(x))
  const isNear = w.formula('a < 0.5', { a })
  const near = w.name(bits.and(a, isNear))
  const slope = evaluatePolynomials(w, 'ERF_SLOPE', w.formula('8 * near', { near }))
  const tail = w.name(scaledErfc(w, a))
  return w.formula('isNear ? x * slope : (1 - 2 * +(x < 0)) * (1 - density * tail)', {
    isNear,
    x,
    slope,
    density,
    tail,
  })
}

export const erfcFrom: PairFunction = (w, x, density) => {
  const negative = w.formula('+(x < 0)', { x })
  const tail = w.name(scaledErfc(w, w.name(f64x2.abs(x))))
  return w.formula('2 * negative + (1 - 2 * negative) * density * tail', { negative, density, tail })
}

export const besselI0e: PairFunction = (w, x) => {
  const y = evaluatePolynomials(w, 'BESSEL_I0E', positionOf(w, x))
  return w.formula('x === 0 ? 1 : y', { x, y })
}

export const besselI1e: PairFunction = (w, x) => {
  return w.formula('x * y', { x, y: evaluatePolynomials(w, 'BESSEL_I1E', positionOf(w, x)) })
}

export const besselI0eSlope: PairFunction = (w, x, value) => {
  const other = w.name(besselI1e(w, x))
  return w.formula('other - (x > 0 ? value : -value)', { other, x, value })
}

export const besselI1eSlope: PairFunction = (w, x, value) => {
  const other = w.name(besselI0e(w, x))
  return w.formula('other - Math.abs(value) - (x === 0 ? 0.5 : value / x)', { other, value, x })
}

/** The place of |x| in the tables of the Bessel functions. They have no code for the asymptotic series. */
function positionOf(w: PairWriter, x: Code): Code {
  const a = w.name(f64x2.abs(x))
  const isInside = w.name(f64x2.less(a, w.number(BESSEL_LIMIT)))
  w.require(isInside)
  return w.formula('4 * inside', { inside: w.name(bits.and(a, isInside)) })
}
