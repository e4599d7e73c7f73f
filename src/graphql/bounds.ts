import { getValidInteger, refuseInput } from '../services/validate-input.js'

export { getValidInteger, refuseInput }

/** The value of an argument that has a default; throws BAD_USER_INPUT if the client sent null. */
export function requireGiven<Value>(argument: string, value: Value | null | undefined): Value {
  if (value === null || value === undefined) refuseInput(argument, 'a value, or the argument left out', null)
  return value
}

/** Throws BAD_USER_INPUT if the client sent null for one of these fields of an input, which have defaults. */
export function refuseNull<Input extends object>(input: Input, fields: readonly (keyof Input & string)[]): void {
  for (const field of fields) if (input[field] === null) requireGiven(field, null)
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
