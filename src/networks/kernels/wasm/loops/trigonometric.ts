import { TRIGONOMETRIC } from '../../../../activations/functions/trigonometric.js'
import type { Code } from '../code/instructions.js'
import { bits, f64x2, type PairFunction, type PairWriter } from './pair-writer.js'

const { QUARTERS_PER_UNIT, QUARTER_1, QUARTER_2, QUARTER_3, QUARTER_4, MEDIUM, ROUNDER, SINC_SLOPES } = TRIGONOMETRIC

interface Angle {
  head: Code
  tail: Code
  /** A double whose lowest bits are the number of quarter turns. */
  turns: Code
}

/** `reduce` of `activations/functions`, for angles that are not large. */
function reduce(w: PairWriter, x: Code): Angle {
  const { formula, name, number } = w
  const a = name(f64x2.abs(x))
  w.require(name(f64x2.less(a, number(MEDIUM))))
  const isSmall = formula('a < 0.7853981633974483', { a })
  const rounder = number(ROUNDER)
  const shifted = formula('x * quarters + rounder', { x, quarters: number(QUARTERS_PER_UNIT), rounder })
  const turns = formula('shifted - rounder', { shifted, rounder })
  const first = formula('x - turns * q', { x, turns, q: number(QUARTER_1) })
  const second = formula('turns * q', { turns, q: number(QUARTER_2) })
  const third = formula('turns * q', { turns, q: number(QUARTER_3) })
  const high = formula('first - second', { first, second })
  const lost = differenceError(w, first, second, high)
  const low = formula('high - third', { high, third })
  const rest = formula('lost + error - turns * q', {
    lost,
    error: differenceError(w, high, third, low),
    turns,
    q: number(QUARTER_4),
  })
  const head = formula('low + rest', { low, rest })
  const tail = formula('low - head + rest', { low, head, rest })
  return {
    head: name(bits.select(x, head, isSmall)),
    tail: name(bits.without(tail, isSmall)),
    turns: name(bits.select(rounder, shifted, isSmall)),
  }
}

function differenceError(w: PairWriter, a: Code, b: Code, difference: Code): Code {
  const part = w.formula('a - difference', { a, difference })
  return w.formula('a - (difference + part) + (part - b)', { a, b, difference, part })
}

/** The sine after this many more quarter turns. */
function turned(w: PairWriter, { head, tail, turns }: Angle, more: bigint): Code {
  const one = w.number(1n)
  const quarters = more === 0n ? turns : w.name(bits.add(turns, w.number(more)))
  const isEven = w.name(bits.equal(bits.and(quarters, one), w.number(0n)))
  const y = bits.select(sinNearZero(w, head, tail), cosNearZero(w, head, tail), isEven)
  return bits.flip(y, bits.shiftLeft(bits.and(quarters, w.number(2n)), 62))
}

function sinNearZero(w: PairWriter, x: Code, tail: Code): Code {
  const z = w.formula('x * x', { x })
  const v = w.formula('z * x', { z, x })
  const r = w.formula(
    '0.00833333333332249 + z * (-0.0001984126982985795 + z * (2.7557313707070068e-6 + z * (-2.5050760253406863e-8 + z * 1.58969099521155e-10)))',
    { z },
  )
  return w.formula('x - (z * (0.5 * tail - v * r) - tail - v * -0.16666666666666632)', { x, z, tail, v, r })
}

function cosNearZero(w: PairWriter, x: Code, tail: Code): Code {
  const z = w.formula('x * x', { x })
  const square = w.formula('z * z', { z })
  const r = w.formula(
    'z * (0.0416666666666666 + z * (-0.001388888888887411 + z * 2.480158728947673e-5)) + square * square * rest',
    {
      z,
      square,
      rest: w.formula('-2.7557314351390663e-7 + z * (2.087572321298175e-9 + z * -1.1359647557788195e-11)', { z }),
    },
  )
  const half = w.formula('0.5 * z', { z })
  const top = w.formula('1 - half', { half })
  return w.formula('top + (1 - top - half + (z * r - x * tail))', { top, half, z, r, x, tail })
}

export const sin: PairFunction = (w, x) => {
  const y = w.name(turned(w, reduce(w, x), 0n))
  return w.formula('x === 0 ? x : y', { x, y })
}

export const cos: PairFunction = (w, x) => turned(w, reduce(w, x), 1n)

export const sinc: PairFunction = (w, x) => {
  return w.formula('x === 0 ? 1 : y / x', { x, y: w.name(sin(w, x)) })
}

export const sincSlope: PairFunction = (w, x) => {
  const z = w.formula('x * x', { x })
  const start = w.number(SINC_SLOPES[SINC_SLOPES.length - 1])
  const sum = SINC_SLOPES.slice(0, -1).reduceRight((sum, slope) => {
    return w.formula('slope + z * sum', { slope: w.number(slope), z, sum })
  }, start)
  const [sine, cosine] = [sin, cos].map((turn) => w.name(turn(w, x)))
  return w.formula('Math.abs(x) >= 1 ? (cosine - sine / x) / x : x * sum', { x, cosine, sine, sum })
}
