import { ActbenchError } from '../errors.js'
import { type Application, type Expression, INPUT } from './expression.js'
import { type Arity, findOperator } from './operators.js'

/** Characters of the text, spaces included. */
export const MAX_EXPRESSION_LENGTH = 4096
/** Operators inside each other: x has depth 0. */
export const MAX_EXPRESSION_DEPTH = 32
/** Operators and inputs together. */
export const MAX_EXPRESSION_NODES = 512

interface Frame {
  readonly operator: string
  readonly arity: Arity
  readonly operands: Expression[]
}

/**
 * The expression that a text `op(arg[,arg...])` over `x` means; spaces, tabs and line ends are ignored.
 * Throws INVALID_EXPRESSION with `position` (0 to the text's length, in UTF-16 units) and `expected`, in words. The time
 * is bounded by the limits above, whatever the text.
 */
export function parseExpression(text: string): Expression {
  if (text.length > MAX_EXPRESSION_LENGTH) {
    throw invalid(text, MAX_EXPRESSION_LENGTH, `at most ${MAX_EXPRESSION_LENGTH} characters`)
  }
  const open: Frame[] = []
  let position = skipSpaces(text, 0)
  let nodes = 0
  for (;;) {
    const start = position
    const { name, end } = readName(text, start)
    if (++nodes > MAX_EXPRESSION_NODES)
      throw invalid(text, start, `at most ${MAX_EXPRESSION_NODES} operators and inputs`)
    position = end
    if (name !== 'x') {
      const operator = findOperator(name)
      if (operator === null) throw invalid(text, start, 'x or the name of an operator')
      if (text[position] !== '(') throw invalid(text, position, `"(" after ${name}`)
      if (open.length === MAX_EXPRESSION_DEPTH)
        throw invalid(text, start, `at most ${MAX_EXPRESSION_DEPTH} nested operators`)
      open.push({ operator: name, arity: operator.arity, operands: [] })
      position = skipSpaces(text, position + 1)
      continue
    }
    const closed = closeOperators(text, position, open, INPUT)
    if (closed.whole !== null) return closed.whole
    position = closed.position
  }
}

/** Gives a finished operand to the operator that is open, and closes as many as the text closes. */
function closeOperators(
  text: string,
  from: number,
  open: Frame[],
  operand: Expression,
): { whole: Expression | null; position: number } {
  let position = from
  let finished = operand
  for (;;) {
    const frame = open.at(-1)
    if (frame === undefined) {
      if (position < text.length) throw invalid(text, position, 'the end of the expression')
      return { whole: finished, position }
    }
    frame.operands.push(finished)
    const count = frame.operands.length
    const mayContinue = frame.arity === 'N_ARY' || (frame.arity === 'BINARY' && count < 2)
    const mayEnd = frame.arity !== 'BINARY' || count === 2
    const next = text[position]
    if (next === ',' && mayContinue) return { whole: null, position: skipSpaces(text, position + 1) }
    if (next !== ')' || !mayEnd) {
      const expected = [...(mayContinue ? ['","'] : []), ...(mayEnd ? ['")"'] : [])].join(' or ')
      throw invalid(text, position, `${expected} after argument ${count} of ${frame.operator}`)
    }
    open.pop()
    finished = { kind: 'APPLICATION', operator: frame.operator, operands: frame.operands } satisfies Application
    position = skipSpaces(text, position + 1)
  }
}

/** The letters, digits and underscores from `start` on, without the spaces between them, and the place after them. */
function readName(text: string, start: number): { name: string; end: number } {
  let name = ''
  let position = start
  while (position < text.length && /\w/.test(text[position])) {
    name += text[position]
    position = skipSpaces(text, position + 1)
  }
  return { name, end: position }
}

function skipSpaces(text: string, from: number): number {
  let position = from
  while (position < text.length && ' \t\r\n'.includes(text[position])) position++
  return position
}

function invalid(text: string, position: number, expected: string): ActbenchError {
  const found = position < text.length ? JSON.stringify(text.slice(position, position + 12)) : 'the end'
  return new ActbenchError(
    'INVALID_EXPRESSION',
    `Invalid expression at position ${position}: expected ${expected}, found ${found}.`,
    { position, expected },
  )
}
