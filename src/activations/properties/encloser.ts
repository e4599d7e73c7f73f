import type { Expression } from '../expression.js'
import { getOperator } from '../operators.js'
import { encloseChoice, enclosePair } from './enclose-pair.js'
import { type Enclosure, NOWHERE, PARTIAL, ROUGH } from './enclosure.js'
import {
  add,
  contains,
  hasFiniteEnds,
  type Interval,
  intersect,
  isPoint,
  multiply,
  ONE,
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

/**
 * Computes intervals that contain the values and the difference quotients of an expression. Equal subexpressions are one
 * step, so the difference of equal subexpressions is exactly 0. The values in an interval are also enclosed by the value in
 * its middle and the slopes (the mean value form), which is narrow where terms cancel.
 */
export class Encloser {
  private readonly steps: Step[] = []
  private centres: Enclosure[] = []
  private found: Enclosure[] = []
  private branches = 0

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

  /** The value and the derivative at a number, at an infinity their limits. */
  at(x: number): Enclosed {
    return this.evaluate({ lo: x, hi: x }, POINT_OFFSET, x)
  }

  /** The enclosure on an interval, and that at its middle. */
  over(lo: number, hi: number): { box: Enclosed; middle: Enclosed } {
    const x = lo + (hi - lo) / 2
    const middle = this.at(x)
    const centres = this.found
    this.found = this.centres
    this.centres = centres
    const box = this.evaluate({ lo, hi }, subtract({ lo, hi }, { lo: x, hi: x }), x)
    return { box, middle }
  }

  /** The values from `from` on to infinity, or before `from` if it is negative. */
  beyond(from: number): Enclosed {
    const far = from > 0 ? { lo: from, hi: Number.POSITIVE_INFINITY } : { lo: Number.NEGATIVE_INFINITY, hi: from }
    return this.evaluate(far, POINT_OFFSET, from)
  }

  private evaluate(range: Interval, offset: Interval, x: number): Enclosed {
    const { steps, found } = this
    this.branches = 0
    for (let i = 0; i < steps.length; i++) {
      const enclosure = this.evaluateStep(steps[i], range, offset)
      found[i] = offset === POINT_OFFSET ? enclosure : this.narrow(enclosure, i, offset)
    }
    const { value, slope, flags } = found[steps.length - 1]
    return { value, slope, flags, x, branches: this.branches }
  }

  private evaluateStep(step: Step, x: Interval, offset: Interval): Enclosure {
    const { operator, operands, constant, range } = step
    if (operator === INPUT_STEP) return { value: x, slope: ONE, flags: 0 }
    if (constant !== null) return { value: { lo: constant, hi: constant }, slope: ZERO, flags: 0 }
    const a = this.found[operands[0]]
    if (range !== null) return this.encloseOne(range, a, offset !== POINT_OFFSET)
    const b = this.found[operands[1]]
    if (operands.length === 3) {
      const c = this.found[operands[2]]
      if (operator === 'where') {
        this.branch(sideOf(a.value, 0))
        return encloseChoice(a, b, c)
      }
      const lower = this.compare('max', a, b, this.difference(operands[0], operands[1], offset), offset)
      // The lower bound has no step of its own, so its difference has no mean value form.
      return this.compare('min', lower, c, subtract(lower.value, c.value), offset)
    }
    if (operands[0] === operands[1]) return encloseTwice(operator, a)
    if (SIMPLE_PAIRS.has(operator)) {
      if (operator === 'div') this.branch(sideOf(b.value, 0))
      if (operator === 'pow') this.branch(sideOf(a.value, 0))
      return enclosePair(operator, a, b, ZERO, offset !== POINT_OFFSET)
    }
    return this.compare(operator, a, b, this.difference(operands[0], operands[1], offset), offset)
  }

  private branch(side: number): void {
    this.branches = (this.branches * 31 + side) | 0
  }

  private compare(operator: string, a: Enclosure, b: Enclosure, difference: Interval, offset: Interval): Enclosure {
    this.branch(sideOf(difference, 0))
    return enclosePair(operator, a, b, difference, offset !== POINT_OFFSET)
  }

  private difference(i: number, j: number, offset: Interval): Interval {
    const [a, b] = [this.found[i], this.found[j]]
    const plain = subtract(a.value, b.value)
    if (offset === POINT_OFFSET || (a.flags | b.flags) & PARTIAL) return plain
    const slope = subtract(a.slope, b.slope)
    if (!hasFiniteEnds(slope)) return plain
    const centre = subtract(this.centres[i].value, this.centres[j].value)
    return intersect(plain, add(centre, multiply(slope, offset)))
  }

  private encloseOne(range: OperatorRange, a: Enclosure, isBox: boolean): Enclosure {
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
      const isThere = lo === kink && hi === kink && !(isBox && isZero(a.slope))
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

function isZero({ lo, hi }: Interval): boolean {
  return lo === 0 && hi === 0
}

/** Where the interval lies: above the number, below it, on it, from it on, up to it, or around it. */
function sideOf({ lo, hi }: Interval, x: number): number {
  if (lo > x) return 1
  if (hi < x) return 2
  if (lo === x) return hi === x ? 3 : 4
  return hi === x ? 5 : 6
}

/** An operator of two operands that are the same. */
function encloseTwice(operator: string, a: Enclosure): Enclosure {
  switch (operator) {
    case 'sub':
      return { value: ZERO, slope: ZERO, flags: a.flags }
    case 'mul': {
      const square = getOperatorRange('square')
      return { value: square.value(a.value), slope: multiply(square.slope(a.value), a.slope), flags: a.flags }
    }
    case 'div':
      return { value: ONE, slope: ZERO, flags: a.flags | (contains(a.value, 0) ? PARTIAL : 0) }
    case 'max':
    case 'min':
      return a
    case 'greater':
    case 'less':
    case 'not_equal':
      return { value: ZERO, slope: ZERO, flags: 0 }
    case 'greater_equal':
    case 'less_equal':
    case 'equal':
      return { value: ONE, slope: ZERO, flags: 0 }
    default:
      return enclosePair(operator, a, a, ZERO, true)
  }
}
