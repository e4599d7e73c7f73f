import { besselI0e, besselI1e } from '../functions/special-functions.js'
import { getOperator } from '../operators.js'
import { divide, type Interval, ONE, WHOLE, ZERO } from './interval.js'
import { absolutePad, type Ends, pad, rangeOf } from './monotone-pieces.js'
import { PERIODIC_RANGES } from './periodic-ranges.js'

/** The ranges of an operator of one operand. */
export interface OperatorRange {
  /** Contains the values on the interval, as far as they exist. */
  value(a: Interval): Interval
  /** Contains every difference quotient of the operator between two points of the interval. */
  slope(a: Interval): Interval
  /** Operands at which the value or the derivative jumps, or is infinite. */
  readonly kinks: readonly number[]
  /** Whether the value jumps or the slope is infinite at a kink, so that an interval of operands that ends there is rough. */
  readonly jumps: boolean
  /** The operator has no value below this operand. */
  readonly least: number
}

const INF = Number.POSITIVE_INFINITY

interface Smooth {
  /** Operands at which the derivative changes its sign. */
  readonly turns?: readonly number[]
  /** Operands at which the derivative changes from rising to falling, or back. */
  readonly bends?: readonly number[]
  /** Limits far out, and bounds that the exact values never leave. */
  readonly ends: Ends
  readonly bounds?: Ends
  readonly slopeEnds: Ends
  readonly slopeBounds?: Ends
}

/** Symmetric turning points and bends, computed from the derivatives in the operator table. */
const SMOOTH: Readonly<Record<string, Smooth>> = {
  square: { turns: [0], ends: [INF, INF], bounds: [0, INF], slopeEnds: [-INF, INF] },
  exp: { ends: [0, INF], bounds: [0, INF], slopeEnds: [0, INF], slopeBounds: [0, INF] },
  expm1: { ends: [-1, INF], bounds: [-1, INF], slopeEnds: [0, INF], slopeBounds: [0, INF] },
  erf: { bends: [0], ends: [-1, 1], bounds: [-1, 1], slopeEnds: [0, 0], slopeBounds: [0, 1.2] },
  erfc: { bends: [0], ends: [2, 0], bounds: [0, 2], slopeEnds: [0, 0], slopeBounds: [-1.2, 0] },
  sinh: { bends: [0], ends: [-INF, INF], slopeEnds: [INF, INF], slopeBounds: [1, INF] },
  cosh: { turns: [0], ends: [INF, INF], bounds: [1, INF], slopeEnds: [-INF, INF] },
  tanh: { bends: [0], ends: [-1, 1], bounds: [-1, 1], slopeEnds: [0, 0], slopeBounds: [0, 1] },
  sigmoid: { bends: [0], ends: [0, 1], bounds: [0, 1], slopeEnds: [0, 0], slopeBounds: [0, 0.25] },
  log_sigmoid: { ends: [-INF, 0], bounds: [-INF, 0], slopeEnds: [1, 0], slopeBounds: [0, 1] },
  arcsinh: { bends: [0], ends: [-INF, INF], slopeEnds: [0, 0], slopeBounds: [0, 1] },
  arctan: {
    bends: [0],
    ends: [-Math.PI / 2, Math.PI / 2],
    bounds: [-1.5707963267948968, 1.5707963267948968],
    slopeEnds: [0, 0],
    slopeBounds: [0, 1],
  },
  elu: { ends: [-1, INF], bounds: [-1, INF], slopeEnds: [0, 1], slopeBounds: [0, 1] },
  swish: {
    turns: [-1.278464542761074],
    bends: [-2.399357280515468, 2.399357280515468],
    ends: [0, INF],
    slopeEnds: [0, 1],
  },
  softplus: { ends: [0, INF], bounds: [0, INF], slopeEnds: [0, 1], slopeBounds: [0, 1] },
  softsign: { bends: [0], ends: [-1, 1], bounds: [-1, 1], slopeEnds: [0, 0], slopeBounds: [0, 1] },
  elish: { turns: [-0.881373587019543], bends: [-1.71752978, 2.39935728], ends: [0, INF], slopeEnds: [0, 1] },
  mish: { turns: [-1.19243121451549], bends: [-2.2563763958, 1.4905712069], ends: [0, INF], slopeEnds: [0, 1] },
  gelu: {
    turns: [-0.751791524693564],
    bends: [-Math.SQRT2, Math.SQRT2],
    ends: [0, INF],
    slopeEnds: [0, 1],
  },
}

