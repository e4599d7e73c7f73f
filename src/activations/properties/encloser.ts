import type { Expression } from '../expression.js'
import { getOperator } from '../operators.js'
import { dividesByZero, encloseAtInfinity, encloseZeroDivisor, subtractValues } from './enclose-infinity.js'
import { encloseChoice, enclosePair, encloseTwice } from './enclose-pair.js'
import { isNatural } from './enclose-power.js'
import { type Enclosure, type Extent, NOWHERE, PARTIAL, ROUGH } from './enclosure.js'
import {
  add,
  hasFiniteEnds,
  type Interval,
  intersect,
  isPoint,
  isZero,
  multiply,
  ONE,
  sideOf,
  subtract,
  ZERO,
} from './interval.js'
import { getOperatorRange, type OperatorRange } from './operator-ranges.js'

/** One operation. `operands` are indices of earlier ones. */
interface Step {
  readonly operator: string
  readonly operands: readonly number[]
  /** The value, if the step is a number. */
  readonly constant: number | null
  readonly range: OperatorRange | null
}

/** The function at one number, or on an interval around it. */
export interface Enclosed extends Enclosure {
  /** The number, or the middle of the interval. */
  readonly x: number
  /** A number that changes when a branch changes, such as the sign of the operand of relu. */
  readonly branches: number
}

const INPUT_STEP = 'input'
const POINT_OFFSET: Interval = ZERO
const NONE: ReadonlySet<number> = new Set()
/** A divisor that is 0 as far as this from a number, relative to it or to 1, is 0 on an interval. */
const REACH = 1e-9

/**
 * Computes intervals that contain the values and the difference quotients of an expression. Equal subexpressions are one
 * step, so the difference of equal subexpressions is exactly 0. The values in an interval are also enclosed by the value in
 * its middle and the slopes (the mean value form), which is narrow where terms cancel.
 */
export class Encloser {
  private readonly steps: Step[] = []
  /** Whether a divisor was 0 on a whole interval. There the sign of the zero counts, which no rule about functions knows. */
  hasLastingPoles = false
  private centres: Enclosure[] = []
  private found: Enclosure[] = []
  private branches = 0
  private extent: Extent = 'POINT'
  /** Steps that divide by exactly 0 in this evaluation, and those that do so also next to the number. */
  private poles = new Set<number>()
  private lasting: ReadonlySet<number> = NONE
  private isTiny = false

  constructor(expression: Expression) {
    const known = new Map<string, number>()
    const push = (operator: string, operands: readonly number[], constant: number | null = null): number => {
      const key = `${operator} ${operands.join(' ')} ${Object.is(constant, -0) ? '-0' : constant}`
      const index = known.get(key)
      if (index !== undefined) return index
      const range = operands.length === 1 ? getOperatorRange(operator) : null
      known.set(key, this.steps.length)
      return this.steps.push({ operator, operands, constant, range }) - 1
    }
    const visit = (node: Expression): number => {
      if (node.kind === 'INPUT') return push(INPUT_STEP, [])
      if (node.kind === 'NUMBER') return push('number', [], node.value)
      if (node.kind === 'PARAMETER') return push('number', [], node.initial)
      if (node.operator === 'zero') return push('number', [], 0)
      if (node.operator === 'one') return push('number', [], 1)
      const operands = node.operands.map(visit)
      if (getOperator(node.operator).arity !== 'N_ARY') return push(node.operator, operands)
      const pair = FOLDS[node.operator]
      return operands.slice(1).reduce((folded, operand) => push(pair, [folded, operand]), operands[0])
    }
    visit(expression)
  }

  /** The number of operations of an evaluation. */
  get size(): number {
    return this.steps.length
  }

