import { ActbenchError } from '../errors.js'
import type { Expression } from './expression.js'
import { findOperator } from './operators.js'
import { describeFound, type Grammar, parseTree } from './parse-tree.js'

const EXPRESSIONS: Grammar = {
  letter: /\w/,
  arityOf: (name) => findOperator(name)?.arity ?? null,
  expectedName: 'x or the name of an operator',
  fail: (text, position, expected) =>
    new ActbenchError(
      'INVALID_EXPRESSION',
      `expression: invalid at position ${position}; expected ${expected}, got ${describeFound(text, position)}`,
      { position, expected },
    ),
}

/**
 * Parses an expression `op(arg[,arg...])` of `x`. Spaces, tabs and line ends are ignored. Throws INVALID_EXPRESSION with
 * `position`, from 0 to the length of the text in UTF-16 units, and `expected`, in words. A text beyond the limits of
 * `parse-tree.ts` is refused without being read to its end.
 */
export function parseExpression(text: string): Expression {
  return parseTree(text, EXPRESSIONS)
}