/** Operators that are lines, with at most one kink: the slope to the left of it, the kink, the slope to the right. */
const LINES: Readonly<Record<string, readonly [number, number, number]>> = {
  identity: [1, INF, 1],
  negative: [-1, INF, -1],
  abs: [-1, 0, 1],
  relu: [0, 0, 1],
  leakyrelu: [0.01, 0, 1],
}

const riseOfHardSigmoid = rangeOf(getOperator('hard_sigmoid').value, [], [0, 1], [0, 1])

const rangeOfLog = withKink('log', { ends: [Number.NaN, INF] }, (lo, hi) => pad(1 / hi, lo > 0 ? 1 / lo : INF))
const rangeOfLog1p = withKink('log1p', { ends: [Number.NaN, INF] }, (lo, hi) => {
  return pad(1 / (1 + hi), lo > -1 ? 1 / (1 + lo) : INF)
})

const OTHERS: Readonly<Record<string, OperatorRange>> = {
  selu: withKink('selu', { ends: [-1.05070098 * 1.67326324, INF] }, (lo, hi) => {
    const exp = getOperator('exp').value
    const left = (a: number) => 1.05070098 * 1.67326324 * exp(Math.min(a, 0))
    if (lo >= 0) return pad(1.05070098, 1.05070098)
    return hi <= 0 ? pad(left(lo), left(hi)) : pad(Math.min(left(lo), 1.05070098), left(0))
  }),
  hard_sigmoid: {
    value: (a) => (a.hi <= -2.5 ? ZERO : a.lo >= 2.5 ? ONE : riseOfHardSigmoid(a)),
    slope: ({ lo, hi }) => {
      if (hi <= -2.5 || lo >= 2.5) return { lo: 0, hi: 0 }
      return { lo: lo >= -2.5 && hi <= 2.5 ? 0.2 : 0, hi: 0.2 }
    },
    kinks: [-2.5, 2.5],
    jumps: false,
    least: -INF,
  },
  bessel_i0e: withKink('bessel_i0e', { turns: [0], ends: [0, 0], bounds: [0, 1] }, (lo, hi) => {
    const slope = (a: number, side: number) => (Number.isFinite(a) ? besselI1e(a) - side * besselI0e(a) : 0)
    const pieces: number[] = []
    if (lo < 0) pieces.push(slope(lo, -1), slope(Math.min(hi, 0), -1))
    if (hi > 0 || lo >= 0) pieces.push(slope(Math.max(lo, 0), 1), slope(hi, 1))
    return absolutePad(Math.min(...pieces), Math.max(...pieces))
  }),
  bessel_i1e: {
    ...withKink('bessel_i1e', { turns: [-1.54512725799, 1.54512725799], ends: [0, 0] }, (lo, hi) => {
      const slope = (a: number) => {
        if (!Number.isFinite(a)) return 0
        return besselI0e(a) - Math.abs(besselI1e(a)) - (a === 0 ? 0.5 : besselI1e(a) / a)
      }
      const bends = [-2.78149288, 0, 2.78149288].filter((bend) => bend > lo && bend < hi)
      const pieces = [slope(lo), slope(hi), ...bends.map(slope)]
      return absolutePad(Math.min(...pieces), Math.max(...pieces))
    }),
    kinks: [],
  },
  reciprocal: {
    value: (a) => divide(ONE, a),
    slope: ({ lo, hi }) => {
      if (lo < 0 && hi > 0) return WHOLE
      const slope = (a: number) => -1 / a / a
      return lo >= 0 ? pad(slope(lo), slope(hi)) : pad(slope(hi), slope(lo))
    },
    kinks: [0],
    jumps: true,
    least: -INF,
  },
  sqrt: {
    ...withKink('sqrt', { ends: [Number.NaN, INF], bounds: [0, INF] }, (lo, hi) => {
      const slope = (a: number) => (a > 0 ? 0.5 / Math.sqrt(a) : INF)
      return pad(slope(hi), slope(lo))
    }),
    jumps: true,
  },
  cbrt: {
    ...withKink('cbrt', { ends: [-INF, INF] }, (lo, hi) => {
      const slope = (a: number) => 1 / (3 * getOperator('cbrt').value(Math.abs(a)) ** 2)
      const far = Math.min(slope(lo), slope(hi))
      return pad(far, lo <= 0 && hi >= 0 ? INF : Math.max(slope(lo), slope(hi)))
    }),
    jumps: true,
  },
  log: {
    ...rangeOfLog,
    value: (a) => (a.lo === 1 && a.hi === 1 ? ZERO : rangeOfLog.value(a)),
    jumps: true,
  },
  log1p: {
    ...rangeOfLog1p,
    value: (a) => (a.lo === -1 && a.hi === -1 ? { lo: -INF, hi: -INF } : rangeOfLog1p.value(a)),
    kinks: [-1],
    jumps: true,
  },
  sign: stepAt((a) => Math.sign(a)),
  step: stepAt((a) => (a >= 0 ? 1 : 0)),
}