  /**
   * The value and the derivative at a number, at an infinity their limits. A divisor that is 0 at this number only makes a
   * pole, where the function has no value. If it stays 0, the quotient is the infinity that numbers give.
   */
  at(x: number): Enclosed {
    const point = { lo: x, hi: x }
    this.lasting = NONE
    const found = this.evaluate(point, POINT_OFFSET, x, Number.isFinite(x) ? 'POINT' : 'LIMIT')
    if (this.poles.size === 0) return found
    const reach = REACH * Math.max(1, Math.abs(x))
    this.lasting = new Set([...this.polesNear(x - reach, x), ...this.polesNear(x, x + reach)])
    return this.evaluate(point, POINT_OFFSET, x, 'POINT')
  }

  /** The enclosure on an interval, and that at a number inside, by default its middle. */
  over(lo: number, hi: number, x = lo + (hi - lo) / 2): { box: Enclosed; middle: Enclosed } {
    const middle = this.at(x)
    const centres = this.found
    this.found = this.centres
    this.centres = centres
    const box = this.evaluate({ lo, hi }, subtract({ lo, hi }, { lo: x, hi: x }), x, 'INTERVAL')
    return { box, middle }
  }

  /** The values from `from` on to infinity, or before `from` if it is negative. */
  beyond(from: number): Enclosed {
    const far = from > 0 ? { lo: from, hi: Number.POSITIVE_INFINITY } : { lo: Number.NEGATIVE_INFINITY, hi: from }
    return this.evaluate(far, POINT_OFFSET, from, 'INTERVAL')
  }

  /** The steps that divide by 0 on the whole of a tiny interval, on which no zero changes its sign. */
  private polesNear(lo: number, hi: number): readonly number[] {
    this.isTiny = true
    this.evaluate({ lo, hi }, POINT_OFFSET, lo + (hi - lo) / 2, 'INTERVAL')
    this.isTiny = false
    return [...this.poles]
  }

  private evaluate(range: Interval, offset: Interval, x: number, extent: Extent): Enclosed {
    const { steps, found } = this
    this.branches = 0
    this.extent = extent
    this.poles.clear()
    for (let i = 0; i < steps.length; i++) {
      const enclosure = this.encloseSpecial(i, x) ?? this.evaluateStep(steps[i], range, offset)
      found[i] = offset === POINT_OFFSET ? enclosure : this.narrow(enclosure, i, offset)
    }
    const { value, slope, flags } = found[steps.length - 1]
    return { value, slope, flags, x, branches: this.branches }
  }

  /** An operator that divides by exactly 0, or whose operand is an infinity; null if ranges describe it. */
  private encloseSpecial(index: number, x: number): Enclosure | null {
    const { operator, range, operands: sources } = this.steps[index]
    if (this.extent === 'LIMIT' || (range === null && !SIMPLE_PAIRS.has(operator))) return null
    const operands = sources.map((source) => this.found[source])
    if (!dividesByZero(operator, operands)) return encloseAtInfinity(operator, operands)
    this.branch(8)
    this.poles.add(index)
    if (this.extent === 'INTERVAL') this.hasLastingPoles = true
    const isKnown = this.extent === 'POINT' ? this.lasting.has(index) : this.isTiny
    const quotient = isKnown ? this.numberAt(index, x) : null
    if (quotient !== null) this.branch(sideOf({ lo: quotient, hi: quotient }, 0))
    return encloseZeroDivisor(operator, operands, quotient)
  }

  /** The value of a step as numbers compute it. */
  private numberAt(index: number, x: number): number {
    const { operator, operands, constant } = this.steps[index]
    if (operator === INPUT_STEP) return x
    if (constant !== null) return constant
    return getOperator(operator).value(...operands.map((operand) => this.numberAt(operand, x)))
  }

