import { type Expression, INPUT } from './expression.js'
import { type Arity, OPERATORS } from './operators.js'

/** Number of operands of an expression with one operator: an n-ary operator needs only one. */
const OPERANDS: Readonly<Record<Arity, number>> = { UNARY: 1, BINARY: 2, N_ARY: 1 }

/**
 * The expressions with at most one operator, whose operands are all `x`: `x`, `relu(x)`, `max(x,x)`, `sum_n(x)`. They name
 * their functions in every database, whatever else is stored.
 */
export function listOneOperatorExpressions(): Expression[] {
  const applications = OPERATORS.map(
    ({ name, arity }): Expression => ({
      kind: 'APPLICATION',
      operator: name,
      operands: Array.from({ length: OPERANDS[arity] }, () => INPUT),
    }),
  )
  return [INPUT, ...applications]
}
