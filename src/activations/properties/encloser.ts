import type { Expression } from '../expression.js'
import { getOperator } from '../operators.js'
import { type Enclosure, encloseChoice, enclosePair, NOWHERE, PARTIAL, ROUGH } from './enclose-pair.js'
import { add, contains, type Interval, intersect, isFinite, isPoint, multiply, ONE, subtract, ZERO } from './interval.js'
import { getOperatorRange, type OperatorRange } from './operator-ranges.js'

/** One operation. `operands` are indices of earlier ones. */
interface Step {
  readonly operator: string
  readonly operands: readonly number[]
  /** The value, if the step is a number. */
  readonly constant: number | null
  readonly range: OperatorRange | null
}

/** An enclosure, and a number that changes when a branch changes, such as the sign of the operand of relu. */
export interface Enclosed extends Enclosure {
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
    return this.evaluate({ lo: x, hi: x }, POINT_OFFSET)
  }

  /** The enclosure on an interval, and that at its middle. */
  over(lo: number, hi: number): { box: Enclosed; middle: Enclosed; x: number } {
    const x = lo + (hi - lo) / 2
    const middle = this.at(x)
    ;[this.centres, this.found] = [this.found, this.centres]
    const box = this.evaluate({ lo, hi }, subtract({ lo, hi }, { lo: x, hi: x }))
    return { box, middle, x }
  }

  /** The values from `from` on to infinity, or before `from` if it is negative. */
  beyond(from: number): Enclosed {
    const far = from > 0 ? { lo: from, hi: Number.POSITIVE_INFINITY } : { lo: Number.NEGATIVE_INFINITY, hi: from }
    return this.evaluate(far, POINT_OFFSET)
  }

  private evaluate(x: Interval, offset: Interval): Enclosed {
    const { steps, found } = this
    let branches = 0
    const branch = (side: number) => {
      branches = (branches * 31 + side) | 0
    }
    for (let i = 0; i < steps.length; i++) {
      const enclosure = this.evaluateStep(steps[i], x, offset, branch)
      found[i] = offset === POINT_OFFSET ? enclosure : this.narrow(enclosure, i, offset)
    }
    return { ...found[steps.length - 1], branches }
  }

  private evaluateStep(step: Step, x: Interval, offset: Interval, branch: (side: number) => void): Enclosure {
    const { operator, operands, constant, range } = step
    if (operator === INPUT_STEP) return { value: x, slope: ONE, flags: 0 }
    if (constant !== null) return { value: { lo: constant, hi: constant }, slope: ZERO, flags: 0 }
    const a = this.found[operands[0]]
    if (range !== null) return encloseOne(range, a, branch)
    const b = this.found[operands[1]]
    if (operands.length === 3) {
      const c = this.found[operands[2]]
      if (operator === 'where') {
        branch(sideOf(a.value))
        return encloseChoice(a, b, c)
      }
      const lower = this.compare('max', a, b, this.difference(operands[0], operands[1], offset), branch)
      // The lower bound has no step of its own, so its difference has no mean value form.
      return this.compare('min', lower, c, subtract(lower.value, c.value), branch)
    }
    if (operands[0] === operands[1]) return encloseTwice(operator, a)
    if (SIMPLE_PAIRS.has(operator)) {
      if (operator === 'div' || operator === 'pow') branch(sideOf(operator === 'div' ? b.value : a.value))
      return enclosePair(operator, a, b, ZERO)
    }
    return this.compare(operator, a, b, this.difference(operands[0], operands[1], offset), branch)
  }

  private compare(operator: string, a: Enclosure, b: Enclosure, difference: Interval, branch: (side: number) => void) {
    branch(sideOf(difference))
    return enclosePair(operator, a, b, difference)
  }

  private difference(i: number, j: number, offset: Interval): Interval {
    const [a, b] = [this.found[i], this.found[j]]
    const plain = subtract(a.value, b.value)
    if (offset === POINT_OFFSET || (a.flags | b.flags) & PARTIAL) return plain
    const slope = subtract(a.slope, b.slope)
    if (!isFinite(slope)) return plain
    const centre = subtract(this.centres[i].value, this.centres[j].value)
    return intersect(plain, add(centre, multiply(slope, offset)))
  }

  /** The part of the value that the mean value form allows. */
  private narrow(enclosure: Enclosure, i: number, offset: Interval): Enclosure {
    const { value, slope, flags } = enclosure
    if (flags & PARTIAL || isPoint(value) || !isFinite(slope)) return enclosure
    const centre = this.centres[i].value
    if (!isFinite(centre)) return enclosure
    return { value: intersect(value, add(centre, multiply(slope, offset))), slope, flags }
  }
}

const SIMPLE_PAIRS = new Set(['add', 'sub', 'mul', 'div', 'pow'])
const FOLDS: Readonly<Record<string, string>> = { sum_n: 'add', prod_n: 'mul', max_n: 'max', min_n: 'min' }

function sideOf({ lo, hi }: Interval): number {
  return lo > 0 ? 1 : hi < 0 ? 2 : 3
}

function encloseOne(range: OperatorRange, a: Enclosure, branch: (side: number) => void): Enclosure {
  let { flags } = a
  let operand = a.value
  if (operand.lo < range.least) {
    if (operand.hi < range.least) {
      branch(4)
      return { value: a.value, slope: a.slope, flags: ROUGH | PARTIAL | NOWHERE }
    }
    flags |= ROUGH | PARTIAL
    operand = { lo: range.least, hi: operand.hi }
  }
  for (const kink of range.kinks) {
    const { lo, hi } = operand
    branch(lo > kink ? 1 : hi < kink ? 2 : 3)
    const isInside = lo < kink && hi > kink
    const isThere = lo === hi && lo === kink
    if (isInside || isThere || (range.jumps && contains(operand, kink))) flags |= ROUGH
  }
  const slope = multiply(range.slope(operand), a.slope)
  return { value: range.value(operand), slope: a.slope.lo === 0 && a.slope.hi === 0 ? ZERO : slope, flags }
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
      return enclosePair(operator, a, a, ZERO)
  }
}
