import { EXPONENTIAL } from '../../../../activations/functions/exponential.js'
import type { Code } from '../code/instructions.js'
import { bits, f64x2, type PairFunction, type PairWriter } from './pair-writer.js'

const { STEPS_PER_UNIT, STEP_HIGH, STEP_LOW, ROUNDER, ROOTS, ROOT_TAILS } = EXPONENTIAL

/** Rows of 2^(j/64) in two parts. */
export const ROOT_TABLE: Float64Array = Float64Array.from({ length: 2 * ROOTS.length }, (_, i) =>
  i % 2 === 0 ? ROOTS[i >> 1] : ROOT_TAILS[i >> 1],
)

/** The bits of 2^0. Adding q to the exponent gives those of 2^q. */
const ONE_BITS = 1023n << 52n
const MANTISSA_BITS = 52
/** An exponent is a number of 64ths, of which the lowest 6 bits choose the root. */
const ROOT_BITS = 6

interface Parts {
  tail: Code
  root: Code
  rootTail: Code
  /** 2^q. */
  power: Code
}

/** The parts of e^x as `exp` and `expm1` of `activations/functions` combine them, for |x| < 708. */
function split(w: PairWriter, x: Code): Parts {
  const { formula, name, number } = w
  const shifted = formula('x * steps + rounder', { x, steps: number(STEPS_PER_UNIT), rounder: number(ROUNDER) })
  const rounded = formula('shifted - rounder', { shifted, rounder: number(ROUNDER) })
  const r = formula('x - rounded * high - rounded * low', {
    x,
    rounded,
    high: number(STEP_HIGH),
    low: number(STEP_LOW),
  })
  const r2 = formula('r * r', { r })
  const tail = formula('r + (r2 * (0.5 + r * (1 / 6)) + r2 * r2 * (1 / 24 + r * (1 / 120) + r2 * (1 / 720)))', {
    r,
    r2,
  })
  // The lowest bits of `shifted` are those of an integer.
  const root = bits.and(shifted, number(63n))
  const [head, rootTail] = w.lookUp('ROOTS', name(bits.shiftLeft(root, 4)), 0)
  const high = bits.without(shifted, number(63n))
  const power = name(bits.add(bits.shiftLeft(high, MANTISSA_BITS - ROOT_BITS), number(ONE_BITS)))
  return { tail, root: head, rootTail, power }
}

/** Whether |x| < 708, and x where it is so, else 0. */
function limit(w: PairWriter, x: Code): { inside: Code; limited: Code } {
  const inside = w.name(f64x2.less(f64x2.abs(x), w.number(708)))
  return { inside, limited: w.name(bits.and(x, inside)) }
}

export const exp: PairFunction = (w, x) => {
  const { inside, limited } = limit(w, x)
  const parts = split(w, limited)
  const e = w.formula('(root + (root * tail + rootTail)) * power', { ...parts })
  const isLarge = w.name(f64x2.greater(x, w.number(709.782712893384)))
  const isSmall = w.name(f64x2.less(x, w.number(-745.1332191019412)))
  w.require(w.name(bits.or(inside, bits.or(isLarge, isSmall))))
  return bits.without(bits.select(w.number(Number.POSITIVE_INFINITY), e, isLarge), isSmall)
}

export const expm1: PairFunction = (w, x) => {
  const { inside, limited } = limit(w, x)
  const parts = split(w, limited)
  const root = w.formula('root * power', { ...parts })
  const grown = w.formula('root - 1 + (root * tail + rootTail * power)', { ...parts, root })
  const isSmall = w.name(f64x2.less(x, w.number(-40)))
  const isLarge = w.name(f64x2.greater(x, w.number(709.782712893384)))
  w.require(w.name(bits.or(inside, bits.or(isLarge, isSmall))))
  const unlessLarge = bits.select(w.number(Number.POSITIVE_INFINITY), grown, isLarge)
  const unlessSmall = bits.select(w.number(-1), unlessLarge, isSmall)
  return bits.select(x, unlessSmall, f64x2.equal(x, w.number(0)))
}

export const gaussian: PairFunction = (w, x) => {
  const a = w.name(f64x2.abs(x))
  const isFar = w.name(f64x2.greater(a, w.number(28)))
  const near = w.name(bits.without(a, isFar))
  const head = w.name(f64x2.round(near))
  const square = w.formula('near * near', { near })
  const lost = w.formula('head * head - square + (near + head) * (near - head)', { head, square, near })
  const e = w.name(exp(w, w.name(f64x2.negate(square))))
  return bits.without(w.formula('e * (1 - lost)', { e, lost }), isFar)
}

export const sinh: PairFunction = (w, x) => {
  const a = w.name(f64x2.abs(x))
  w.require(w.name(f64x2.less(a, w.number(708))))
  const grown = w.name(expm1(w, a))
  return w.formula('x === 0 ? x : (0.5 - +(x < 0)) * (grown + grown / (grown + 1))', { x, grown })
}

export const cosh: PairFunction = (w, x) => {
  const a = w.name(f64x2.abs(x))
  w.require(w.name(f64x2.less(a, w.number(708))))
  return w.formula('0.5 * (e + 1 / e)', { e: w.name(exp(w, a)) })
}

export const positivePart: PairFunction = (w, x) => {
  w.require(w.name(f64x2.greater(x, w.number(-1.7e308))))
  return w.formula('0.5 * x + 0.5 * a', { x, a: w.name(f64x2.abs(x)) })
}

export const negativePart: PairFunction = (w, x) => {
  w.require(w.name(f64x2.less(x, w.number(1.7e308))))
  return w.formula('0.5 * x - 0.5 * a', { x, a: w.name(f64x2.abs(x)) })
}
