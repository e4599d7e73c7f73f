import type { RawBuilder } from 'kysely'
import { listOf } from './lists.js'

/** Column of each metric. */
const COLUMNS = {
  trainAccuracy: 'train_accuracy',
  trainLoss: 'train_loss',
  validationAccuracy: 'validation_accuracy',
  validationLoss: 'validation_loss',
  testAccuracy: 'test_accuracy',
  testLoss: 'test_loss',
  runtimeSeconds: 'runtime_seconds',
} as const

export type NewMetrics = { readonly [Property in keyof typeof COLUMNS]: number | null }

type MetricColumn = (typeof COLUMNS)[keyof typeof COLUMNS]

export const METRIC_COLUMNS: readonly MetricColumn[] = Object.values(COLUMNS)

/** A list of the values of each metric, for `unnest`. */
export function metricLists(rows: readonly NewMetrics[]) {
  const lists = Object.entries(COLUMNS).map(([property, column]) => [
    column,
    listOf(
      'float8',
      rows.map((row) => row[property as keyof NewMetrics]),
    ),
  ])
  return Object.fromEntries(lists) as { readonly [Name in MetricColumn]: RawBuilder<readonly (number | null)[]> }
}

/** The columns of all metrics of the table with this alias, for a select list. */
export function metricsOf<Alias extends string>(alias: Alias): `${Alias}.${MetricColumn}`[] {
  return METRIC_COLUMNS.map((column) => `${alias}.${column}` as const)
}
