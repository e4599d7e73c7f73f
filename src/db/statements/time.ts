import { type RawBuilder, sql } from 'kysely'

/** The time of the statement. */
export const now = sql<Date>`now()`

/** The time a number of seconds before the statement. */
export function secondsAgo(seconds: number): RawBuilder<Date> {
  return sql<Date>`now() - make_interval(secs => ${seconds}::float8)`
}
