import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  getNullableType,
  isInputObjectType,
  isListType,
} from 'graphql'

type Values = Readonly<Record<string, unknown>>

/**
 * The arguments of a field, or the fields of an input, where null counts as if it were absent: the default applies, and a
 * value without a default is left out. Clients that declare all variables send null for those without a value.
 */
export function leaveOutNulls(
  definitions: readonly (GraphQLArgument | GraphQLInputField)[],
  values: Values,
): Record<string, unknown> {
  const present: Record<string, unknown> = {}
  for (const { name, type, defaultValue } of definitions) {
    const value = values[name] ?? defaultValue
    if (value !== undefined && value !== null) present[name] = leaveOutNullsWithin(type, value)
  }
  return present
}

function leaveOutNullsWithin(type: GraphQLInputType, value: unknown): unknown {
  const nullable = getNullableType(type)
  if (isListType(nullable) && Array.isArray(value)) {
    return value.map((each) => (each === null ? null : leaveOutNullsWithin(nullable.ofType, each)))
  }
  return isInputObjectType(nullable) ? leaveOutNulls(Object.values(nullable.getFields()), value as Values) : value
}
