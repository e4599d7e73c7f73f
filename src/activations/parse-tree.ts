import { type Application, type Expression, INPUT } from './expression.js'
import { MAX_EXPRESSION_DEPTH, MAX_EXPRESSION_LENGTH, MAX_EXPRESSION_NODES } from './language/limits.js'
import { type Arity, operandCounts } from './operators.js'

export { MAX_EXPRESSION_DEPTH, MAX_EXPRESSION_LENGTH, MAX_EXPRESSION_NODES }

/** The names of a language of calls, and its errors. */
export interface Grammar {
  /** Matches the characters of names. */
  readonly letter: RegExp
  /** The number of operands that a name takes; null if the name is unknown. */
  arityOf(name: string): Arity | null
  /** Describes the names that may begin an argument, in words. */
  readonly expectedName: string
  /** The error for a text whose part at `position` is not the expected one; `unknown` is a name that nothing has. */
  fail(text: string, position: number, expected: string, unknown?: string): Error
}

interface Frame {
  readonly operator: string
  readonly arity: Arity
  readonly operands: Expression[]
}

/**
 * Parses a text `name(arg[,arg...])` of `x` to a tree. A stack of open operators replaces recursion. Spaces, tabs and line
 * ends are ignored. The limits above bound the time, whatever the text is.
 */
export function parseTree(text: string, grammar: Grammar): Expression {
  const fail = (position: number, expected: string) => grammar.fail(text, position, expected)
  if (text.length > MAX_EXPRESSION_LENGTH)
    throw fail(MAX_EXPRESSION_LENGTH, `at most ${MAX_EXPRESSION_LENGTH} characters`)
  const open: Frame[] = []
  let position = skipSpaces(text, 0)
  for (let nodes = 1; ; nodes++) {
    const start = position
    if (nodes > MAX_EXPRESSION_NODES) throw fail(start, `at most ${MAX_EXPRESSION_NODES} operators and inputs`)
    const { name, end } = readName(text, start, grammar.letter)
    if (name === 'x') {
      const closed = closeOperators(text, end, open, fail)
      if (closed.whole !== null) return closed.whole
      position = closed.position
      continue
    }
    const arity = grammar.arityOf(name)
    if (arity === null)
      throw grammar.fail(text, start, grammar.expectedName, /^[A-Za-z_]/.test(name) ? name : undefined)
    if (text[end] !== '(') throw fail(end, `"(" after ${name}`)
    if (open.length === MAX_EXPRESSION_DEPTH) throw fail(start, `at most ${MAX_EXPRESSION_DEPTH} nested operators`)
    open.push({ operator: name, arity, operands: [] })
    position = skipSpaces(text, end + 1)
  }
}

/** Adds an input to the innermost open operator and closes the operators that the text closes. */
function closeOperators(
  text: string,
  from: number,
  open: Frame[],
  fail: (position: number, expected: string) => Error,
): { whole: Expression | null; position: number } {
  let position = from
  let finished: Expression = INPUT
  for (;;) {
    const frame = open.at(-1)
    if (frame === undefined) {
      if (position < text.length) throw fail(position, 'the end of the expression')
      return { whole: finished, position }
    }
    frame.operands.push(finished)
    const count = frame.operands.length
    const { least, most } = operandCounts(frame.arity)
    const mayContinue = count < most
    const mayEnd = count >= least
    if (text[position] === ',' && mayContinue) return { whole: null, position: skipSpaces(text, position + 1) }
    if (text[position] !== ')' || !mayEnd) {
      const expected = [...(mayContinue ? ['","'] : []), ...(mayEnd ? ['")"'] : [])].join(' or ')
      throw fail(position, `${expected} after argument ${count} of ${frame.operator}`)
    }
    open.pop()
    finished = { kind: 'APPLICATION', operator: frame.operator, operands: frame.operands } satisfies Application
    position = skipSpaces(text, position + 1)
  }
}

/** The name at `start`, without the spaces inside it, and the position after it. */
function readName(text: string, start: number, letter: RegExp): { name: string; end: number } {
  let name = ''
  let position = start
  while (position < text.length && letter.test(text[position])) {
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

/** The text at a position, for messages: quoted and escaped, at most 12 characters. */
export function describeFound(text: string, position: number): string {
  return position < text.length ? JSON.stringify(text.slice(position, position + 12)) : 'the end of the text'
}
