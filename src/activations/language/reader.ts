import type { Built } from './build-node.js'
import { ExpressionError } from './expression-error.js'
import { MAX_EXPRESSION_LENGTH } from './limits.js'

/** Largest number of open parentheses, powers and conditions. It bounds the recursion of the parser. */
const MAX_NESTING = 100

/** A text and how far it has been read. */
export interface Reader {
  readonly text: string
  /** Names that stand for expressions, for the meanings of known names; null for the text of a client. */
  readonly variables: ReadonlyMap<string, Built> | null
  /** The initial values of the named parameters so far. */
  readonly parameters: Map<string, number>
  position: number
  nesting: number
  openOperators: number
}

/** A reader at the first character that is not a space; throws ExpressionError for a text that is too long. */
export function createReader(text: string, variables: Reader['variables']): Reader {
  if (text.length > MAX_EXPRESSION_LENGTH) {
    throw new ExpressionError(MAX_EXPRESSION_LENGTH, `at most ${MAX_EXPRESSION_LENGTH} characters`)
  }
  return { text, variables, parameters: new Map(), position: skipSpaces(text, 0), nesting: 0, openOperators: 0 }
}

/** Reads this text if it comes next, and the spaces after it. */
export function takeIf(reader: Reader, wanted: string): boolean {
  if (!reader.text.startsWith(wanted, reader.position)) return false
  reader.position = skipSpaces(reader.text, reader.position + wanted.length)
  return true
}

/** Reads this word if it comes next, and the spaces after it. */
export function takeWord(reader: Reader, wanted: string): boolean {
  const { text, position } = reader
  if (!text.startsWith(wanted, position) || /\w/.test(text[position + wanted.length] ?? '')) return false
  return takeIf(reader, wanted)
}

/** Runs a parser one level deeper; throws ExpressionError beyond the largest number of levels. */
export function nest<Result>(reader: Reader, parse: () => Result): Result {
  if (reader.nesting === MAX_NESTING) {
    throw new ExpressionError(reader.position, `at most ${MAX_NESTING} nested parentheses and powers`)
  }
  reader.nesting++
  const result = parse()
  reader.nesting--
  return result
}

/** The position of the next character that is not a space, a tab or a line end. */
export function skipSpaces(text: string, from: number): number {
  let position = from
  while (position < text.length && ' \t\r\n'.includes(text[position])) position++
  return position
}
