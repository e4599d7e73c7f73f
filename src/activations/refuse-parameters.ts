import { ActbenchError } from '../errors.js'
import { type Expression, formatExpression, parametersOf } from './expression.js'

/** Throws CONFLICT for a function with learnable parameters, because workers cannot train these yet. */
export function refuseParameters(expression: Expression): void {
  if (parametersOf(expression).length === 0) return
  throw new ActbenchError(
    'CONFLICT',
    `expression: ${formatExpression(expression)} has learnable parameters, which cannot be trained yet; write numbers instead`,
  )
}
