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
      `Invalid expression at position ${position}: expected ${expected}, found ${describeFound(text, position)}.`,
      { position, expected },
    ),
}

/**
 * The expression that a text `op(arg[,arg...])` over `x` means; spaces, tabs and line ends are ignored.
 * Throws INVALID_EXPRESSION with `position` (from 0 to the text's length, in UTF-16 units) and `expected`, in words; also
 * for a text beyond the limits of `parse-tree.ts`, at once whatever its length.
 */
export function parseExpression(text: string): Expression {
  return parseTree(text, EXPRESSIONS)
}
