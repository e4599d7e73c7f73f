import { type RawBuilder, sql } from 'kysely'
import type { MetricColumn } from '../tables/metric-columns.js'

/** How many of the runs `r` have a metric. */
export function runCountOf(column: MetricColumn): RawBuilder<number> {
  return sql<number>`count(${sql.ref(`r.${column}`)})::int`
}

/** The sum of the squared distances of a metric of the runs `r` from their mean; not a number if it could be infinite. */
export function squaresOf(column: MetricColumn): RawBuilder<number> {
  const value = sql.ref(`r.${column}`)
  return sql<number>`case when max(abs(${value})) < 1e100
    then coalesce(var_samp(${value}) filter (where abs(${value}) < 1e100) * (count(${value}) - 1), 0) else 'NaN' end`
}
