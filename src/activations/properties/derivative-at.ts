import type { Expression } from '../expression.js'
import { getOperator } from '../operators.js'

/** Value and derivative at a number, as `compileExpression` computes them, without the time that compiling takes. */
export function differentiateAt(node: Expression, x: number): { value: number; derivative: number } {
  if (node.kind === 'INPUT') return { value: x, derivative: 1 }
  if (node.kind === 'NUMBER') return { value: node.value, derivative: 0 }
  if (node.kind === 'PARAMETER') return { value: node.initial, derivative: 0 }
  const { value, derivatives } = getOperator(node.operator)
  const operands = node.operands.map((operand) => differentiateAt(operand, x))
  const values = operands.map((operand) => operand.value)
  const slopes = derivatives(...values)
  // The product of a zero slope and an infinite one is 0, the limit for a branch that is not taken.
  const terms = operands.map(({ derivative }, i) => (slopes[i] === 0 || derivative === 0 ? 0 : slopes[i] * derivative))
  return { value: value(...values), derivative: terms.reduce((sum, term) => sum + term, 0) }
}
