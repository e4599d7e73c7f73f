import { INVERSES, LN2_HIGH, LN2_LOW, LOG_TAILS, LOGS } from '../../../../activations/functions/logarithm.js'
import type { Code } from '../code/instructions.js'
import { bits, f64x2, type PairFunction, type PairWriter } from './pair-writer.js'
import { evaluatePolynomials } from './polynomials.js'

/** Rows of the logarithm of 1 + j/128 in two parts, of 1/(1 + j/128), and of an unused number. */
export const LOG_TABLE: Float64Array = Float64Array.from(
  { length: 4 * LOGS.length },
  (_, i) => [LOGS, LOG_TAILS, INVERSES, LOGS][i % 4][i >> 2],
)

const MANTISSA = (1n << 52n) - 1n
const ONE_BITS = 1023n << 52n
const OFFSET_BITS = 1075n << 52n
/** The exponent in the lowest bits of 2^52, minus this, is the exponent as a number. */
const EXPONENT_OFFSET = 2 ** 52 + 1023

/** Exponent and mantissa of positive normal numbers, and what the tables say of the cell that has the mantissa. */
export interface LogParts {
  k: Code
  mantissa: Code
  centre: Code
  log: Code
  logTail: Code
  inverse: Code
}

export function splitForLog(w: PairWriter, x: Code): LogParts {
  const { formula, name, number } = w
  const exponent = bits.or(bits.shiftRight(x, 52), number(OFFSET_BITS))
  const k = name(f64x2.sub(exponent, number(EXPONENT_OFFSET)))
  const mantissa = name(bits.or(bits.and(x, number(MANTISSA)), number(ONE_BITS)))
  const cell = name(f64x2.floor(formula('(mantissa - 1) * 128 + 0.5', { mantissa })))
  const rows = w.rowsOf(cell, 4)
  const [log, logTail] = w.lookUp('LOGS', rows, 0)
  const [inverse] = w.lookUp('LOGS', rows, 1)
  return { k, mantissa, centre: formula('1 + cell * 0.0078125', { cell }), log, logTail, inverse }
}

/** `logTail` of `activations/functions`. */
export function restOfLog(w: PairWriter, r: Code): Code {
  const r2 = w.formula('r * r', { r })
  return w.formula('r2 * (-0.5 + r * (1 / 3) + r2 * (-0.25 + r * 0.2 + r2 * (-1 / 6 + r * (1 / 7))))', { r, r2 })
}

export const log: PairFunction = (w, x) => {
  const { name, number, formula } = w
  const isNormal = formula('x > least && x < infinity', {
    x,
    least: number(2.3e-308),
    infinity: number(Number.POSITIVE_INFINITY),
  })
  const isZero = name(f64x2.equal(x, number(0)))
  const isNegative = name(f64x2.less(x, number(0)))
  w.require(name(bits.or(isNormal, bits.or(isZero, isNegative))))
  const normal = name(bits.select(x, number(1), isNormal))
  const parts = splitForLog(w, normal)
  const { mantissa, centre, inverse, k } = parts
  const r = formula('(mantissa - centre) * inverse', { mantissa, centre, inverse })
  const y = formula('k * high + log + (r + (rest + logTail + k * low))', {
    ...parts,
    k,
    r,
    rest: restOfLog(w, r),
    high: number(LN2_HIGH),
    low: number(LN2_LOW),
  })
  const unlessZero = bits.select(number(Number.NEGATIVE_INFINITY), y, isZero)
  return bits.select(number(Number.NaN), unlessZero, isNegative)
}

/** For x from 0 to 1; elsewhere the result is not defined. */
export const log1pUpTo1: PairFunction = (w, x) => {
  const isInside = w.formula('x >= 0 && x <= 1', { x })
  w.require(isInside)
  const inside = w.name(bits.and(x, isInside))
  return w.formula('x * slope', {
    x,
    slope: evaluatePolynomials(w, 'LOG1P_SLOPE', w.formula('16 * inside', { inside })),
  })
}

export const log1p: PairFunction = (w, x) => {
  const isInside = w.formula('x >= 0 && x <= 1', { x })
  const inside = w.name(bits.and(x, isInside))
  const near = w.name(log1pUpTo1(w, inside))
  const sum = w.formula('1 + x', { x })
  const y = w.name(log(w, w.name(bits.select(w.number(1), sum, isInside))))
  const isNormal = w.formula('sum > 0 && sum < infinity', { sum, infinity: w.number(Number.POSITIVE_INFINITY) })
  const far = w.formula('isNormal ? y + (x - (sum - 1)) / sum : y', { isNormal, y, x, sum })
  return bits.select(near, far, isInside)
}

export const arcsinh: PairFunction = (w, x) => {
  const { formula, name, number } = w
  const a = name(f64x2.abs(x))
  const isNear = name(f64x2.less(a, number(0.75)))
  const near = name(bits.and(a, isNear))
  const sum = formula('near + near * near / (1 + Math.sqrt(1 + near * near))', { near })
  const small = formula('x === 0 ? x : (1 - 2 * +(x < 0)) * y', { x, y: name(log1pUpTo1(w, sum)) })
  const isMedium = name(f64x2.less(a, number(1e8)))
  const y = name(log(w, formula('isMedium ? a + Math.sqrt(a * a + 1) : a', { isMedium, a })))
  const far = formula('isMedium ? y : y + ln2', { isMedium, y, ln2: number(Math.LN2) })
  return formula('isNear ? small : x < 0 ? -far : far', { isNear, small, x, far })
}

export const arctan: PairFunction = (w, x) => {
  const { formula, name } = w
  const a = name(f64x2.abs(x))
  w.require(name(f64x2.equal(a, a)))
  const isNear = formula('a <= 1', { a })
  const inverse = formula('1 / a', { a })
  const position = formula('16 * (isNear ? a : inverse)', { isNear, a, inverse })
  const safe = name(bits.and(position, f64x2.lessOrEqual(position, w.number(16))))
  const slope = evaluatePolynomials(w, 'ARCTAN_SLOPE', safe)
  const y = formula('1.5707963267948966 - (inverse * slope - 6.123233995736766e-17)', { inverse, slope })
  return formula('isNear ? x * slope : x < 0 ? -y : y', { isNear, x, slope, y })
}
