import { ActbenchError } from '../errors.js'
import type { Expression } from './expression.js'
import { describeProblem } from './language/describe-problem.js'
import { ExpressionError } from './language/expression-error.js'
import { parseText } from './language/parse-text.js'

/**
 * Parses a text of the expression language (docs/language.md), such as `max(x,0.1*x)`. Throws INVALID_EXPRESSION with
 * `position`, from 0 to the length of the text in UTF-16 units, `expected`, in words, and `suggestion`, a similar text that
 * parses, if there is one. A text beyond the limits is refused without being read to its end.
 */
export function parseExpression(text: string): Expression {
  try {
    return parseText(text)
  } catch (error) {
    throw error instanceof ExpressionError ? toInvalidExpression(text, error) : error
  }
}

function toInvalidExpression(text: string, error: ExpressionError): ActbenchError {
  const { position, expected } = error
  const { message, reading } = describeProblem(text, error)
  return new ActbenchError('INVALID_EXPRESSION', `expression: ${message}`, {
    position,
    expected,
    ...(reading === null ? {} : { suggestion: reading }),
  })
}
