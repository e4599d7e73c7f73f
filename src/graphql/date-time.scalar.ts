import { GraphQLError, GraphQLScalarType, Kind } from 'graphql'

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/

/** An instant: a Date in the code, ISO 8601 in UTC on the wire. */
export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'An instant, ISO 8601 in UTC.',
  serialize: (value) => new Date(value as Date).toISOString(),
  parseValue: parseInstant,
  parseLiteral: (node) => parseInstant(node.kind === Kind.STRING ? node.value : undefined),
})

function parseInstant(value: unknown): Date {
  const instant = typeof value === 'string' && INSTANT.test(value) ? new Date(value) : new Date(Number.NaN)
  // Of the days that no month has, `Date` makes days of the next month: those are refused too.
  if (Number.isNaN(instant.getTime()) || !isDay(String(value).slice(0, 10))) {
    throw new GraphQLError('expected an instant such as 2026-01-31T12:00:00Z')
  }
  return instant
}

function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}
