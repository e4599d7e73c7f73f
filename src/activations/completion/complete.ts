import { type Expression, formatExpression } from '../expression.js'
import { describeProblem } from '../language/describe-problem.js'
import { ExpressionError } from '../language/expression-error.js'
import { MAX_EXPRESSION_LENGTH } from '../language/limits.js'
import { parseText } from '../language/parse-text.js'
import { skipSpaces } from '../language/reader.js'
import type { Candidate } from './candidate.js'
import { closeText } from './close-text.js'
import { type CursorContext, readContext } from './read-context.js'
import { suggestArguments, suggestNextArgument } from './suggest-arguments.js'
import { suggestClosing, suggestNumbers, suggestSigns } from './suggest-continuations.js'
import { type NamePlace, suggestLeaves, suggestMethods, suggestNames } from './suggest-names.js'

/** What an input field can show for a text that is being typed. */
export interface Completion {
  /** The canonical text, if the text is an expression already. */
  readonly expression: string | null
  /** What is wrong with the text, for people; null if it is an expression. */
  readonly problem: string | null
  /** Where the problem is, from 0 to the length of the text in UTF-16 units. */
  readonly position: number | null
  readonly suggestions: readonly Suggestion[]
}

export interface Suggestion {
  /** The whole text after the suggestion is taken. */
  readonly text: string
  /** What to show in a list. */
  readonly label: string
  /** What it means. */
  readonly detail: string
}

/** Largest number of suggestions. */
export const MAX_SUGGESTIONS = 20
/** A text of this length takes a parser 0.1 ms. For longer ones fewer suggestions are tried. */
const SHORT_TEXT = 200
const MAX_TRIED = 60
const MAX_TRIED_LONG = 12

/**
 * Says whether a text is an expression, its mistake if it is none, and the texts that may stand at a position, the likeliest first. The
 * position counts UTF-16 units, as strings of JavaScript do. A position outside of the text is moved to its end. It never
 * throws. With each suggestion the text parses, or its problem is further to the right.
 */
export function completeText(text: string, position: number = text.length): Completion {
  const read = tryToParse(text)
  const problem = read.error === null ? null : describeProblem(text, read.error)
  const state = {
    expression: read.expression === null ? null : formatExpression(read.expression),
    problem: problem?.message ?? null,
    position: read.error?.position ?? null,
  }
  if (text.length > MAX_EXPRESSION_LENGTH) return { ...state, suggestions: [] }
  const cursor = Number.isInteger(position) && position >= 0 ? Math.min(position, text.length) : text.length
  const reading = problem?.reading ?? null
  const most = MAX_SUGGESTIONS - (reading === null ? 0 : 1)
  const suggestions = new Map<string, Suggestion>()
  let tried = text.length > SHORT_TEXT ? MAX_TRIED_LONG : MAX_TRIED
  for (const candidate of listCandidates(text, cursor)) {
    if (suggestions.size === most || tried-- === 0) break
    const taken = take(text, candidate, read.error)
    if (taken === null || taken === text || suggestions.has(taken)) continue
    suggestions.set(taken, { text: taken, label: candidate.label, detail: candidate.detail })
  }
  const correction: Suggestion[] =
    reading === null || suggestions.has(reading)
      ? []
      : [{ text: reading, label: reading, detail: 'a similar text that is an expression' }]
  return { ...state, suggestions: [...suggestions.values(), ...correction] }
}

function listCandidates(text: string, cursor: number): Candidate[] {
  const context = readContext(text, cursor)
  const { place, word, from, to } = context
  const hasArguments = text[skipSpaces(text, to)] === '('
  const names: NamePlace = { word, from, to, hasArguments }
  if (place === 'STRING') return suggestArguments(context)
  if (place === 'METHOD') return suggestMethods(names)
  if (place === 'OPERATOR' && word === '') return continueAt(context)
  if (word === '') {
    return [...suggestArguments(context), ...suggestNames(names), ...suggestNumbers(context), ...suggestLeaves(names)]
  }
  const isLeaf = word === 'x' || word === 'pi' || word === 'e'
  return [...suggestArguments(context), ...(isLeaf ? continueAt(context) : []), ...suggestNames(names)]
}

function continueAt(context: CursorContext): Candidate[] {
  return [...suggestClosing(context), ...suggestNextArgument(context), ...suggestSigns(context)]
}

type Read =
  | { readonly expression: Expression; readonly error: null }
  | { readonly expression: null; readonly error: ExpressionError }

function tryToParse(text: string): Read {
  try {
    return { expression: parseText(text), error: null }
  } catch (error) {
    if (error instanceof ExpressionError) return { expression: null, error }
    throw error
  }
}

/**
 * The text with a candidate: the first variant that parses, at the end with the arguments and parentheses that are missing,
 * else the first one whose problem is further to the right than that of the text. Null if each variant is worse.
 */
function take(text: string, { from, to, variants }: Candidate, problem: ExpressionError | null): string | null {
  const isAtEnd = text.slice(to).trim() === ''
  let better: string | null = null
  for (const variant of variants) {
    const taken = text.slice(0, from) + variant + (isAtEnd ? '' : text.slice(to))
    const closed = isAtEnd ? closeText(taken) : taken
    const { error } = tryToParse(closed)
    if (error === null) return closed
    // A closed text shows whether the candidate itself is wrong.
    if (better !== null || (isAtEnd && error.position < taken.length)) continue
    const remaining = closed === taken ? error : tryToParse(taken).error
    if (remaining !== null && isBetter(taken, remaining, text, problem)) better = taken
  }
  return better
}

/** Whether the problem of a text is further to the right, and no more of the text remains behind it. */
function isBetter(taken: string, error: ExpressionError, text: string, problem: ExpressionError | null): boolean {
  if (problem === null || error.position <= problem.position) return false
  return taken.length - error.position <= text.length - problem.position
}
