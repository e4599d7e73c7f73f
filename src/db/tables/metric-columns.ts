import type { RawBuilder } from 'kysely'
import { METRIC_ENTRIES, type METRICS, type Metric, type Metrics } from '../../metrics.js'
import { listOf } from './lists.js'

type Column<Name extends Metric> = (typeof METRICS)[Name]['column']

/** The column of a metric. */
export type MetricColumn = Column<Metric>

export const METRIC_COLUMNS: readonly MetricColumn[] = METRIC_ENTRIES.map(({ column }) => column)

/** A column of each metric under the name of its property, for the select list of a table with this alias. */
type SelectedMetric<Alias extends string> = {
  [Name in Metric]: `${Alias}.${Column<Name>} as ${(typeof METRICS)[Name]['property']}`
}[Metric]

/** The select list of all metrics, as the API names them: `e.train_accuracy as trainAccuracy` and so on. */
export function metricColumns<Alias extends string>(alias: Alias): readonly SelectedMetric<Alias>[] {
  return METRIC_ENTRIES.map(({ column, property }) => `${alias}.${column} as ${property}` as SelectedMetric<Alias>)
}

/** The select list of all metrics under the names of their columns. */
export function metricsOf<Alias extends string>(alias: Alias): `${Alias}.${MetricColumn}`[] {
  return METRIC_COLUMNS.map((column) => `${alias}.${column}` as const)
}

/** The metrics as values of their columns, for an insert or update. */
export function toMetricColumns(metrics: Metrics): { readonly [Name in MetricColumn]: number | null } {
  return Object.fromEntries(METRIC_ENTRIES.map(({ column, property }) => [column, metrics[property]])) as {
    [Name in MetricColumn]: number | null
  }
}

/** A list of the values of each metric, for `unnest`. */
export function metricLists(rows: readonly Metrics[]) {
  const lists = METRIC_ENTRIES.map(({ column, property }) => [
    column,
    listOf(
      'float8',
      rows.map((row) => row[property]),
    ),
  ])
  return Object.fromEntries(lists) as { readonly [Name in MetricColumn]: RawBuilder<readonly (number | null)[]> }
}
