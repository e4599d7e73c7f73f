import { describeFound } from '../parse-tree.js'
import type { ExpressionError } from './expression-error.js'
import { findReading } from './find-reading.js'
import { findNearestNames } from './nearest-names.js'

const MAX_NAME_LENGTH = 40

/** What is wrong with a text, for people, and a similar text that parses, or null. */
export interface ProblemDescription {
  readonly message: string
  readonly reading: string | null
}

/** Describes an error: `invalid at position 2; expected the end of the expression, got "x"; did you mean x*x?`. */
export function describeProblem(text: string, error: ExpressionError): ProblemDescription {
  const { position, expected, unknownName } = error
  const reading = findReading(text, error)
  const problem = unknownName === null ? 'invalid' : describeUnknown(unknownName)
  const hint = reading === null ? '' : `; did you mean ${reading}?`
  const message = `${problem} at position ${position}; expected ${expected}, got ${describeFound(text, position)}${hint}`
  return { message, reading }
}

/** Names an unknown operator and the nearest known ones. */
function describeUnknown(name: string): string {
  const nearest = findNearestNames(name)
  const others = nearest.length === 0 ? '' : ` (the nearest: ${nearest.join(', ')})`
  return `unknown operator ${name.slice(0, MAX_NAME_LENGTH)}${others}`
}
