import { type RawBuilder, sql } from 'kysely'
import type { MetricColumn } from '../tables/metric-columns.js'

/** How many of the runs `r` have a metric. */
export function runCountOf(column: MetricColumn): RawBuilder<number> {
  return sql<number>`count(${sql.ref(`r.${column}`)})::int`
}

/** The codes of evaluations that have no single run of this version, and of those whose run has no seed. */
export const NO_SINGLE_RUN = -(2 ** 31)
export const UNKNOWN_SEED = NO_SINGLE_RUN + 1

/** The seed of the single run of this version, among the runs `r` of an evaluation; or one of the codes. */
export const singleSeed: RawBuilder<number> = sql<number>`case count(*) when 1 then coalesce(min(r.seed), ${sql.lit(UNKNOWN_SEED)}) else ${sql.lit(NO_SINGLE_RUN)} end`

/** The sum of the squared distances of a metric of the runs `r` from their mean; not a number if it could be infinite. */
export function squaresOf(column: MetricColumn): RawBuilder<number> {
  const value = sql.ref(`r.${column}`)
  return sql<number>`case when max(abs(${value})) < 1e100
    then coalesce(var_samp(${value}) filter (where abs(${value}) < 1e100) * (count(${value}) - 1), 0) else 'NaN' end`
}
