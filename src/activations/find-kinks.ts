import type { Application, Expression } from './expression.js'

/** More kinks than this are not listed; quadrature finds most of them by halving. */
const MAX_KINKS = 64

/** Operators with a kink, a jump or a singularity where their operand is 0, or where two operands are equal. */
const KINKED = new Set([
  ...['abs', 'relu', 'elu', 'selu', 'leakyrelu', 'elish', 'sign', 'step', 'reciprocal', 'sqrt', 'cbrt', 'log'],
  ...['max', 'min', 'max_n', 'min_n', 'clip'],
  ...['greater', 'greater_equal', 'less', 'less_equal', 'equal', 'not_equal'],
])

/** slope · x + offset, or its magnitude. */
interface Line {
  readonly slope: number
  readonly offset: number
  readonly isMagnitude: boolean
}

/**
 * The points at which an expression with numbers may have a kink or a jump, as far as the operands are lines. The list is
 * empty for an expression without numbers, whose kinks lie at integers.
 */
export function findKinks(expression: Expression): number[] {
  const kinks = new Set<number>()
  let hasNumbers = false
  const visit = (node: Expression) => {
    if (node.kind === 'NUMBER' || node.kind === 'PARAMETER') hasNumbers = true
    if (node.kind !== 'APPLICATION') return
    node.operands.forEach(visit)
    for (const kink of kinksOf(node)) if (Number.isFinite(kink) && kinks.size < MAX_KINKS) kinks.add(kink)
  }
  visit(expression)
  return hasNumbers ? [...kinks].sort((a, b) => a - b) : []
}

function kinksOf({ operator, operands }: Application): number[] {
  if (!KINKED.has(operator)) return []
  const [first, ...others] = operands.map(toLine)
  if (first === null) return []
  if (others.length === 0) return crossings(first, { slope: 0, offset: 0, isMagnitude: false })
  return others.flatMap((other) => (other === null ? [] : crossings(first, other)))
}

function crossings(a: Line, b: Line): number[] {
  const signs = a.isMagnitude || b.isMagnitude ? [1, -1] : [1]
  return signs.map((sign) => (sign * b.offset - a.offset) / (a.slope - sign * b.slope))
}

/** An expression as a line; null if it is not a line. */
function toLine(expression: Expression): Line | null {
  if (expression.kind === 'INPUT') return { slope: 1, offset: 0, isMagnitude: false }
  if (expression.kind === 'NUMBER') return { slope: 0, offset: expression.value, isMagnitude: false }
  if (expression.kind === 'PARAMETER') return { slope: 0, offset: expression.initial, isMagnitude: false }
  const [a, b = null] = expression.operands.map(toLine)
  if (a === null || a.isMagnitude) return null
  switch (expression.operator) {
    case 'identity':
      return a
    case 'abs':
      return { ...a, isMagnitude: true }
    case 'negative':
      return scale(a, -1)
    case 'add':
      return b === null || b.isMagnitude ? null : combine(a, b, 1)
    case 'sub':
      return b === null || b.isMagnitude ? null : combine(a, b, -1)
    case 'mul':
      if (b === null || b.isMagnitude) return null
      return b.slope === 0 ? scale(a, b.offset) : a.slope === 0 ? scale(b, a.offset) : null
    case 'div':
      return b === null || b.isMagnitude || b.slope !== 0 ? null : scale(a, 1 / b.offset)
    default:
      return null
  }
}

function scale(line: Line, factor: number): Line {
  return { ...line, slope: line.slope * factor, offset: line.offset * factor }
}

function combine(a: Line, b: Line, sign: number): Line {
  return { slope: a.slope + sign * b.slope, offset: a.offset + sign * b.offset, isMagnitude: false }
}
