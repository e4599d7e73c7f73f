import { getValidInteger, refuseInput } from '../services/validate-input.js'

export { getValidInteger, refuseInput }

/** The value of an argument that has a default; throws BAD_USER_INPUT where it is null all the same. */
export function requireGiven<Value>(argument: string, value: Value | null | undefined): Value {
  if (value === null || value === undefined) refuseInput(argument, 'a value, or the argument left out', null)
  return value
}

/** Throws BAD_USER_INPUT where one of the named fields of an input, which have defaults, is null all the same. */
export function refuseNull<Input extends object>(input: Input, fields: readonly (keyof Input & string)[]): void {
  for (const field of fields) if (input[field] === null) requireGiven(field, null)
}

/** The list where it has 1 to `most` elements; throws BAD_USER_INPUT otherwise. */
export function getValidList<Value>(argument: string, values: readonly Value[], most: number): readonly Value[] {
  if (values.length < 1 || values.length > most) refuseInput(argument, `1 to ${most} elements`, values.length)
  return values
}

/** The number where it is finite; throws BAD_USER_INPUT otherwise. A literal such as 1e999 is an infinity. */
export function getValidNumber(argument: string, value: number): number {
  if (!Number.isFinite(value)) refuseInput(argument, 'a finite number', value)
  return value
}
