import { type Expression, INPUT } from './expression.js'
import { OPERATORS, operandCounts } from './operators.js'

/**
 * The expressions with at most one operator, whose operands are all `x`, as few as the operator takes: `x`, `relu(x)`,
 * `max(x,x)`, `sum_n(x)`. They name their functions in every database, whatever else is stored.
 */
export function listOneOperatorExpressions(): Expression[] {
  const applications = OPERATORS.map(
    ({ name, arity }): Expression => ({
      kind: 'APPLICATION',
      operator: name,
      operands: Array.from({ length: operandCounts(arity).least }, () => INPUT),
    }),
  )
  return [INPUT, ...applications]
}
