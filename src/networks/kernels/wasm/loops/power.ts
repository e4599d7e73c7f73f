import { LN2_HIGH, LN2_LOW } from '../../../../activations/functions/logarithm.js'
import type { Code } from '../code/instructions.js'
import { exp } from './exponential.js'
import { log, restOfLog, splitForLog } from './logarithm.js'
import { bits, f64x2, type PairFunction, type PairWriter } from './pair-writer.js'

const INFINITY = Number.POSITIVE_INFINITY
/** Splits a double into two halves of 26 bits. */
const SPLITTER = 2 ** 27 + 1

export const pow: PairFunction = (w, base, exponent) => {
  const { formula, name, number } = w
  const magnitude = name(f64x2.abs(base))
  const isOne = formula('exponent === 0 || base === 1', { base, exponent })
  const isNormal = formula('magnitude > least && magnitude < infinity', {
    magnitude,
    least: number(2.3e-308),
    infinity: number(INFINITY),
  })
  const isUsual = formula('Math.abs(exponent) <= limit', { exponent, limit: number(1e20) })
  // The bits of -0 differ from those of 0.
  const isZero = name(bits.equal(base, number(0n)))
  w.require(formula('isOne || isUsual && (isNormal || isZero)', { isOne, isNormal, isZero, isUsual }))
  const power = powPositive(w, name(bits.select(magnitude, number(1), isNormal)), name(bits.and(exponent, isUsual)))
  const isWhole = formula('whole === exponent', { whole: name(f64x2.floor(exponent)), exponent })
  const half = formula('exponent * 0.5', { exponent })
  const isOdd = formula('isWhole && floor !== half', { isWhole, floor: name(f64x2.floor(half)), half })
  const signed = formula('base < 0 ? isWhole ? isOdd ? -power : power : nan : power', {
    base,
    isWhole,
    isOdd,
    power,
    nan: number(Number.NaN),
  })
  const ofZero = formula('exponent > 0 ? 0 : infinity', { exponent, infinity: number(INFINITY) })
  return formula('isOne ? 1 : isZero ? ofZero : signed', { isOne, isZero, ofZero, signed })
}

/** `powPositive` of `activations/functions`, for normal bases and exponents that are not huge. */
function powPositive(w: PairWriter, base: Code, exponent: Code): Code {
  const { formula } = w
  const { k, mantissa, centre, log: head0, logTail: tail0, inverse } = splitForLog(w, base)
  const r = formula('(mantissa - centre) * inverse', { mantissa, centre, inverse })
  const rHead = w.name(f64x2.round(r))
  const rTail = formula('(mantissa - centre - rHead * centre) * inverse', { mantissa, centre, rHead, inverse })
  const coarse = formula('k * high + head', { k, high: w.number(LN2_HIGH), head: head0 })
  const sum = formula('coarse + rHead', { coarse, rHead })
  const rest = formula('rHead - (sum - coarse) + (rTail + k * low + tail + logTail)', {
    rHead,
    sum,
    coarse,
    rTail,
    k,
    low: w.number(LN2_LOW),
    tail: tail0,
    logTail: restOfLog(w, r),
  })
  const head = formula('sum + rest', { sum, rest })
  const tail = formula('rest - (head - sum)', { rest, head, sum })
  const product = formula('head * exponent', { head, exponent })
  const [headHigh, headLow] = halve(w, head)
  const [exponentHigh, exponentLow] = halve(w, exponent)
  const lost = formula(
    'headLow * exponentLow - (product - headHigh * exponentHigh - headLow * exponentHigh - headHigh * exponentLow)',
    { headLow, exponentLow, product, headHigh, exponentHigh },
  )
  const power = w.name(exp(w, product))
  return formula('power > 0 && power < infinity ? power + power * (lost + tail * exponent) : power', {
    power,
    infinity: w.number(INFINITY),
    lost,
    tail,
    exponent,
  })
}

function halve(w: PairWriter, x: Code): [Code, Code] {
  const a = w.formula('splitter * x', { splitter: w.number(SPLITTER), x })
  const high = w.formula('a - (a - x)', { a, x })
  return [high, w.formula('x - high', { x, high })]
}

export const powSlopeByBase: PairFunction = (w, base, exponent, power) => {
  const ratio = w.formula('power / base', { power, base })
  const isZero = w.formula('exponent === 0', { exponent })
  w.require(w.formula('isZero || ratio !== 0 && ratio - ratio === 0', { isZero, ratio }))
  return w.formula('isZero ? 0 : exponent * ratio', { isZero, exponent, ratio })
}

export const powBaseFactor: PairFunction = (w, base, exponent, power) => {
  const ratio = w.formula('power / base', { power, base })
  w.require(w.formula('Math.abs(ratio) >= least || power === 0', { ratio, power, least: w.number(1e-290) }))
  return powSlopeByBase(w, base, exponent, power)
}

/** Where `powBaseFactor` is not the whole slope, it requires that the caller computes it. */
export const powBaseRest: PairFunction = (w) => w.number(1)

export const powSlopeByExponent: PairFunction = (w, base, power) => {
  const isUsed = w.formula('base > 0 && power !== 0', { base, power })
  const y = w.name(log(w, w.name(bits.select(base, w.number(1), isUsed))))
  return w.formula('isUsed ? power * y : 0', { isUsed, power, y })
}

export const cbrt: PairFunction = (w, x) => {
  const a = w.name(f64x2.abs(x))
  const isUsual = w.formula('a >= least && a < infinity', { a, least: w.number(1e-280), infinity: w.number(INFINITY) })
  w.require(w.formula('isUsual || a === 0', { isUsual, a }))
  const usual = w.name(bits.select(a, w.number(1), isUsual))
  const start = w.name(exp(w, w.formula('y / 3', { y: w.name(log(w, usual)) })))
  const root = w.formula('start - (start * start * start - usual) / (3 * start * start)', { start, usual })
  return w.formula('a === 0 ? x : x < 0 ? -root : root', { a, x, root })
}