const RANGES: ReadonlyMap<string, OperatorRange> = new Map([
  ...Object.entries(SMOOTH).map(([name, smooth]): [string, OperatorRange] => [name, smoothRange(name, smooth)]),
  ...Object.entries(LINES).map(([name, line]): [string, OperatorRange] => [name, lineRange(...line)]),
  ...Object.entries({ ...OTHERS, ...PERIODIC_RANGES }).map(([name, range]): [string, OperatorRange] => [
    name,
    { ...range, least: name === 'log1p' ? -1 : name === 'log' || name === 'sqrt' ? 0 : -INF },
  ]),
])

/** The ranges of an operator of one operand; throws a plain Error if it has none. */
export function getOperatorRange(name: string): OperatorRange {
  const range = RANGES.get(name)
  if (range === undefined) throw new Error(`operator ranges: expected those of ${name}, got none`)
  return range
}

function smoothRange(name: string, smooth: Smooth): OperatorRange {
  const { value, derivatives } = getOperator(name)
  return {
    value: rangeOf(value, smooth.turns ?? [], smooth.ends, smooth.bounds),
    slope: rangeOf((a) => derivatives(a)[0], smooth.bends ?? [], smooth.slopeEnds, smooth.slopeBounds),
    kinks: [],
    jumps: false,
    least: -INF,
  }
}

/** A continuous operator with a kink at 0, unless the caller says otherwise. */
function withKink(
  name: string,
  { turns = [], ends, bounds }: { turns?: readonly number[]; ends: Ends; bounds?: Ends },
  slope: (lo: number, hi: number) => Interval,
): OperatorRange {
  return {
    value: rangeOf(getOperator(name).value, turns, ends, bounds),
    slope: ({ lo, hi }) => slope(lo, hi),
    kinks: [0],
    jumps: false,
    least: -INF,
  }
}

function lineRange(left: number, kink: number, right: number): OperatorRange {
  const at = (a: number) => (a <= kink ? (left === 0 ? 0 : left * a) : right * a)
  return {
    value: ({ lo, hi }) => {
      const [a, b] = [at(lo), at(hi)]
      const least = left < 0 && lo < 0 && hi > 0 && kink === 0 ? 0 : Math.min(a, b)
      const exact = { lo: least + 0, hi: Math.max(a, b) + 0 }
      return left === 0.01 ? pad(exact.lo, exact.hi) : exact
    },
    slope: ({ lo, hi }) => {
      if (lo >= kink) return { lo: right, hi: right }
      return hi <= kink ? { lo: left, hi: left } : { lo: Math.min(left, right), hi: Math.max(left, right) }
    },
    kinks: Number.isFinite(kink) ? [kink] : [],
    jumps: false,
    least: -INF,
  }
}

function stepAt(value: (a: number) => number): OperatorRange {
  return {
    value: ({ lo, hi }) => ({ lo: value(lo), hi: value(hi) }),
    slope: ({ lo, hi }) => ({ lo: 0, hi: value(lo) === value(hi) ? 0 : INF }),
    kinks: [0],
    jumps: true,
    least: -INF,
  }
}
