import { ActbenchError } from '../errors.js'

/** Throws BAD_USER_INPUT, which names the argument, the expected value and the value it got. */
export function refuseInput(argument: string, expected: string, received: unknown): never {
  const shown = typeof received === 'string' ? JSON.stringify(received.slice(0, 80)) : String(received)
  throw new ActbenchError('BAD_USER_INPUT', `${argument}: expected ${expected}, got ${shown}`, {
    argument,
  })
}

/** Returns the value if it is a whole number from `least` to `most`; otherwise throws BAD_USER_INPUT. */
export function getValidInteger(argument: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most) {
    refuseInput(argument, `a whole number from ${least} to ${most}`, value)
  }
  return value
}

/**
 * Returns the text without surrounding white space if it has 1 to `longest` characters and PostgreSQL can store it (no NUL,
 * no lone surrogate); otherwise throws BAD_USER_INPUT.
 */
export function getValidText(argument: string, value: string, longest: number): string {
  const text = value.trim()
  if (text.length === 0) refuseInput(argument, 'a text that is not empty', value)
  if (text.length > longest) refuseInput(argument, `at most ${longest} characters`, `${text.length} characters`)
  if (text.includes('\0')) refuseInput(argument, 'a text without NUL characters', 'one with NUL')
  if (LONE_SURROGATE.test(text)) refuseInput(argument, 'well-formed Unicode', 'a lone surrogate')
  return text
}

/** The same for an optional text; null if it is missing. */
export function getValidOptionalText(
  argument: string,
  value: string | null | undefined,
  longest: number,
): string | null {
  return value === null || value === undefined ? null : getValidText(argument, value, longest)
}

/** Returns the list if it has 1 to `most` elements; throws BAD_USER_INPUT otherwise. */
export function getValidList<Value>(argument: string, values: readonly Value[], most: number): readonly Value[] {
  if (values.length < 1 || values.length > most) refuseInput(argument, `1 to ${most} elements`, values.length)
  return values
}

/** Returns the number if it is finite; throws BAD_USER_INPUT otherwise. A literal such as 1e999 is infinite. */
export function getValidNumber(argument: string, value: number): number {
  if (!Number.isFinite(value)) refuseInput(argument, 'a finite number', value)
  return value
}

const LONE_SURROGATE = /\p{Surrogate}/u
