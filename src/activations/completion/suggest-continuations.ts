import type { Candidate } from './candidate.js'
import { missingArguments } from './close-text.js'
import type { CursorContext } from './read-context.js'

/** Signs after a complete operand, with an example of a continuation. */
const SIGNS: readonly (readonly [sign: string, example: string, detail: string])[] = [
  // It fits only after an open condition.
  [' else ', '0', 'the value if the condition does not hold'],
  ['*', 'x', 'times'],
  ['+', '1', 'plus'],
  ['-', '1', 'minus'],
  ['/', '2', 'divided by'],
  ['**', '2', 'to the power of'],
  ['>', '0', 'greater than: 1 or 0'],
  ['<', '0', 'less than: 1 or 0'],
  [' if ', 'x > 0 else 0', 'the value under a condition'],
]

/** The parenthesis that closes the innermost call, if the call has all its arguments. */
export function suggestClosing({ to, call }: CursorContext): Candidate[] {
  if (call === null || missingArguments(call) !== '') return []
  const detail = call.name === null ? 'closes the parenthesis' : `closes ${call.name}`
  return [{ from: to, to, variants: [')'], label: ')', detail }]
}

/** Operators that may continue a complete operand. */
export function suggestSigns({ to }: CursorContext): Candidate[] {
  return SIGNS.map(([sign, example, detail]) => ({
    ...{ from: to, to, variants: [`${sign}${example}`, sign], label: sign.trim() },
    detail,
  }))
}

const NUMBERS: readonly (readonly [text: string, detail: string])[] = [
  ['0', 'a number'],
  ['1', 'a number'],
  ['0.5', 'a number'],
]

/** Numbers to begin with, and an opening parenthesis. */
export function suggestNumbers({ from, to }: CursorContext): Candidate[] {
  return [
    ...NUMBERS.map(([text, detail]) => ({ from, to, variants: [text], label: text, detail })),
    { from, to, variants: ['(x)'], label: '(', detail: 'parentheses' },
    { from, to, variants: ['-x'], label: '-', detail: 'the negative' },
  ]
}
