import { GraphQLError, GraphQLScalarType, Kind } from 'graphql'

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/

/** A point in time: a Date in the code, an ISO 8601 text in UTC in requests and responses. */
export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time',
  description: `A point in time in ISO 8601 with a time zone, such as 2026-01-31T12:00:00Z. Responses are always in
UTC, with milliseconds.`,
  serialize: (value) => new Date(value as Date).toISOString(),
  parseValue: parseInstant,
  parseLiteral: (node) => parseInstant(node.kind === Kind.STRING ? node.value : undefined),
})

function parseInstant(value: unknown): Date {
  const instant = typeof value === 'string' && INSTANT.test(value) ? new Date(value) : new Date(Number.NaN)
  // `Date` turns a day that does not exist, such as February 30, into a day of the next month. Refuse it instead.
  if (Number.isNaN(instant.getTime()) || !isDay(String(value).slice(0, 10))) {
    throw new GraphQLError('expected an instant such as 2026-01-31T12:00:00Z')
  }
  return instant
}

function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}
