import { type Expression, isSameParameter, type Parameter } from '../../../src/activations/expression.js'
import type { OperatorForm } from '../../../src/activations/operator-forms.js'
import { compileFactors } from '../../../src/activations/operator-functions.js'
import { getOperator } from '../../../src/activations/operators.js'

/** A value with its derivative. */
export type Dual = readonly [value: number, derivative: number]

/** What an expression is computed from. */
export interface Point {
  readonly x: number
  /** The value of a parameter. */
  parameterValue(parameter: Parameter): number
  /** What the derivative is by: x, or a parameter. */
  readonly by: 'x' | Parameter
}

/** The value at a point. */
export function valueAt(expression: Expression, point: Point): number {
  if (expression.kind === 'INPUT') return point.x
  if (expression.kind === 'NUMBER') return expression.value
  if (expression.kind === 'PARAMETER') return point.parameterValue(expression)
  return getOperator(expression.operator).value(...expression.operands.map((operand) => valueAt(operand, point)))
}

/** The value and the derivative at a point, by the chain rule. */
export function dualAt(expression: Expression, point: Point): Dual {
  const { by } = point
  if (expression.kind === 'INPUT') return [point.x, by === 'x' ? 1 : 0]
  if (expression.kind === 'NUMBER') return [expression.value, 0]
  if (expression.kind === 'PARAMETER') {
    return [point.parameterValue(expression), by !== 'x' && isSameParameter(expression, by) ? 1 : 0]
  }
  const { arity, form, value } = getOperator(expression.operator)
  const operands = expression.operands.map((operand) => dualAt(operand, point))
  if (arity !== 'N_ARY') return apply(form, value, operands)
  return operands.slice(1).reduce((folded, operand) => apply(form, value, [folded, operand]), operands[0])
}

const factorsByForm = new Map<OperatorForm, (...operands: number[]) => number[][]>()

function apply(form: OperatorForm, value: (...operands: number[]) => number, operands: readonly Dual[]): Dual {
  let factors = factorsByForm.get(form)
  if (factors === undefined) {
    factors = compileFactors(form)
    factorsByForm.set(form, factors)
  }
  const values = operands.map(([operand]) => operand)
  const slopes = factors(...values)
  const terms = operands.map(([, inner], index) => slopes[index].reduce(multiply, inner))
  return [value(...values), terms.reduce((sum, term) => sum + term)]
}

/** The product of 0 and infinity is 0: the branch is not taken, or a factor has vanished. */
function multiply(inner: number, factor: number): number {
  return factor === 0 || inner === 0 ? 0 : factor * inner
}
