import { type Expression, type RawBuilder, sql } from 'kysely'
import { METRICS, type Metric } from '../../metrics.js'

// Counts of the evaluations of a dataset, from its steps, the changes since then, and the few values between a step and the
// value that is asked for (docs/decisions/0024-kept-counts.md). Each is one expression, so all its parts see the same moment.
// A dataset without steps is counted from its index.

/** How to count on one side of a value. */
interface Side {
  /** Which step is the nearest one. */
  readonly isNearest: string
  readonly order: 'asc' | 'desc'
  /** The column of the step that counts the values beyond it. */
  readonly kept: 'below' | 'above'
  /** Which changes are beyond the step. */
  readonly isBeyond: string
  /** Which values are between. Values are finite. */
  readonly isBetween: (column: RawBuilder<number>, value: Expression<number>) => RawBuilder<boolean>
}

const SIDES = {
  below: {
    isNearest: '<=',
    order: 'desc',
    kept: 'below',
    isBeyond: '<',
    isBetween: (column, value) =>
      sql`${column} >= coalesce(s.value, '-Infinity'::float8) and ${column} < ${value}::float8`,
  },
  above: {
    isNearest: '>',
    order: 'asc',
    kept: 'above',
    isBeyond: '>=',
    isBetween: (column, value) =>
      sql`${column} > ${value}::float8 and ${column} < coalesce(s.value, 'Infinity'::float8)`,
  },
  atLeast: {
    isNearest: '>=',
    order: 'asc',
    kept: 'above',
    isBeyond: '>=',
    isBetween: (column, value) =>
      sql`${column} >= ${value}::float8 and ${column} < coalesce(s.value, 'Infinity'::float8)`,
  },
} as const satisfies Record<string, Side>

/** A metric of the evaluations of a dataset. */
export interface CountedValues {
  readonly metric: Metric
  readonly datasetId: Expression<number>
}

/** The number of evaluations whose metric is below, above or at least a value. */
export function countValues(
  { metric, datasetId }: CountedValues,
  side: keyof typeof SIDES,
  value: Expression<number>,
): RawBuilder<number> {
  const { isNearest, order, kept, isBeyond, isBetween }: Side = SIDES[side]
  const { column } = METRICS[metric]
  const changed = sql.ref(`x.${column}`)
  return sql<number>`(select (coalesce(${sql.ref(`s.${kept}`)}, 0)
      + coalesce((select sum(x.sign) from evaluation_changes x
          where x.dataset_id = ${datasetId} and ${changed} ${sql.raw(isBeyond)} s.value), 0)
      + (select count(*) from evaluations b
          where b.dataset_id = ${datasetId} and ${isBetween(sql.ref(`b.${column}`), value)}))::int
    from (values (1)) one left join lateral (
      select v.value, v.below, v.above from metric_steps v
        where v.dataset_id = ${datasetId} and v.metric = ${sql.lit(column)}
          and v.generation = (select k.generation from kept_datasets k where k.dataset_id = ${datasetId})
          and v.value ${sql.raw(isNearest)} ${value}::float8
        order by v.value ${sql.raw(order)} limit 1) s on true)`
}

/** The number of evaluations that have the metric. */
export function countMeasuredValues(values: CountedValues): RawBuilder<number> {
  return countValues(values, 'atLeast', sql<number>`'-Infinity'`)
}

/** The number of evaluations of a dataset. */
export function countAll(datasetId: Expression<number>): RawBuilder<number> {
  return sql<number>`(select coalesce(
      (select k.evaluations + (select coalesce(sum(x.sign), 0) from evaluation_changes x where x.dataset_id = ${datasetId})
        from kept_datasets k where k.dataset_id = ${datasetId}),
      (select count(*) from evaluations b where b.dataset_id = ${datasetId}))::int)`
}