  private evaluateStep(step: Step, x: Interval, offset: Interval): Enclosure {
    const { operator, operands, constant, range } = step
    if (operator === INPUT_STEP) return { value: x, slope: ONE, flags: 0 }
    if (constant !== null) return { value: { lo: constant, hi: constant }, slope: ZERO, flags: 0 }
    const a = this.found[operands[0]]
    if (range !== null) return this.encloseOne(range, a)
    const b = this.found[operands[1]]
    if (operands.length === 3) {
      const c = this.found[operands[2]]
      if (operator === 'where') {
        this.branch(sideOf(a.value, 0))
        return encloseChoice(a, b, c, this.extent)
      }
      const lower = this.compare('max', a, b, this.difference(operands[0], operands[1], offset))
      // The lower bound has no step of its own, so its difference has no mean value form.
      return this.compare('min', lower, c, subtract(lower.value, c.value))
    }
    if (operands[0] === operands[1]) return encloseTwice(operator, a, this.extent)
    if (SIMPLE_PAIRS.has(operator)) {
      if (operator === 'div') this.branch(sideOf(b.value, 0))
      if (operator === 'pow' && !isNatural(b)) this.branch(sideOf(a.value, 0))
      return enclosePair(operator, a, b, ZERO, this.extent)
    }
    return this.compare(operator, a, b, this.difference(operands[0], operands[1], offset))
  }

  private branch(side: number): void {
    this.branches = (this.branches * 31 + side) | 0
  }

  private compare(operator: string, a: Enclosure, b: Enclosure, difference: Interval): Enclosure {
    this.branch(sideOf(difference, 0))
    return enclosePair(operator, a, b, difference, this.extent)
  }

  private difference(i: number, j: number, offset: Interval): Interval {
    const [a, b] = [this.found[i], this.found[j]]
    const plain = this.extent === 'LIMIT' ? subtract(a.value, b.value) : subtractValues(a.value, b.value)
    if (offset === POINT_OFFSET || (a.flags | b.flags) & PARTIAL) return plain
    const slope = subtract(a.slope, b.slope)
    if (!hasFiniteEnds(slope)) return plain
    const centre = subtract(this.centres[i].value, this.centres[j].value)
    return intersect(plain, add(centre, multiply(slope, offset)))
  }

  private encloseOne(range: OperatorRange, a: Enclosure): Enclosure {
    const { kinks, jumps, least } = range
    let { flags } = a
    let operand = a.value
    if (operand.lo < least) {
      if (operand.hi < least) {
        this.branch(7)
        return { value: a.value, slope: a.slope, flags: ROUGH | PARTIAL | NOWHERE }
      }
      flags |= ROUGH | PARTIAL
      operand = { lo: least, hi: operand.hi }
    }
    const { lo, hi } = operand
    for (let i = 0; i < kinks.length; i++) {
      const kink = kinks[i]
      this.branch(sideOf(operand, kink))
      const isInside = lo < kink && hi > kink
      const isThere = lo === kink && hi === kink
      if (isThere && this.extent === 'INTERVAL' && isZero(a.slope)) continue
      if (isInside || isThere || (jumps && lo <= kink && hi >= kink)) flags |= ROUGH
    }
    // A constant has no slope, even if the operator is steep.
    const isConstant = isZero(a.slope) && hasFiniteEnds(operand)
    const slope = isConstant ? ZERO : multiply(range.slope(operand), a.slope)
    return { value: range.value(operand), slope, flags }
  }

  /** The part of the value that the mean value form allows. */
  private narrow(enclosure: Enclosure, i: number, offset: Interval): Enclosure {
    const { value, slope, flags } = enclosure
    if (flags & PARTIAL || isPoint(value) || !hasFiniteEnds(slope)) return enclosure
    const centre = this.centres[i].value
    if (!hasFiniteEnds(centre)) return enclosure
    return { value: intersect(value, add(centre, multiply(slope, offset))), slope, flags }
  }
}

const SIMPLE_PAIRS = new Set(['add', 'sub', 'mul', 'div', 'pow'])
const FOLDS: Readonly<Record<string, string>> = { sum_n: 'add', prod_n: 'mul', max_n: 'max', min_n: 'min' }
