import type { Expression } from '../../../src/activations/expression.js'
import { getOperator } from '../../../src/activations/operators.js'

/** A value with a bound of its rounding error. */
export interface Reading {
  readonly value: number
  readonly error: number
  /** Whether no rounding, overflow or underflow decides between values, branches or infinities. */
  readonly isCertain: boolean
}

/** Relative error of an operator, with a margin. */
const UNIT = 4e-15
/** A number this close to a branch, in units of its error, may lie on the other side. */
const MARGIN = 16
/** Larger numbers overflow soon, and smaller ones underflow. */
const EXTREME = 1e150
const EXACT = new Set([
  ...['relu', 'abs', 'negative', 'identity', 'max', 'min', 'max_n', 'min_n', 'clip', 'zero', 'one', 'sign', 'step'],
])
const COMPARISONS = new Set(['greater', 'greater_equal', 'less', 'less_equal', 'equal', 'not_equal'])
/** Operands at which an operator jumps, has a pole or loses its value. */
const BREAKS: Readonly<Record<string, number>> = { sign: 0, step: 0, log: 0, sqrt: 0, reciprocal: 0, log1p: -1 }

/** The value at a number with the error that its operators and their operands make. */
export function readAt(node: Expression, x: number): Reading {
  if (node.kind !== 'APPLICATION') {
    const value = node.kind === 'INPUT' ? x : node.kind === 'NUMBER' ? node.value : node.initial
    return { value, error: 0, isCertain: true }
  }
  const { operator } = node
  const operands = node.operands.map((operand) => readAt(operand, x))
  const [a, b] = operands
  if (operator === 'where' && a.isCertain && !isNear(a, 0)) return a.value === 0 ? operands[2] : b
  const { value: compute, derivatives } = getOperator(operator)
  const values = operands.map(({ value }) => value)
  const value = compute(...values)
  const isCertain =
    operator !== 'where' && operands.every((operand) => operand.isCertain) && !mayBreak(operator, operands, value)
  if (COMPARISONS.has(operator)) return { value, error: 0, isCertain }
  if (![value, ...values].every(Number.isFinite))
    return { value, error: UNIT * Math.min(1, Math.abs(value)), isCertain }
  const slopes = derivatives(...values)
  const passed = operands.reduce((sum, { error }, i) => sum + 2 * Math.max(Math.abs(slopes[i]), 1) * error, 0)
  return { value, error: passed + (EXACT.has(operator) ? 0 : UNIT * Math.abs(value)), isCertain }
}

function mayBreak(operator: string, [a, b = a]: readonly Reading[], value: number): boolean {
  const isInexact = !EXACT.has(operator) && !COMPARISONS.has(operator)
  const isExtreme = Number.isFinite(value) && value !== 0 && Math.abs(Math.log(Math.abs(value))) > Math.log(EXTREME)
  if (isExtreme) return true
  if (COMPARISONS.has(operator)) return isNear({ value: a.value - b.value, error: a.error + b.error }, 0)
  if (operator in BREAKS && isNear(a, BREAKS[operator])) return true
  if (operator === 'div' && isNear(b, 0)) return true
  if (operator === 'pow' && (isNear(a, 0) || isNear(a, 1) || isNear(a, -1) || isNear(b, Math.round(b.value))))
    return true
  // An infinity of finite operands is an overflow, except at a pole; a zero may be an underflow.
  const isPole = ['div', 'pow'].includes(operator) ? b.value === 0 || a.value === 0 : a.value === BREAKS[operator]
  const isOverflow = Math.abs(value) === Number.POSITIVE_INFINITY && [a, b].every((one) => Number.isFinite(one.value))
  return isInexact && ((isOverflow && !isPole) || (value === 0 && isLost(operator, a, b)))
}

/** Whether a zero is not that of exact operands. */
function isLost(operator: string, a: Reading, b: Reading): boolean {
  if (operator === 'add' || operator === 'sub' || operator === 'sum_n') return a.error + b.error > 0
  if (operator === 'mul' || operator === 'prod_n') return a.value !== 0 && b.value !== 0
  return a.value !== 0 && Number.isFinite(a.value) && Number.isFinite(b.value)
}

function isNear({ value, error }: Pick<Reading, 'value' | 'error'>, point: number): boolean {
  return error > 0 && Math.abs(value - point) <= MARGIN * error
}
