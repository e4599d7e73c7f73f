import { cosh, exp, expm1, gaussian, negativePart, positivePart, sinh } from './exponential.js'
import { arcsinh, arctan, log, log1p, log1pUpTo1 } from './logarithm.js'
import { f64x2, type PairFunction } from './pair-writer.js'
import { cbrt, pow, powBaseFactor, powBaseRest, powSlopeByBase, powSlopeByExponent } from './power.js'
import {
  besselI0e,
  besselI0eSlope,
  besselI1e,
  besselI1eSlope,
  erfcFrom,
  erfFrom,
  scaledErfc,
} from './special-functions.js'
import { cos, sin, sinc, sincSlope } from './trigonometric.js'

/** The functions that formulas call, for pairs of numbers. Each gives the bits of the function of this name for one. */
export const PAIR_FUNCTIONS: Readonly<Record<string, PairFunction>> = {
  'Math.abs': (_, x) => f64x2.abs(x),
  'Math.sqrt': (_, x) => f64x2.sqrt(x),
  arcsinh,
  arctan,
  besselI0e,
  besselI0eSlope,
  besselI1e,
  besselI1eSlope,
  cbrt,
  cos,
  cosh,
  erfcFrom,
  erfFrom,
  exp,
  expm1,
  gaussian,
  log,
  log1p,
  log1pUpTo1,
  negativePart,
  positivePart,
  pow,
  powBaseFactor,
  powBaseRest,
  powSlopeByBase,
  powSlopeByExponent,
  scaledErfc,
  sin,
  sinc,
  sincSlope,
  sinh,
}
